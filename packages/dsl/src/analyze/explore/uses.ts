/** Which rules are applied, which of their actions are taken, and what refuses the others. */
import { type ActionPlan, type Refusal, type Ruling, type State, type Trial, trialOf } from "@fbp/runtime/core";
import type { Edge } from "./graph.ts";
import type { Ground } from "./ground.ts";

/** A rule on its path; the default of a health signal has the rule -1. */
export interface RuleUse {
  readonly path: number;
  readonly rule: number;
  /** Of a default: the signal that it is for; else the first one that the rule was seen with. */
  readonly signal: number;
  /** Every signal that the rule was asked for, as far as they make a difference to the machine. */
  readonly signals: Set<number>;
  readonly actions: ActionUse[];
  /** The first event that raised it, in the order of exploration. */
  readonly first: Edge;
}

export interface ActionUse {
  readonly action: ActionPlan;
  /** The first event after which it was taken; null where it never is. */
  taken: Edge | null;
  /** Why it was not permitted, by the kind of the cause. */
  readonly refused: Map<Cause, Refused>;
}

export interface Refused {
  readonly edge: Edge;
  /** As the runtime says it, of one case. */
  readonly text: string;
}

export type Cause =
  | "time"
  | "server_wait"
  | "attempts"
  | "retries"
  | "fallbacks"
  | "tokens"
  | "cost"
  | "breaker"
  | "retry_budget"
  | "used"
  | "account"
  | "window"
  | "defect"
  | "unrepeatable"
  | "token_seen"
  | "no_attempt"
  | "over"
  | "other";

/** In the order in which they are asked of a cause's text, which the runtime words. */
const CAUSES: readonly (readonly [Cause, RegExp])[] = [
  ["time", /^needs /u],
  ["server_wait", /^the server asks for /u],
  ["attempts", /^attempts \d/u],
  ["retries", /^retries \d/u],
  ["fallbacks", /^fallbacks \d/u],
  ["tokens", /^tokens: /u],
  ["cost", /^cost: /u],
  ["breaker", /^the breaker of /u],
  ["retry_budget", /^the retry budget /u],
  ["used", / was already used$/u],
  ["account", / is on the exhausted account$/u],
  ["window", / has no larger context window$/u],
  ["defect", /^nothing may follow /u],
  ["unrepeatable", /^the request was sent and may not be repeated$/u],
  ["token_seen", /^a token may have been seen$/u],
  ["no_attempt", /^no attempt failed$/u],
  ["over", /^the budget is spent$/u],
];

export function causeOf(text: string): Cause {
  return CAUSES.find(([, pattern]) => pattern.test(text))?.[0] ?? "other";
}

export class Uses {
  readonly #ground: Ground;
  readonly #rules: RuleUse[] = [];
  /** Every rule of a policy is one object; a default is made anew each time. */
  readonly #byRuling = new Map<Ruling, RuleUse>();
  readonly #defaults = new Map<string, RuleUse>();
  readonly #causes = new Map<string, Cause>();

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  /** In the order in which they were first raised. */
  get rules(): readonly RuleUse[] {
    return this.#rules;
  }

  /** What the step from one standing to the next has applied and refused; null: the request has just begun. */
  note(before: State | null, after: State, edge: Edge): void {
    const known = before?.past.decisions ?? null;
    const trial = before === null ? null : trialOf(before);
    for (let made = after.past.decisions; made !== null && made !== known; made = made.before) {
      this.#noteTrial(made.trial, trial, edge);
      if (made.action === null) continue;
      const use = this.#action(made.trial, made.trial.index, edge);
      if (use !== null) use.taken ??= edge;
    }
    const begun = trialOf(after);
    if (begun !== null) this.#noteTrial(begun, trial, edge);
  }

  #noteTrial(trial: Trial, before: Trial | null, edge: Edge): void {
    this.#rule(trial, edge).signals.add(trial.signal);
    const isSame = before !== null && before.ruling === trial.ruling && before.at === trial.at;
    const known: Refusal | null = isSame ? before.refused : null;
    let index = trial.index - 1;
    for (let refused = trial.refused; refused !== null && refused !== known; refused = refused.before) {
      // The first may be of the attempt itself, before any rule was at work.
      if (refused.action === null) continue;
      const use = this.#action(trial, index--, edge);
      if (use === null) continue;
      const cause = this.#cause(refused.cause);
      if (!use.refused.has(cause)) use.refused.set(cause, { edge, text: refused.cause });
    }
  }

  #action(trial: Trial, index: number, edge: Edge): ActionUse | null {
    return this.#rule(trial, edge).actions[index] ?? null;
  }

  #cause(text: string): Cause {
    let cause = this.#causes.get(text);
    if (cause === undefined) {
      cause = causeOf(text);
      this.#causes.set(text, cause);
    }
    return cause;
  }

  #rule({ path, signal, ruling }: Trial, edge: Edge): RuleUse {
    const known = this.#byRuling.get(ruling);
    if (known !== undefined) return known;
    const rule = this.#ground.paths[path]?.rules.get(ruling) ?? -1;
    const same = rule < 0 ? this.#defaults.get(`${path} ${signal}`) : undefined;
    if (same !== undefined) return same;
    const actions = ruling.actions.map((action): ActionUse => ({ action, taken: null, refused: new Map() }));
    const use: RuleUse = { path, rule, signal, signals: new Set(), actions, first: edge };
    this.#rules.push(use);
    if (rule < 0) this.#defaults.set(`${path} ${signal}`, use);
    else this.#byRuling.set(ruling, use);
    return use;
  }
}
