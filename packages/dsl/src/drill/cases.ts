/** The requests of each step: every failure that the step is about, on every path that a request can come to. */
import { nth, type Policy } from "@fbp/runtime/core";
import type { WorldEvent } from "@fbp/runtime/virtual";
import type { PolicyModel } from "../check/model.ts";
import { askedOf } from "../why/asked.ts";
import type { Asked } from "../why/reply.ts";
import { Answers } from "./answers.ts";
import {
  ANSWERED,
  NO_CALL_AFTER_DEFECT,
  NO_CALL_AFTER_TOKEN,
  NOTHING_SHOWN,
  ONE_CALL,
  shownIsOfOneAnswer,
  UNDISTURBED,
} from "./demands.ts";
import type { Demand, DrillCase } from "./drill-case.ts";
import { eventFor } from "./drill-case.ts";
import type { StepName } from "./steps.ts";
import { type Ways, waysOf } from "./ways.ts";

export interface Plan {
  readonly cases: readonly DrillCase[];
  /** Steps, or paths in them, that are not drilled, each with why. */
  readonly left: readonly { readonly step: StepName; readonly why: string }[];
  /** The provider of each path, by its number. */
  readonly answers: readonly Answers[];
}

/** @param plain the policy without a compiler */
export function planOf(model: PolicyModel, plain: Policy): Plan {
  return new Planner(model, plain).plan();
}

/** What the provider of `path` does with its call number `nth` in a case. */
export function worldOf({ answers }: Pick<Plan, "answers">, one: DrillCase): (path: number, nth: number) => WorldEvent {
  return (path, count) => {
    const provider = nth(answers, path);
    return provider.named(eventFor(one, path, count, provider.healthy(one.streamed)), `drill-${path}-${count}`);
  };
}

interface Trouble {
  readonly step: StepName;
  /** After the path's name: `answers 500`. */
  readonly what: string;
  readonly events: readonly WorldEvent[];
  readonly streamed?: boolean;
  readonly demands?: readonly Demand[];
}

class Planner {
  readonly #model: PolicyModel;
  readonly #plain: Policy;
  readonly #asked: Asked;
  readonly #answers: readonly Answers[];
  readonly #ways: Ways;

  constructor(model: PolicyModel, plain: Policy) {
    this.#model = model;
    this.#plain = plain;
    const { heldTokens } = model.stream;
    this.#answers = model.paths.map(
      ({ name, contract }) => new Answers(nth(model.contracts, contract), name, heldTokens ?? 0),
    );
    const { asked, ways } = waysOf(model, plain, this.#answers, [askedOf(model, {})]);
    this.#asked = asked;
    this.#ways = ways;
  }

  plan(): Plan {
    const { start } = this.#model;
    const reached = this.#model.paths.flatMap((_, path) => (path === start || this.#ways.has(path) ? [path] : []));
    const cases = reached.flatMap((path) => [
      ...this.#contract(path),
      ...this.#canary(path),
      ...this.#troublesOf(path).map((trouble) => this.#case(path, trouble)),
    ]);
    return { cases, left: this.#left(reached), answers: this.#answers };
  }

  #left(reached: readonly number[]): Plan["left"] {
    const { fallbacks, paths, start } = this.#model;
    const left: { step: StepName; why: string }[] = [];
    if (fallbacks.length === 0) left.push({ step: "fallback-canary", why: "no rule falls back to another path" });
    for (const path of new Set(fallbacks.map((each) => each.path))) {
      const index = paths.findIndex(({ name }) => name === path);
      if (index !== start && !reached.includes(index)) {
        left.push({ step: "fallback-canary", why: `no failure of a call leads to ${path}` });
      }
    }
    for (const path of reached) {
      if (nth(this.#answers, path).hasStreams) continue;
      const { contract, name } = nth(paths, path);
      const of = nth(this.#model.contracts, contract).name;
      left.push({ step: "streaming", why: `${name} has no streams: the contract ${of} describes none` });
    }
    return left;
  }

  #contract(path: number): readonly DrillCase[] {
    const { name } = nth(this.#model.paths, path);
    return [this.#case(path, { step: "contract", what: "is called as its contract says", events: [] })].map((one) => ({
      ...one,
      demands: [...one.demands, ANSWERED(name)],
    }));
  }

  #canary(path: number): readonly DrillCase[] {
    const { name } = nth(this.#model.paths, path);
    const isStart = path === this.#model.start;
    const step = isStart ? "primary-canary" : "fallback-canary";
    const demands = [ANSWERED(name), ...(isStart ? [ONE_CALL, UNDISTURBED] : [])];
    const answers = nth(this.#answers, path);
    return [
      this.#case(path, { step, what: "answers", events: [], demands }),
      ...(answers.hasStreams
        ? [this.#case(path, { step, what: "answers in a stream", events: [], streamed: true, demands })]
        : []),
      this.#case(path, { step, what: "answers with nothing in it", events: [answers.empty()] }),
    ];
  }

  #troublesOf(path: number): readonly Trouble[] {
    const answers = nth(this.#answers, path);
    return [
      ...timeouts(answers),
      ...serverErrors(answers),
      ...defects(answers),
      ...limits(answers, this.#hintOf(path)),
      ...(answers.hasStreams ? this.#streams(path, answers) : []),
    ];
  }

  /** A header by which the server asks for a wait, and how it is written. */
  #hintOf(path: number): { readonly header: string; readonly format: string } | null {
    const { contract } = nth(this.#plain.paths, path);
    return nth(this.#plain.contracts, contract).retryHints[0] ?? null;
  }

  #streams(path: number, answers: Answers): readonly Trouble[] {
    const { name, firstTokenMs, stallMs } = nth(this.#model.paths, path);
    const { heldTokens } = this.#model.stream;
    const said = (heldTokens ?? 0) + SAID_TOKENS;
    const before = { step: "streaming", streamed: true, demands: [NOTHING_SHOWN] } as const;
    const after = { step: "streaming", streamed: true, demands: [NO_CALL_AFTER_TOKEN(name)] } as const;
    return [
      { ...before, what: "is cut before its first token", events: [answers.broken(0, "reset")] },
      ...(firstTokenMs === null
        ? []
        : [{ ...before, what: "says nothing in its stream", events: [answers.broken(0, "silence")] }]),
      ...(heldTokens === null
        ? []
        : [{ ...before, what: "is cut while tokens are held", events: [answers.broken(1, "reset")] }]),
      { ...after, what: `is cut after ${said} tokens`, events: [answers.broken(said, "reset")] },
      { ...after, what: `ends unfinished after ${said} tokens`, events: [answers.broken(said, null)] },
      ...(stallMs === null
        ? []
        : [{ ...after, what: `falls silent after ${said} tokens`, events: [answers.broken(said, "silence")] }]),
    ];
  }

  #case(path: number, { step, what, events, streamed = false, demands = [] }: Trouble): DrillCase {
    const world = new Map(this.#ways.get(path));
    if (events.length > 0) world.set(path, events);
    const texts = new Map(this.#model.paths.map(({ name }, index) => [name, nth(this.#answers, index).text]));
    return {
      step,
      name: `${nth(this.#model.paths, path).name} ${what}`,
      path,
      asked: this.#asked,
      streamed,
      world,
      demands: [...demands, NO_CALL_AFTER_DEFECT, ...(streamed ? [shownIsOfOneAnswer(texts)] : [])],
    };
  }
}

/** How much of an answer is said before its stream breaks. */
const SAID_TOKENS = 3;

function timeouts(answers: Answers): readonly Trouble[] {
  return [
    { step: "timeout", what: "never answers", events: [{ kind: "hangs" }] },
    { step: "timeout", what: "never answers once", events: [{ kind: "hangs" }, answers.healthy(false)] },
    { step: "timeout", what: "resets the connection", events: [{ kind: "fails", fault: "reset" }] },
    { step: "timeout", what: "answers 504", events: [answers.page(504, "Gateway Time-out")] },
  ];
}

function serverErrors(answers: Answers): readonly Trouble[] {
  const step = "server-error";
  const failing = answers.refusal(500, { type: "server_error", code: "internal_error", message: "it broke" });
  return [
    { step, what: "answers 500", events: [failing] },
    { step, what: "answers 500 once", events: [failing, answers.healthy(false)] },
    { step, what: "answers 502 with a page", events: [answers.page(502, "Bad Gateway")] },
    {
      step,
      what: "answers 503",
      events: [answers.refusal(503, { type: "server_error", code: "unavailable", message: "later" })],
    },
  ];
}

function defects(answers: Answers): readonly Trouble[] {
  const key = { type: "authentication_error", code: "invalid_api_key", message: "the key is not valid" };
  const right = { type: "permission_error", code: "permission_denied", message: "the key may not use the model" };
  const wrong = { type: "invalid_request_error", code: "invalid_request", message: "a field is wrong" };
  return [
    { step: "auth", what: "answers 401", events: [answers.refusal(401, key)] },
    { step: "auth", what: "answers 403", events: [answers.refusal(403, right)] },
    { step: "malformed", what: "answers 400", events: [answers.refusal(400, wrong)] },
    { step: "malformed", what: "answers 422", events: [answers.refusal(422, wrong)] },
  ];
}

function limits(
  answers: Answers,
  hint: { readonly header: string; readonly format: string } | null,
): readonly Trouble[] {
  const step = "rate-limit";
  const throttled = { type: "rate_limit_error", code: "rate_limit_exceeded", message: "too many requests" };
  const spent = { type: "insufficient_quota", code: "insufficient_quota", message: "the quota is used up" };
  const asked = (seconds: number): readonly Trouble[] => {
    const value = hint === null ? null : waitIn(hint.format, seconds);
    if (hint === null || value === null) return [];
    const events = [answers.refusal(429, throttled, { [hint.header]: value }), answers.healthy(false)];
    return [{ step, what: `answers 429 and asks for ${seconds === 1 ? "1s" : "an hour"}`, events }];
  };
  return [
    { step, what: "answers 429", events: [answers.refusal(429, throttled)] },
    ...asked(1),
    ...asked(3600),
    { step, what: "answers 429 for want of quota", events: [answers.refusal(429, spent)] },
  ];
}

/** null: it would hang on the time of day. */
function waitIn(format: string, seconds: number): string | null {
  switch (format) {
    case "seconds_or_date":
      return String(seconds);
    case "milliseconds":
      return String(seconds * 1000);
    case "duration":
      return `${seconds}s`;
    default:
      return null;
  }
}
