/**
 * Family 6: budgets, limits and breakers that contradict themselves. Codes are stable: a code once
 * given is never given to another message.
 */
import { message } from "./define.ts";
import { quoted } from "./names.ts";

export const budgetMessages = {
  FBP6001: message<{
    readonly path: string;
    readonly least: string;
    readonly deadline: string;
    readonly start: boolean;
  }>({
    severity: "error",
    title: "A deadline that is too short for a single attempt",
    text: ({ path, least, deadline, start }) =>
      start
        ? `no request can ever start: an attempt on \`${path}\` needs ${least}, and the deadline is ${deadline}`
        : `the path \`${path}\` can never start: an attempt needs ${least}, and the deadline of the whole request is ${deadline}`,
    hint: ({ least }) =>
      `raise the deadline to ${least} or more, or give the least useful time: \`timeout LEAST..MOST\``,
  }),
  FBP6002: message<{ readonly path: string; readonly most: string; readonly deadline: string }>({
    severity: "warning",
    title: "A timeout that the deadline always cuts",
    text: ({ path, most, deadline }) =>
      `an attempt on \`${path}\` never gets its ${most}: the deadline of the whole request is ${deadline}`,
    hint: ({ deadline }) => `lower the timeout to at most ${deadline}, or raise the deadline`,
  }),
  FBP6003: message<{ readonly attempts: number; readonly retries: number; readonly fallbacks: number }>({
    severity: "warning",
    title: "Attempts that can never be reached",
    text: ({ attempts, retries, fallbacks }) =>
      `${attempts} attempts can never be reached: the first one, ${retries} by \`retries\` and ${fallbacks} by \`fallbacks\` make ${1 + retries + fallbacks}`,
    hint: ({ retries, fallbacks }) =>
      `write \`attempts ${1 + retries + fallbacks}\`, or raise \`retries\` or \`fallbacks\``,
  }),
  FBP6004: message<{ readonly setting: "retries" | "fallbacks"; readonly value: number; readonly attempts: number }>({
    severity: "warning",
    title: "More retries or fallbacks than attempts allow",
    text: ({ setting, value, attempts }) =>
      `\`${setting} ${value}\` can never be used up: \`attempts ${attempts}\` leaves ${attempts - 1} beside the first`,
    hint: ({ setting, value, attempts }) => `write \`attempts ${value + 1}\` or \`${setting} ${attempts - 1}\``,
  }),
  FBP6005: message<{ readonly setting: "retries" | "fallbacks"; readonly action: string }>({
    severity: "error",
    title: "An action that the budget never permits",
    text: ({ setting, action }) => `\`${action}\` is never permitted: the budget has no \`${setting}\``,
    hint: ({ setting }) => `add \`${setting} 1\` to the budget, and count it in \`attempts\``,
  }),
  FBP6006: message<{ readonly setting: "retries" | "fallbacks"; readonly value: number; readonly action: string }>({
    severity: "warning",
    title: "A budget that no rule spends",
    text: ({ setting, value, action }) => `\`${setting} ${value}\` is never spent: no rule has a \`${action}\``,
    hint: ({ setting, action }) => `add \`${action}\` to a rule, or remove \`${setting}\``,
  }),
  FBP6007: message<{ readonly path: string; readonly needed: number; readonly fallbacks: number }>({
    severity: "warning",
    title: "A chain of fallbacks that is longer than the budget",
    text: ({ path, needed, fallbacks }) =>
      `\`fallback ${path}\` is never permitted: it is at least the ${ordinal(needed)} fallback of a request, and the budget has ${fallbacks}`,
    hint: ({ needed }) => `write \`fallbacks ${needed}\`, and count them in \`attempts\``,
  }),
  FBP6008: message<{ readonly wait: string; readonly deadline: string }>({
    severity: "warning",
    title: "A back-off that is longer than the deadline",
    text: ({ wait, deadline }) => `the back-off reaches ${wait}, and the deadline of the whole request is ${deadline}`,
    hint: () => "a wait that does not fit is not permitted: shorten it, or raise the deadline",
  }),
  FBP6009: message<{ readonly setting: "tokens" | "cost"; readonly paths: readonly string[] }>({
    severity: "error",
    title: "A token or cost budget without `max_output`",
    text: ({ setting, paths }) =>
      `\`${setting}\` cannot be reserved: ${quoted(paths)} ${paths.length === 1 ? "has" : "have"} no \`max_output\``,
    hint: () => "say how long an answer may be at most, such as `max_output 4k`",
  }),
  FBP6010: message<{ readonly paths: readonly string[] }>({
    severity: "error",
    title: "A cost budget without a price",
    text: ({ paths }) =>
      `\`cost\` cannot be reserved: ${quoted(paths)} ${paths.length === 1 ? "has" : "have"} no \`price\``,
    hint: () => "say what a call costs, such as `price 2.50 USD in, 10 USD out per 1M tokens`",
  }),
  FBP6011: message<{ readonly where: string; readonly currency: string; readonly other: string }>({
    severity: "error",
    title: "Amounts in different currencies",
    text: ({ where, currency, other }) => `${where} is in ${currency}, and should be in ${other}`,
    hint: () => "use one currency in the whole policy: nothing here knows a rate of exchange",
  }),
  FBP6012: message<{
    readonly path: string;
    readonly setting: "tokens" | "cost";
    readonly needed: string;
    readonly budget: string;
  }>({
    severity: "error",
    title: "A budget that is too small for a single attempt",
    text: ({ path, setting, needed, budget }) =>
      `\`${path}\` can never be called: its answer alone reserves ${needed}, and \`${setting}\` is ${budget}`,
    hint: ({ setting }) => `raise \`${setting}\`, or lower \`max_output\``,
  }),
  FBP6013: message<{
    readonly path: string;
    readonly setting: string;
    readonly value: string;
    readonly timeout: string;
  }>({
    severity: "error",
    title: "A limit inside an attempt that is longer than the attempt",
    text: ({ path, setting, value, timeout }) =>
      `\`${setting} ${value}\` never applies: an attempt on \`${path}\` ends after ${timeout}`,
    hint: ({ setting }) => `lower \`${setting}\`, or raise the path's \`timeout\``,
  }),
  FBP6014: message<{ readonly minimum: number; readonly window: number; readonly what: string }>({
    severity: "error",
    title: "A window that never holds enough calls",
    text: ({ minimum, window, what }) =>
      `the window of ${what} holds ${window} calls, and at least ${minimum} are asked for`,
    hint: ({ window }) => `ask for at most ${window} calls, or widen the window`,
  }),
  FBP6015: message<{ readonly lease: string; readonly path: string; readonly timeout: string }>({
    severity: "warning",
    title: "A probe's lease that is shorter than an attempt",
    text: ({ lease, path, timeout }) =>
      `a probe counts as failed after ${lease}, while an attempt on \`${path}\` may take ${timeout}`,
    hint: ({ timeout }) => `write \`each within ${timeout}\`, or leave it out`,
  }),
  FBP6016: message<{ readonly what: string; readonly limit: string; readonly path: string; readonly timeout: string }>({
    severity: "warning",
    title: "A latency threshold that no call can reach",
    text: ({ what, limit, path, timeout }) =>
      `${what} never happens: no call on \`${path}\` takes longer than its timeout, ${timeout}, and the limit is ${limit}`,
    hint: ({ timeout }) => `set a limit below ${timeout}`,
  }),
  FBP6017: message<{ readonly path: string; readonly output: string; readonly window: string }>({
    severity: "error",
    title: "An answer that is longer than the context window",
    text: ({ path, output, window }) =>
      `\`max_output\` of \`${path}\` is ${output} tokens, and the whole context window ${window}`,
    hint: () => "lower `max_output`",
  }),
  FBP6018: message({
    severity: "error",
    title: "A retry budget that permits nothing",
    text: () => "this retry budget never permits a retry",
    hint: () => "give a share above 0%, or a number per second; to forbid retries, remove `retry` from the rules",
  }),
  FBP6019: message<{ readonly path: string; readonly value: string; readonly limit: string }>({
    severity: "error",
    title: "A limit for the connection behind that for the status line",
    text: ({ path, value, limit }) =>
      `\`connect ${value}\` never applies: an attempt on \`${path}\` ends after ${limit} without a status line`,
    hint: () => "lower `connect`, or raise the path's `headers`",
  }),
} as const;

/** 1st, 2nd, 3rd, 4th */
function ordinal(count: number): string {
  const last = count % 100;
  if (last >= 11 && last <= 13) return `${count}th`;
  return `${count}${["th", "st", "nd", "rd"][count % 10] ?? "th"}`;
}
