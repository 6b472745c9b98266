/** Settings that bounds may hang on, each of which can be set back by itself. */
import { nth } from "@fbp/runtime/core";
import type { PathModel, PolicyModel } from "../../check/model.ts";
import { counted } from "../../check/words.ts";
import { duration, money } from "../../scenario/amounts.ts";
import { testText } from "../words.ts";
import { priceText, timeoutText } from "./words.ts";

export interface Knob {
  /** `attempts is 3 (was 2)` */
  readonly text: string;
  /** The new policy with this one setting of the old. */
  readonly setBack: PolicyModel;
}

/** Those that differ, in a fixed order. */
export function knobsOf(old: PolicyModel, fresh: PolicyModel): readonly Knob[] {
  const found: Knob[] = [];
  const note = (name: string, was: string | null, is: string | null, setBack: () => PolicyModel): void => {
    if (was !== is) found.push({ text: `${name} is ${is ?? "not set"} (was ${was ?? "not set"})`, setBack: setBack() });
  };
  for (const [name, text] of BUDGET) {
    const back = () => ({ ...fresh, budget: { ...fresh.budget, ...pick(old.budget, name) } });
    note(WORDS[name], text(old.budget), text(fresh.budget), back);
  }
  note("repeat", repeatText(old), repeatText(fresh), () => ({ ...fresh, repeat: old.repeat }));
  for (const [index, path] of fresh.paths.entries()) {
    const before = old.paths.find(({ name }) => name === path.name);
    if (before === undefined) continue;
    for (const [name, text, part] of PATH) {
      note(`${name} of ${path.name}`, text(before), text(path), () => ({
        ...fresh,
        paths: fresh.paths.with(index, { ...nth(fresh.paths, index), ...part(before) }),
      }));
    }
  }
  return found;
}

type Budget = PolicyModel["budget"];
type Limit = "deadlineMs" | "attempts" | "retries" | "fallbacks" | "tokens" | "costNanos";

const WORDS: Readonly<Record<Limit, string>> = {
  deadlineMs: "deadline",
  attempts: "attempts",
  retries: "retries",
  fallbacks: "fallbacks",
  tokens: "tokens",
  costNanos: "cost",
};

const BUDGET: readonly (readonly [Limit, (budget: Budget) => string | null])[] = [
  ["deadlineMs", ({ deadlineMs }) => duration(deadlineMs)],
  ["attempts", ({ attempts }) => String(attempts)],
  ["retries", ({ retries }) => String(retries)],
  ["fallbacks", ({ fallbacks }) => String(fallbacks)],
  ["tokens", ({ tokens }) => (tokens === null ? null : String(tokens))],
  ["costNanos", ({ costNanos, currency }) => (costNanos === null ? null : money(costNanos, currency))],
];

function pick(budget: Budget, name: Limit): Partial<Budget> {
  return { [name]: budget[name] };
}

function repeatText({ repeat }: PolicyModel): string {
  return repeat.mode === "when" ? `only when ${testText(repeat.when)}` : repeat.mode;
}

type Part = readonly [string, (path: PathModel) => string | null, (path: PathModel) => Partial<PathModel>];

const PATH: readonly Part[] = [
  [
    "timeout",
    ({ leastMs, mostMs }) => timeoutText(leastMs, mostMs),
    ({ leastMs, mostMs, connectMs, headersMs }) => ({ leastMs, mostMs, connectMs, headersMs }),
  ],
  [
    "max_output",
    ({ maxOutput }) => (maxOutput === null ? null : counted(maxOutput, "token")),
    ({ maxOutput }) => ({ maxOutput }),
  ],
  ["price", ({ price }) => (price === null ? null : priceText(price)), ({ price }) => ({ price })],
  [
    "context_window",
    ({ contextWindow }) => (contextWindow === null ? null : counted(contextWindow, "token")),
    ({ contextWindow }) => ({ contextWindow }),
  ],
  ["account", ({ account }) => account, ({ account }) => ({ account })],
];
