/** Bounds that changed, and what in the worst case makes the difference. */
import { nth, type Outcome } from "@fbp/runtime/core";
import { counted } from "../../check/words.ts";
import { duration, money } from "../../scenario/amounts.ts";
import type { Bound, Bounds, Range } from "../bounds.ts";
import type { Trace } from "../explore/trace.ts";
import type { Proof } from "../proof.ts";
import type { Change } from "./change.ts";

type Amount = (value: number) => string;
type Decided = Outcome["decisions"][number];

export function boundChanges(old: Proof, fresh: Proof, settings: readonly Change[]): readonly Change[] {
  const { budget } = fresh.model;
  const cost: Amount = (nanos) => money(nanos, budget.currency ?? old.model.budget.currency);
  const measures: readonly (readonly [keyof Bounds, string, Amount])[] = [
    ["attempts", "calls", (value) => counted(value, "call")],
    ["elapsedMs", "time", duration],
    ["tokens", "tokens", (value) => counted(value, "token")],
    ["costNanos", "cost", cost],
  ];
  const because = new Reasons(old, fresh, settings);
  return [
    ...measures.flatMap(([measure, name, text]) =>
      rangeChanges(name, text, old.bounds[measure], fresh.bounds[measure], because),
    ),
    ...boundChange(
      "calls while no path answers",
      (value) => counted(value, "call"),
      old.bounds.amplification,
      fresh.bounds.amplification,
      because,
    ),
    ...reasonChanges(old, fresh),
  ];
}

function rangeChanges(
  name: string,
  text: Amount,
  old: Range | null,
  fresh: Range | null,
  because: Reasons,
): readonly Change[] {
  if (old === null || fresh === null) {
    if (old === fresh) return [];
    const word = (range: Range | null) => (range === null ? "no limit" : text(range.most.value));
    return [
      { kind: "bounds", what: `${name} in the worst case`, before: word(old), after: word(fresh), because: null },
    ];
  }
  return [
    ...boundChange(`${name} in the worst case`, text, old.most, fresh.most, because),
    ...boundChange(`${name} in the best case`, text, old.least, fresh.least, because),
  ];
}

function boundChange(what: string, text: Amount, old: Bound, fresh: Bound, because: Reasons): readonly Change[] {
  const [before, after] = [text(old.value), text(fresh.value)];
  if (before === after) return [];
  return [{ kind: "bounds", what, before, after, because: because.of(old, fresh) }];
}

/** Reasons that can be recorded now, or no longer. */
function reasonChanges(old: Proof, fresh: Proof): readonly Change[] {
  const [then, now] = [old.bounds.byReason, fresh.bounds.byReason];
  return [...new Set([...now.keys(), ...then.keys()])].flatMap((reason): Change[] => {
    const [was, is] = [then.has(reason), now.has(reason)];
    if (was === is) return [];
    const text = (can: boolean) => (can ? "can be recorded" : "never recorded");
    const what = reason === null ? "an answer without a reason" : `reason ${reason}`;
    return [{ kind: "bounds", what, before: text(was), after: text(is), because: null }];
  });
}

// ---------------------------------------------------------------- because

/** Says only what was found: a decision of the one worst case that the other policy never takes, or settings that its run hangs on. */
class Reasons {
  readonly #old: Proof;
  readonly #fresh: Proof;
  readonly #settings: readonly Change[];

  constructor(old: Proof, fresh: Proof, settings: readonly Change[]) {
    this.#old = old;
    this.#fresh = fresh;
    this.#settings = settings;
  }

  of(old: Bound, fresh: Bound): string | null {
    const now = fresh.trace();
    const added = now === null ? undefined : foreign(now, this.#old);
    if (added !== undefined) return `${decided(added)} can now follow ${raised(added)}`;
    const then = old.trace();
    const gone = then === null ? undefined : foreign(then, this.#fresh);
    if (gone !== undefined) return `${decided(gone)} can no longer follow ${raised(gone)}`;
    return this.#settingsOf(now, then);
  }

  /** The limits and the settings of the paths that either run was on. */
  #settingsOf(now: Trace | null, then: Trace | null): string | null {
    const paths = new Set([now, then].flatMap((trace) => trace?.outcome.attempts.map(({ path }) => path) ?? []));
    const relevant = this.#settings.filter(({ what, before, after }) => {
      if (before === null && after === null) return false;
      const [name = "", of] = what.split(" of ");
      return of === undefined
        ? LIMITS.has(name)
        : PATH_LIMITS.has(name) && of.split(", ").some((path) => paths.has(path));
    });
    if (relevant.length === 0) return null;
    return relevant
      .map(({ what, before, after }) => `${what} is ${after ?? "not set"} (was ${before ?? "not set"})`)
      .join(", ");
  }
}

const LIMITS = new Set(["deadline", "attempts", "retries", "fallbacks", "tokens", "cost", "repeat", "start"]);
const PATH_LIMITS = new Set(["timeout", "connect", "context_window", "max_output", "price", "account"]);

/** The first decision of the run that the other policy never takes on a path of that name for that signal. */
function foreign({ outcome }: Trace, other: Proof): Decided | undefined {
  return outcome.decisions.find((one) => !canDecide(other, one));
}

/** May say yes where a rule takes the action for another of its signals only: then nothing is claimed. */
function canDecide({ graph, model }: Proof, { path, signal, action }: Decided): boolean {
  const number = model.signals.findIndex(({ name }) => name === signal);
  return graph.rules.some((use) => {
    const on = nth(model.paths, use.path);
    const takes = use.rule < 0 ? use.signal === number : on.rules[use.rule]?.signals.includes(number) === true;
    if (on.name !== path || !takes) return false;
    return use.actions.some((one) => one.taken !== null && nameOf(one.action, model.paths) === action);
  });
}

/** As records name actions. */
function nameOf(
  action: Proof["graph"]["rules"][number]["actions"][number]["action"],
  paths: Proof["model"]["paths"],
): string {
  switch (action.kind) {
    case "fallback":
      return `fallback ${nth(paths, action.path).name}`;
    case "defer":
      return `defer ${action.to}`;
    case "fail":
      return action.partial ? "fail with partial" : "fail";
    default:
      return action.kind;
  }
}

function decided({ action }: Decided): string {
  return `\`${action}\``;
}

function raised({ signal, path }: Decided): string {
  return `\`${signal}\` on \`${path}\``;
}
