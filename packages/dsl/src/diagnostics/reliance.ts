/**
 * Family 3, third part (FBP3201 to FBP3299): what a policy in development relies on without anybody
 * having verified it. Codes are stable: a code once given is never given to another message.
 */
import { message } from "./define.ts";
import { quoted } from "./names.ts";

export const relianceMessages = {
  FBP3201: message<{ readonly contract: string; readonly areas: readonly string[]; readonly file: string }>({
    severity: "warning",
    title: "A contract that is not verified yet",
    text: ({ contract, areas }) =>
      `the contract \`${contract}\` is not verified where this program relies on it: ${quoted(areas)}`,
    hint: ({ file }) => `\`--profile production\` refuses this; \`verification\` in ${file} says what is open`,
  }),
} as const;
