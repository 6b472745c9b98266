/**
 * What only the exploration of all that can happen to a request can tell: families 4, 5 and 6. Codes are
 * stable: a code once given is never given to another message.
 */
import { listOf, message } from "./define.ts";
import { quoted } from "./names.ts";

/** A repeat that the attempts before it leave no room for; `spent` is those attempts, in words. */
export interface Late {
  /** `retry`, `fallback backup` */
  readonly action: string;
  readonly timeouts: number;
  readonly needs: string;
  /** Null: nothing. */
  readonly left: string | null;
  readonly of: string;
  readonly spent: readonly string[];
  /** What the budget would have to be, at least. */
  readonly raise: string;
}

export const explorationMessages = {
  FBP4030: message<{ readonly policy: string; readonly guarantee: string; readonly how: string }>({
    severity: "error",
    title: "A promise of the language that is not kept",
    text: ({ policy, guarantee, how }) => `\`${policy}\` does not keep "${guarantee}": ${how}`,
    hint: () => "this is a mistake of fbp and not of the policy: please report it, with the policy and its contracts",
  }),
  FBP5020: message<{
    readonly why: string;
    readonly unrecorded: string | null;
    readonly before: number | null;
    readonly uncondition: number | null;
  }>({
    severity: "warning",
    title: "A line that no request comes to",
    text: ({ why, unrecorded }) =>
      unrecorded === null
        ? `this line never applies: ${why}`
        : `this line never applies, and \`${unrecorded}\` is never recorded: ${why}`,
    hint: ({ before, uncondition }) => {
      if (uncondition !== null) return `remove it, and with it the condition of line ${uncondition}`;
      return before === null
        ? "change the condition, or remove the line"
        : `put it before line ${before}, or remove it`;
    },
  }),
  FBP5021: message<{ readonly action: string; readonly why: readonly string[]; readonly instead: string }>({
    severity: "warning",
    title: "An action that can never happen",
    text: ({ action, why }) => `\`${action}\` can never happen here: ${why.join("; or ")}`,
    hint: ({ instead }) => instead,
  }),
  FBP5050: message<{ readonly policy: string; readonly why: string; readonly of: readonly string[] }>({
    severity: "warning",
    title: "A policy that is too large to be explored",
    text: ({ policy, why }) => `nothing is proved of \`${policy}\`: ${why}`,
    hint: ({ of }) => {
      const shown = of.length > 6 ? [...of.slice(0, 5), `${of.length - 5} more`] : of;
      return `ask for less, or make two policies of it${of.length === 0 ? "" : `: it grows with ${listOf(shown, "and")}`}`;
    },
  }),
  FBP6030: message<Late & { readonly path: string; readonly range: string | null }>({
    severity: "error",
    title: "A second call for which time-outs leave no time",
    text: (late) => `${afterTimeouts(late)}: it needs ${late.needs}, and ${leftOf(late)}`,
    hint: ({ path, range, raise }) =>
      range === null
        ? `shorten the timeouts before it, or raise the deadline to ${raise}`
        : `say when \`${path}\` is still worth starting, such as \`timeout ${range}\`, or raise the deadline to ${raise}`,
  }),
  FBP6031: message<Late & { readonly setting: "tokens" | "cost" }>({
    severity: "error",
    title: "A second call for which time-outs leave no tokens or money",
    text: (late) => `${afterTimeouts(late)}: its answer alone reserves ${late.needs}, and ${leftOf(late)}`,
    hint: ({ setting, raise }) => `raise \`${setting}\` to more than ${raise}, or lower \`max_output\``,
  }),
  FBP6032: message<{
    readonly action: string;
    readonly limit: string;
    readonly count: number;
    readonly calls: readonly string[];
    /** What may refuse the actions before it, so that it happens all the same; none: it never does. */
    readonly unless: readonly string[];
  }>({
    severity: "warning",
    title: "An action for which the calls before it leave none",
    text: ({ action, limit, count, calls, unless }) => {
      const spent = `\`${limit} ${count}\` ${count === 1 ? "is" : "are"} used up by then: ${calls.join(", ")}`;
      return unless.length === 0
        ? `\`${action}\` can never happen here: ${spent}`
        : `\`${action}\` only happens where ${listOf(unless)} refuses what is before it; else ${spent}`;
    },
    hint: ({ limit, count }) => `write \`${limit} ${count + 1}\`, or take away what is tried before it`,
  }),
  FBP6033: message<{
    readonly path: string;
    readonly first: string;
    readonly total: number;
    readonly calls: readonly string[];
    readonly others: readonly string[];
    readonly retries: number;
  }>({
    severity: "warning",
    title: "Paths that retry in turn",
    text: ({ path, first, total, calls }) =>
      `\`${path}\` retries after \`${first}\` has retried: while no path answers, one request makes ${total} calls: ${calls.join(", ")}`,
    hint: ({ others, retries }) =>
      `retry on one path alone: take \`retry\` out of ${quoted(others, "and")}, and write \`retries ${retries}\``,
  }),
  FBP6034: message<{
    readonly setting: "attempts" | "retries" | "fallbacks";
    readonly value: number;
    readonly most: number;
  }>({
    severity: "warning",
    title: "A budget that no request uses up",
    text: ({ setting, value, most }) => `\`${setting} ${value}\` is never used up: no request makes more than ${most}`,
    hint: ({ setting, most }) => `write \`${setting} ${most}\``,
  }),
  FBP6035: message<{ readonly deadline: string; readonly most: string }>({
    severity: "note",
    title: "A deadline that no request comes to",
    text: ({ deadline, most }) => `no request takes longer than ${most}, and the deadline is ${deadline}`,
  }),
  FBP6036: message<{ readonly action: string; readonly path: string; readonly from: string; readonly model: string }>({
    severity: "warning",
    title: "A fallback whose breaker opens with the path before it",
    text: ({ action, path, from, model }) =>
      `\`${action}\` asks the same model "${model}" at the same address as \`${from}\`: what makes \`${from}\` fail opens the breaker of \`${path}\` too`,
    hint: ({ path }) => `give \`${path}\` another model or another provider`,
  }),
} as const;

function afterTimeouts({ action, timeouts }: Late): string {
  return `\`${action}\` can never start after ${timeouts === 1 ? "a time-out" : "time-outs"}`;
}

function leftOf({ left, of, spent }: Late): string {
  return `${left === null ? `nothing of ${of} is left` : `${left} of ${of} are left`}: ${spent.join(", ")}`;
}
