/** What speaks against a drilled request: the policy, the provider's account of it, the language's promises, the runbook. */
import {
  type Difference,
  type DrillCase,
  demandsBroken,
  differences,
  type PolicyModel,
  type SchemaTruth,
  type Seen,
} from "@fbp/dsl";
import { countDifference, faultsOfCalls } from "./came.ts";
import { cleanDifference } from "./keys.ts";
import type { Came } from "./local-provider.ts";
import type { Limits } from "./policies.ts";
import type { Happened } from "./request.ts";

export interface Case {
  readonly model: PolicyModel;
  readonly limits: Limits;
  readonly drill: DrillCase;
  readonly expected: readonly [Seen, ...Seen[]];
  readonly happened: Happened;
  readonly came: readonly Came[];
  /** Why the service's parser does not take the answer; null: it does, or was not asked. */
  readonly refused: string | null;
  readonly keys: {
    readonly madeUp: string;
    /** That this request could have carried. */
    readonly given: readonly string[];
    readonly all: readonly string[];
  };
  /** By the contract's document. */
  readonly truths: ReadonlyMap<unknown, SchemaTruth>;
}

/** None: it passed. */
export function problemsOf(one: Case): readonly Difference[] {
  const { model, drill, expected, happened, came, refused, keys, truths } = one;
  const { live, demands } = drill;
  const broken = demandsBroken(demands, happened);
  return [
    ...differences(expected, happened, live !== null),
    ...countDifference(model, happened.outcome, came, live === null ? null : drill.path),
    ...faultsOfCalls(model, drill, came, keys.madeUp, truths),
    ...promisesBroken(one),
    ...broken.map(({ text, how }) => ({ what: "the runbook", expected: text, got: how })),
    ...(refused === null ? [] : [{ what: "the parser", expected: "takes the answer", got: refused }]),
  ].map((difference) => cleanDifference(difference, keys.all));
}

/** A request that is over this much later than its limit was late on a busy machine. */
const LATE_MS = 1_000;

/** What holds of every request of every policy. */
function promisesBroken({ happened: { outcome, recorded, told }, limits, keys }: Case): readonly Difference[] {
  const found: Difference[] = [];
  const add = (what: string, expected: string, got: string): void => void found.push({ what, expected, got });
  if (recorded.length !== 1) add("outcomes", "exactly one", String(recorded.length));
  const { attempts, elapsedMs, hooks } = outcome;
  if (attempts.length > limits.attempts) add("calls", `at most ${limits.attempts}`, String(attempts.length));
  if (elapsedMs > limits.elapsedMs + LATE_MS) {
    add("time", `at most ${limits.elapsedMs}ms`, `${Math.round(elapsedMs)}ms`);
  }
  const words = (list: typeof hooks): string =>
    list.map(({ kind, target }) => `${kind} ${target}`).join(", ") || "nobody";
  if (words(hooks) !== words(told)) add("handlers that were called", words(hooks), words(told));
  const text = JSON.stringify(recorded);
  if (keys.given.some((key) => text.includes(key))) add("the record", "no key in it", "a key");
  return found;
}
