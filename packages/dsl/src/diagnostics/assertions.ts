/** Family 7. Codes are stable: a code once given is never given to another message. */
import { listOf, message } from "./define.ts";

export const assertionMessages = {
  FBP7101: message<{ field: string; parent: string; by: string; near: string | undefined; fields: readonly string[] }>({
    severity: "error",
    title: "No such part of an outcome",
    text: ({ field }) => `an outcome has no \`${field}\``,
    hint: ({ near, fields }) =>
      near === undefined ? `it has ${listOf(fields, "and")}` : `did you mean \`outcome.${near}\`?`,
  }),
  FBP7102: message<{ mode: string }>({
    severity: "warning",
    title: "Assertion that asks nothing of the outcome",
    text: ({ mode }) => `the claim of \`assert ${mode}\` reads no \`outcome.…\`, so it says nothing of the policy`,
    hint: () => "put what is asked of the request after `when`, and claim something of its outcome",
  }),
};
