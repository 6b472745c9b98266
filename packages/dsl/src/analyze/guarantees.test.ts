/** Each promise is broken by a machine that was broken for it: nothing else could show that the check sees it. */
import { type Event, type Policy, SIGNAL, type State } from "@fbp/runtime/core";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { ActionModel, PolicyModel } from "../check/model.ts";
import { type Diagnostic, Report } from "../diagnostics/index.ts";
import { FAIL, NOWHERE, pathModel, policyModel, rule } from "../testing/models.ts";
import { examine } from "./examine.ts";
import { guaranteesOf } from "./guarantees.ts";
import { prove } from "./proof.ts";

type Next = (policy: Policy, state: State, event: Event) => State;
type Core = typeof import("@fbp/runtime/core");

const machine = vi.hoisted(() => ({
  core: null as unknown,
  next: null as ((policy: unknown, state: unknown, event: unknown) => unknown) | null,
  begin: null as ((policy: unknown, facts: unknown, at: number) => unknown) | null,
}));

vi.mock(import("@fbp/runtime/core"), async (original) => {
  const core = await original();
  machine.core = core;
  return {
    ...core,
    begin: (policy, facts, at) => (machine.begin ?? core.begin)(policy as never, facts as never, at) as State,
    next: (policy, state, event) =>
      (machine.next ?? core.next)(policy as never, state as never, event as never) as State,
  };
});

function core(): Core {
  return machine.core as Core;
}

/** From now on the machine does this instead. */
function breaking(next: Next): void {
  machine.next = next as typeof machine.next;
}

/** Knows neither which path was left for another nor where the request began. */
function forgetful(policy: Policy, state: State, event: Event): State {
  const past = { ...state.past, decisions: null };
  const forgot = Object.assign(Object.create(Object.getPrototypeOf(state) as object), state, { past }) as State;
  return core().next({ ...policy, start: -1 }, forgot, event);
}

afterEach(() => {
  machine.next = null;
  machine.begin = null;
});

const RETRY: ActionModel = { kind: "retry", fromMs: 0, toMs: 0, span: NOWHERE };
const WAIT: ActionModel = { kind: "retry", fromMs: 500, toMs: 2000, span: NOWHERE };
const TO_BACKUP: ActionModel = { kind: "fallback", path: 1, span: NOWHERE };
const TO_PRIMARY: ActionModel = { kind: "fallback", path: 0, span: NOWHERE };

const ALL = Object.values(SIGNAL).filter((signal) => signal <= SIGNAL.stream_interrupted);

/** Two paths on which everything is repeated, as far as the machine lets it. */
function aPolicy(changes: Partial<PolicyModel> = {}): PolicyModel {
  return policyModel({
    paths: [
      pathModel({ rules: [rule(ALL, { reason: "failed", actions: [WAIT, TO_BACKUP, FAIL] })] }),
      pathModel({ name: "backup", rules: [rule(ALL, { reason: "failed", actions: [RETRY, TO_PRIMARY, FAIL] })] }),
    ],
    budget: {
      deadlineMs: 20_000,
      attempts: 4,
      retries: 1,
      fallbacks: 2,
      tokens: 20_000,
      costNanos: null,
      currency: null,
    },
    stream: { mode: "visible", heldTokens: null, heldMs: null, skipBadChunks: false },
    ...changes,
  });
}

/** The promises that are not kept, each with what happens. */
function brokenIn(model: PolicyModel): readonly string[] {
  const proved = prove(model);
  if (proved.kind !== "proved") throw new Error(proved.why);
  return guaranteesOf(proved.proof).flatMap(({ text, broken }) => (broken === null ? [] : [`${text}: ${broken.how}`]));
}

describe("what the language promises", () => {
  test.each<[string, Partial<PolicyModel>]>([
    ["a policy that repeats whatever it may", {}],
    ["one that repeats nothing that was sent", { repeat: { mode: "never" } }],
    ["one without a budget for tokens", { budget: { ...aPolicy().budget, tokens: null } }],
  ])("is kept by the machine under %s", (_, changes) => {
    expect(brokenIn(aPolicy(changes))).toEqual([]);
  });

  test("is seen to be broken by a machine that goes on after a defect", () => {
    breaking((policy, state, event) => {
      const signals = policy.signals.map((signal) => ({ ...signal, class: "transient" as const }));
      return core().next({ ...policy, signals }, state, event);
    });
    expect(brokenIn(aPolicy())).toContain(
      "no second call after a defect of the request or the account: the request goes on after `client_invalid`",
    );
  });

  test("… by one that forgets that a token was seen", () => {
    breaking((policy, state, event) => (event.kind === "committed" ? state : core().next(policy, state, event)));
    expect(brokenIn(aPolicy())).toEqual([
      expect.stringMatching(/^no second call after a token may have been seen: the request goes on where `primary` /),
    ]);
  });

  test("… by one that asks no breaker before a second call", () => {
    breaking((policy, state, event) => {
      const step = core().next(policy, state, event);
      const isFallback = step.kind === "admit" && step.purpose === "fallback";
      if (event.kind !== "failed" || !isFallback) return step;
      return core().next(policy, step, { kind: "admitted", at: event.at, permit: 0, probe: false });
    });
    expect(brokenIn(aPolicy())).toContain(
      "no call but one that the path's breaker lets through: `backup` is called without leave",
    );
  });

  test("… by one that takes every request for one that may be repeated", () => {
    breaking((policy, state, event) => {
      const facts = { ...state.past.facts, repeatable: true };
      return core().next(policy, core().supposing(state, facts, core().sinceOf(state)), event);
    });
    expect(brokenIn(aPolicy({ repeat: { mode: "never" } }))).toContain(
      "no request sent twice that may not be repeated: the request goes on after it was sent",
    );
  });

  test("… by one that forgets where a request has been", () => {
    breaking(forgetful);
    expect(brokenIn(aPolicy())).toContain("no path entered again once it was left: `primary` is entered again");
  });

  test("… by one that waits for nothing", () => {
    breaking((policy, state, event) =>
      core().next(policy, state, event.kind === "failed" ? { kind: "committed", at: event.at } : event),
    );
    expect(brokenIn(aPolicy())).toEqual(
      expect.arrayContaining([expect.stringMatching(/^always one outcome, and never a standing without a way on: /)]),
    );
  });

  test("… by one that believes in a later deadline", () => {
    const late = (policy: Policy): Policy => ({ ...policy, budget: { ...policy.budget, deadlineMs: 60_000 } });
    machine.begin = (policy, facts, at) => core().begin(late(policy as Policy), facts as never, at);
    breaking((policy, state, event) => core().next(late(policy), state, event));
    expect(brokenIn(aPolicy())).toEqual(
      expect.arrayContaining([expect.stringMatching(/^always an end by the deadline: it may go on until \d+/)]),
    );
  });

  test("… by one that counts nothing, or reserves nothing", () => {
    breaking((policy, state, event) => {
      const budget = { ...policy.budget, attempts: 4, retries: 4, fallbacks: 2, tokens: null };
      return core().next({ ...policy, budget }, state, event);
    });
    const budget = { ...aPolicy().budget, attempts: 2, retries: 1, fallbacks: 1 };
    expect(brokenIn(aPolicy({ budget }))).toEqual([
      "never more calls, retries and fallbacks than the budget has: 3 attempts of 2 are made",
      expect.stringMatching(/^never more tokens and money reserved than the budget has: a call is made all the same/),
    ]);
  });
});

test("a broken promise is an error of its own, FBP4030, that asks to be reported", () => {
  breaking(forgetful);
  const report = new Report();
  examine(aPolicy(), { profile: "development", asOf: "2026-11-22" }, report);
  const [found] = report.diagnostics.filter(({ code }) => code === "FBP4030");
  expect(found).toMatchObject<Partial<Diagnostic>>({
    severity: "error",
    text: '`chat` does not keep "no path entered again once it was left": `primary` is entered again',
    hint: "this is a mistake of fbp and not of the policy: please report it, with the policy and its contracts",
  });
});
