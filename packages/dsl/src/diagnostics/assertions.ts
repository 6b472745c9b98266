/** Family 7. Codes are stable: a code once given is never given to another message. */
import { listOf, message } from "./define.ts";

export const assertionMessages = {
  FBP7001: message<{ readonly mode: "always" | "never"; readonly claim: string; readonly end: string }>({
    severity: "error",
    title: "An assertion that a request can break",
    text: ({ mode, claim, end }) => `\`assert ${mode} ${claim}\` does not hold: a request can end as ${end}`,
    hint: () => "change the rule or the budget that the story goes by, or assert less",
  }),
  FBP7002: message<{ readonly claim: string }>({
    severity: "error",
    title: "A possibility that never happens",
    text: ({ claim }) => `\`assert possible ${claim}\` does not hold: no request can end so`,
    hint: () => "`fbp check --explain` lists how requests can end, and what refuses each action",
  }),
  FBP7003: message<{ readonly mode: string; readonly claim: string }>({
    severity: "warning",
    title: "An assertion that could not be decided",
    text: ({ mode, claim }) =>
      `\`assert ${mode} ${claim}\` could not be decided: there may be a request that breaks or shows it, but none could be played`,
    hint: () => "assert something that does not hang on the exact tokens and cost of a request",
  }),
  FBP7004: message<{ readonly condition: string }>({
    severity: "warning",
    title: "An assertion about no request",
    text: ({ condition }) => `\`when ${condition}\` holds of no request, so this assertion says nothing`,
    hint: () => "ask for values that the contract and the context allow",
  }),
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
