/**
 * Family 3, the documented error conditions (FBP3034 to FBP3039). Codes are stable: a code once given is
 * never given to another message.
 */
import { message } from "./define.ts";

export const conditionMessages = {
  FBP3034: message<{ count: number }>({
    severity: "warning",
    title: "Error condition that is never reached",
    text: ({ count }) =>
      count === 1
        ? "this condition is never reached: one before it takes all that it asks for"
        : `this condition is never reached: ${count} before it take all that it asks for`,
    hint: () => "put it before them if it is the nearer reading, or leave it out",
  }),
  FBP3035: message<{ signal: string; class: string; permits: boolean }>({
    severity: "error",
    title: "Claim about retries that the signal contradicts",
    text: ({ signal, class: signalClass, permits }) =>
      permits
        ? `this condition is called not retryable, but \`${signal}\` is \`${signalClass}\`, which permits a retry`
        : `this condition is called retryable, but \`${signal}\` is \`${signalClass}\`, which forbids a retry`,
    hint: ({ class: signalClass, permits }) => {
      if (!permits)
        return "name the signal of what a retry cures: `rate_limited`, `route_unavailable` or `server_error`";
      const instead = INSTEAD.get(signalClass) ?? "`client_invalid`, `auth_or_account` or `quota_exhausted`";
      return `name ${instead}, or leave \`retryable\` out where only this path cannot serve`;
    },
  }),
  FBP3036: message<{ why: string }>({
    severity: "error",
    title: "Error condition that never holds",
    text: ({ why }) => `this condition never holds: ${why}`,
    hint: () => "leave one of the two tests out",
  }),
} as const;

/** What a failure that no retry cures may be, by the class that was named for it. */
const INSTEAD = new Map([
  ["capacity", "`quota_exhausted` where an allowance is gone, `client_invalid` where one request is too large"],
  ["transient", "`client_invalid` where the request is wrong, `auth_or_account` where the account is"],
]);
