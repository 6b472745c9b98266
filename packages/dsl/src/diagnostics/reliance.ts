/**
 * Family 3, second part (FBP3201 to FBP3299): what a policy relies on without anybody having verified
 * it. Codes are stable: a code once given is never given to another message.
 */
import { message } from "./define.ts";
import { quoted } from "./names.ts";

export const relianceMessages = {
  FBP3201: message<{
    readonly contract: string;
    readonly area: string;
    readonly state: string;
    readonly what: string;
    readonly file: string;
  }>({
    severity: "error",
    title: "Relying on an area of a contract that nobody has verified",
    text: ({ contract, area, state, what }) =>
      `${what} relies on the area \`${area}\` of the contract \`${contract}\`, which ${state}`,
    hint: ({ file, area }) =>
      `check it against the provider, then settle it with \`fbp contract verify ${file} ${area}\``,
  }),
  FBP3202: message<{ readonly contract: string; readonly areas: readonly string[]; readonly file: string }>({
    severity: "warning",
    title: "A contract that is not verified yet",
    text: ({ contract, areas }) =>
      `the contract \`${contract}\` is not verified where this policy relies on it: ${quoted(areas)}`,
    hint: ({ file }) => `\`--profile production\` refuses this; \`fbp contract status ${file}\` says what is open`,
  }),
} as const;
