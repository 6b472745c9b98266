/**
 * Family 3, third part (FBP3103, FBP3104, FBP3201 to FBP3249): what a program relies on without that
 * anybody has verified it, and verifications that do not hold. Codes are stable: a code once given is
 * never given to another message.
 */
import { message } from "./define.ts";
import { quoted } from "./names.ts";
import { shellWord, type ToVerify, verifyCommand } from "./verify-command.ts";

export const relianceMessages = {
  FBP3103: message<{ readonly copy: string } & ToVerify>({
    severity: "error",
    title: "Copy of a source that has changed",
    text: ({ area, copy }) =>
      `\`${area}\` was verified against ${JSON.stringify(copy)}, which no longer holds what was read`,
    hint: (open) => `compare the two, and where \`${open.area}\` still holds record that: ${verifyCommand(open)}`,
  }),
  FBP3104: message<{ readonly copy: string; readonly why: string } & ToVerify>({
    severity: "error",
    title: "Copy of a source that cannot be read",
    text: ({ area, copy, why }) => `\`${area}\` was verified against ${JSON.stringify(copy)}, which ${why}`,
    hint: (open) =>
      `put the file back, or check against another source: ${verifyCommand({ ...open, hasSource: false })}`,
  }),
  FBP3201: message<{ readonly contract: string; readonly areas: readonly string[]; readonly policy: string }>({
    severity: "warning",
    title: "A contract that is not verified yet",
    text: ({ contract, areas }) =>
      `the contract \`${contract}\` is not verified where this program relies on it: ${quoted(areas)}`,
    hint: ({ policy }) =>
      `\`--profile production\` refuses this; what is open, and what relies on it: fbp contract status ${shellWord(policy)}`,
  }),
} as const;
