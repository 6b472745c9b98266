/** Family 4: what no policy may do. Codes are stable: a code once given is never given to another message. */
import { message } from "./define.ts";
import { quoted } from "./names.ts";

/** What several messages of this family are about: an action of a rule, and the signals that it may not follow. */
export interface Forbidden {
  /** `retry` or `fallback backup`. */
  readonly action: string;
  readonly signals: readonly string[];
}

export const safetyMessages = {
  FBP4001: message<Forbidden>({
    severity: "error",
    title: "A second call after a defect of the request or the account",
    text: ({ action, signals }) =>
      `\`${action}\` may not follow ${quoted(signals, "or")}: a wrong request, a refusal or a bad key is never sent again`,
    hint: ({ signals }) =>
      signals.length === 1
        ? `give ${quoted(signals)} a line of its own that ends in \`fail\``
        : `give ${quoted(signals)} lines of their own that end in \`fail\``,
  }),
  FBP4002: message<{ readonly signals: readonly string[] }>({
    severity: "error",
    title: "A retry that cannot cure the failure",
    text: ({ signals }) =>
      `\`retry\` may not follow ${quoted(signals, "or")}: the same call on the same path meets the same limit`,
    hint: () => "use `fallback` to a path that does not have this limit, or `fail`",
  }),
  FBP4003: message<{
    readonly path: string;
    readonly from: string;
    readonly account: string;
    readonly signals: readonly string[];
  }>({
    severity: "error",
    title: "A fallback from an exhausted account to the same account",
    text: ({ path, from, account, signals }) =>
      `\`fallback ${path}\` may not follow ${quoted(signals, "or")}: \`${path}\` and \`${from}\` are both on the account "${account}"`,
    hint: ({ path }) => `say \`account "…"\` on \`${path}\` if its bill is another one, or \`fail\``,
  }),
  FBP4004: message<{ readonly path: string; readonly signals: readonly string[]; readonly why: string }>({
    severity: "error",
    title: "A fallback for a request that is too long, to a path that is no larger",
    text: ({ path, signals, why }) => `\`fallback ${path}\` may not follow ${quoted(signals, "or")}: ${why}`,
    hint: () => "only a path with a larger `context_window` may take such a request",
  }),
  FBP4005: message<{ readonly signals: readonly string[] }>({
    severity: "error",
    title: "`proceed` after something other than a breached SLO",
    text: ({ signals }) => `\`proceed\` may not follow ${quoted(signals, "or")}: there is no attempt that could go on`,
    hint: () => "`proceed` is for `latency_slo_breach` alone; end with `fail` here",
  }),
  FBP4006: message<{ readonly signals: readonly string[] }>({
    severity: "error",
    title: "A retry where no attempt failed",
    text: ({ signals }) =>
      `\`retry\` may not follow ${quoted(signals, "or")}: no attempt has failed that could be repeated`,
    hint: () => "use `fallback`, `respond`, `defer` or `fail`",
  }),
  FBP4007: message<{ readonly action: string }>({
    severity: "error",
    title: "A second call after the deadline",
    text: ({ action }) => `\`${action}\` may not follow \`budget_exhausted\`: the request's time is over`,
    hint: () => "use `fail`, `respond` or `defer`",
  }),
  FBP4008: message<{ readonly action: string; readonly mode: string }>({
    severity: "error",
    title: "A second call after the user may have seen a token",
    text: ({ action, mode }) =>
      `\`${action}\` may not follow \`stream_interrupted\` under \`${mode}\`: the user may have seen a part of the answer`,
    hint: () =>
      "write `stream_interrupted before first_token` for this line, and a second line `stream_interrupted -> REASON -> fail with partial`",
  }),
  FBP4009: message<{ readonly path: string }>({
    severity: "error",
    title: "A fallback to the path itself",
    text: ({ path }) => `\`fallback ${path}\` stands in the rules of \`${path}\` itself`,
    hint: () => "use `retry` to call the same path again",
  }),
  FBP4010: message<{ readonly path: string; readonly on: string }>({
    severity: "error",
    title: "A fallback to a path that was always left before",
    text: ({ path, on }) =>
      `\`fallback ${path}\` can never happen: every request on \`${on}\` has come from \`${path}\`, and a path that was left is not entered again`,
    hint: () => "remove it",
  }),
  FBP4011: message<{ readonly action: string }>({
    severity: "error",
    title: "A list of actions whose last may not be possible",
    text: ({ action }) => `the last action, \`${action}\`, is not always permitted, and nothing follows it`,
    hint: () => "add `else fail`",
  }),
  FBP4012: message<{ readonly action: string; readonly before: string }>({
    severity: "error",
    title: "An action that is never tried",
    text: ({ action, before }) => `\`${action}\` is never tried: \`${before}\` before it always happens`,
    hint: () => "remove it, or put it first",
  }),
  FBP4013: message<{ readonly signals: readonly string[] }>({
    severity: "warning",
    title: "`fail with partial` where no answer has begun",
    text: ({ signals }) =>
      `\`fail with partial\` after ${quoted(signals, "or")}: no part of an answer has been passed on there`,
    hint: () => "write `fail`",
  }),
  FBP4014: message<{ readonly policy: string }>({
    severity: "warning",
    title: "Requests with tools that may run twice",
    text: ({ policy }) =>
      `\`${policy}\` has no \`repeat\` line, so a request with tools may be sent twice and its tools run twice`,
    hint: () => "add `repeat only when request.tools is absent`, or `repeat always` if that is meant",
  }),
  FBP4015: message<{ readonly action: string }>({
    severity: "error",
    title: "The same action twice in one list",
    text: ({ action }) => `\`${action}\` stands twice in this list: what was not permitted once is not permitted again`,
    hint: () => "remove the second one",
  }),
} as const;
