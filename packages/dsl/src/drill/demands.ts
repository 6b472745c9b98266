/** What the runbook asks of each step, and the language promises of every policy. */
import { forbidsSecondCall, type Outcome } from "@fbp/runtime/core";
import type { Demand, Seen } from "./drill-case.ts";

export const ANSWERED = (path: string): Demand => ({
  text: `an answer from ${path}`,
  broken: ({ outcome: { result, source } }) =>
    result === "answer" && source === path ? null : `${result}${source === null ? "" : ` from ${source}`}`,
});

export const ONE_CALL: Demand = {
  text: "exactly one call",
  broken: ({ outcome: { attempts } }) => (attempts.length === 1 ? null : `${attempts.length} calls`),
};

export const UNDISTURBED: Demand = {
  text: "no reason on record",
  broken: ({ outcome: { reason } }) => (reason === null ? null : `reason ${reason}`),
};

/**
 * Of a key that is refused, and of a request that is: whatever the compiled policy takes it for.
 *
 * @param outcome what the policy leads to expect
 * @returns null where nothing of the kind happens
 */
export function noCallAfterDefect({ attempts }: Outcome): Demand | null {
  const at = attempts.findIndex(({ class: of }) => of !== null && forbidsSecondCall(of));
  const refused = attempts[at];
  if (refused === undefined) return null;
  const what = refused.class === "auth_defect" ? "the key" : "the request";
  return {
    text: `no call after ${refused.path} has refused ${what}`,
    broken: ({ outcome }) => (outcome.attempts.length <= at + 1 ? null : `then ${callsAfter(outcome, at)}`),
  };
}

export const NO_CALL_AFTER_TOKEN = (path: string): Demand => ({
  text: "no call after a token was shown",
  broken: ({ outcome, shown }) => {
    const at = outcome.attempts.findIndex((attempt) => attempt.path === path);
    if (shown === "" || outcome.result === "answer" || at === outcome.attempts.length - 1) return null;
    return `then ${callsAfter(outcome, at)}`;
  },
});

/** @param texts what a healthy stream of each path says, by the path's name */
export function shownIsOfOneAnswer(texts: ReadonlyMap<string, string>): Demand {
  return {
    text: "what is shown is one answer, or the beginning of one",
    broken: ({ outcome: { result, source }, shown }) => {
      if (result === "answer") {
        return shown === texts.get(source ?? "")
          ? null
          : `${shown.length} letters that are not the answer of ${source}`;
      }
      return [...texts.values()].some((text) => text.startsWith(shown))
        ? null
        : `${shown.length} letters that no path says`;
    },
  };
}

export const NOTHING_SHOWN: Demand = {
  text: "nothing is shown but a whole answer",
  broken: ({ outcome: { result }, shown }) =>
    result !== "answer" && shown !== "" ? `${shown.length} letters are` : null,
};

export function demandsBroken(demands: readonly Demand[], seen: Seen): readonly (Demand & { readonly how: string })[] {
  return demands.flatMap((demand) => {
    const how = demand.broken(seen);
    return how === null ? [] : [{ ...demand, how }];
  });
}

function callsAfter({ attempts }: Outcome, at: number): string {
  return attempts
    .slice(at + 1)
    .map(({ path }) => `a call to ${path}`)
    .join(", ");
}
