/** What can go wrong with a call, as the runbook's steps try it. */
import type { WorldEvent } from "@fbp/runtime/virtual";
import type { PathModel } from "../check/model.ts";
import type { Asked } from "../why/reply.ts";
import type { Answers } from "./answers.ts";
import { NO_CALL_AFTER_TOKEN, NOTHING_SHOWN } from "./demands.ts";
import type { Demand, Live } from "./drill-case.ts";
import type { StepName } from "./steps.ts";

/** One way in which the provider of a path fails, or the path itself. */
export interface Trouble {
  readonly step: StepName;
  /** After the path's name: `answers 500`. */
  readonly what: string;
  readonly events: readonly WorldEvent[];
  /** Left out: the request of the other drills. */
  readonly asked?: Asked;
  readonly streamed?: boolean;
  /** The path's breaker is held open. */
  readonly held?: boolean;
  readonly demands?: readonly Demand[];
  /** Left out: the path's real provider is not called. */
  readonly live?: Live;
}

export function timeouts(answers: Answers): readonly Trouble[] {
  return [
    { step: "timeout", what: "never answers", events: [{ kind: "hangs" }] },
    { step: "timeout", what: "never answers once", events: [{ kind: "hangs" }, answers.healthy(false)] },
    { step: "timeout", what: "resets the connection", events: [{ kind: "fails", fault: "reset" }] },
    { step: "timeout", what: "answers 504", events: [answers.page(504, "Gateway Time-out")] },
  ];
}

export function serverErrors(answers: Answers): readonly Trouble[] {
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

const KEY = { type: "authentication_error", code: "invalid_api_key", message: "the key is not valid" };
const WRONG = { type: "invalid_request_error", code: "invalid_request", message: "a field is wrong" };

export function defects(answers: Answers): readonly Trouble[] {
  const right = { type: "permission_error", code: "permission_denied", message: "the key may not use the model" };
  return [
    { step: "auth", what: "answers 401", events: [answers.refusal(401, KEY)] },
    { step: "auth", what: "answers 403", events: [answers.refusal(403, right)] },
    { step: "malformed", what: "answers 400", events: [answers.refusal(400, WRONG)] },
    { step: "malformed", what: "answers 422", events: [answers.refusal(422, WRONG)] },
  ];
}

/**
 * What a real provider is expected to refuse.
 *
 * @param malformed the same request without its prompt
 */
export function liveDefects(answers: Answers, takesKey: boolean, prompt: string, malformed: Asked): readonly Trouble[] {
  const unkeyed: Trouble = {
    step: "auth",
    what: "is called with a wrong key",
    events: [answers.refusal(401, KEY)],
    live: "wrong_key",
  };
  const what = `is sent a request without ${prompt}`;
  return [
    ...(takesKey ? [unkeyed] : []),
    { step: "malformed", what, events: [answers.refusal(400, WRONG)], asked: malformed, live: "malformed" },
  ];
}

/**
 * @param hint the header by which the server asks for a wait, and how it is written; null: it has none
 * @param deadlineMs of the whole request
 */
export function limits(
  answers: Answers,
  hint: { readonly header: string; readonly format: string } | null,
  deadlineMs: number,
): readonly Trouble[] {
  const step = "rate-limit";
  const throttled = { type: "rate_limit_error", code: "rate_limit_exceeded", message: "too many requests" };
  const spent = { type: "insufficient_quota", code: "insufficient_quota", message: "the quota is used up" };
  const asked = (seconds: number, words: string): readonly Trouble[] => {
    const value = hint === null ? null : waitIn(hint.format, seconds);
    if (hint === null || value === null) return [];
    const events = [answers.refusal(429, throttled, { [hint.header]: value }), answers.healthy(false)];
    return [{ step, what: `answers 429 and asks for ${words}`, events }];
  };
  return [
    { step, what: "answers 429", events: [answers.refusal(429, throttled)] },
    ...asked(1, "1s"),
    ...asked(Math.ceil(deadlineMs / 1000) + 1, "more time than there is"),
    { step, what: "answers 429, the quota used up", events: [answers.refusal(429, spent)] },
  ];
}

/** How much of an answer is said before its stream breaks. */
const SAID_TOKENS = 3;

/** @param heldTokens how many tokens the policy holds back; null: none, or all */
export function streams(answers: Answers, path: PathModel, heldTokens: number | null): readonly Trouble[] {
  const { name, firstTokenMs, stallMs } = path;
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
