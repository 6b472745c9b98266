/** Bounds that changed, and what in the worst case makes the difference. */
import { nth, type Outcome } from "@fbp/runtime/core";
import { counted } from "../../check/words.ts";
import { listOf } from "../../diagnostics/define.ts";
import { duration, money } from "../../scenario/amounts.ts";
import type { AllBounds, Bound, Bounds } from "../bounds.ts";
import type { Trace } from "../explore/trace.ts";
import { type Proof, prove } from "../proof.ts";
import type { Change } from "./change.ts";
import { knobsOf } from "./knobs.ts";

type Amount = (value: number) => string;
type Decided = Outcome["decisions"][number];

interface Measure {
  readonly what: string;
  readonly text: Amount;
  /** null: nothing limits it. */
  readonly of: (bounds: AllBounds) => Bound | null;
}

export function boundChanges(old: Proof, fresh: Proof): readonly Change[] {
  const because = new Reasons(old, fresh);
  const cost: Amount = (nanos) => money(nanos, fresh.model.budget.currency ?? old.model.budget.currency);
  const measures: readonly Measure[] = [
    ...range("calls", CALLS, "attempts"),
    ...range("time", duration, "elapsedMs"),
    ...range("tokens", (value) => counted(value, "token"), "tokens"),
    ...range("cost", cost, "costNanos"),
    { what: "calls while no path answers", text: CALLS, of: ({ amplification }) => amplification },
  ];
  const changed = measures.flatMap(({ what, text, of }): Change[] => {
    const [was, is] = [of(old.bounds), of(fresh.bounds)];
    const [before, after] = [was, is].map((bound) => (bound === null ? NO_LIMIT : text(bound.value)));
    if (before === undefined || after === undefined || before === after) return [];
    return [{ kind: "bounds", what, before, after, because: was && is ? because.of(was, is, of) : null }];
  });
  return [...changed, ...reasonChanges(old, fresh)];
}

const CALLS: Amount = (value) => counted(value, "call");
const NO_LIMIT = "no limit";

function range(name: string, text: Amount, measure: keyof Bounds): readonly Measure[] {
  return [
    { what: `${name} in the worst case`, text, of: (bounds) => bounds[measure]?.most ?? null },
    { what: `${name} in the best case`, text, of: (bounds) => bounds[measure]?.least ?? null },
  ];
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

/**
 * Says only what was found: settings that bring the old bound back when they alone are set back; or a decision of the
 * one worst case that the other policy never takes; or settings that move the bound at all.
 */
class Reasons {
  readonly #old: Proof;
  readonly #fresh: Proof;
  #tried: readonly { readonly text: string; readonly bounds: AllBounds }[] | null = null;

  constructor(old: Proof, fresh: Proof) {
    this.#old = old;
    this.#fresh = fresh;
  }

  of(old: Bound, fresh: Bound, of: Measure["of"]): string | null {
    const moving = this.#knobs().filter(({ bounds }) => of(bounds)?.value !== fresh.value);
    const decisive = moving.filter(({ bounds }) => of(bounds)?.value === old.value);
    if (decisive.length > 0) return settings(decisive);
    const now = fresh.trace();
    const added = now === null ? undefined : foreign(now, this.#old);
    if (added !== undefined) return `${decided(added)} can now follow ${raised(added)}`;
    const then = old.trace();
    const gone = then === null ? undefined : foreign(then, this.#fresh);
    if (gone !== undefined) return `${decided(gone)} can no longer follow ${raised(gone)}`;
    return moving.length === 0 ? null : settings(moving);
  }

  /** What the bounds would be with each of the settings as it was. */
  #knobs(): readonly { readonly text: string; readonly bounds: AllBounds }[] {
    this.#tried ??= knobsOf(this.#old.model, this.#fresh.model)
      .slice(0, MOST_KNOBS)
      .flatMap(({ text, setBack }) => {
        const proved = prove(setBack, MOST_NODES_TRIED);
        return proved.kind === "proved" ? [{ text, bounds: proved.proof.bounds }] : [];
      });
    return this.#tried;
  }
}

function settings(found: readonly { readonly text: string }[]): string {
  return listOf(
    found.map(({ text }) => text),
    "and",
  );
}

/** More settings than this are not tried: each takes as long as a check. */
const MOST_KNOBS = 12;
const MOST_NODES_TRIED = 20_000;

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
