/**
 * Family 5, what is left for the lines of a `signals` block (FBP5010 to FBP5019). Codes are stable: a code
 * once given is never given to another message.
 */
import { message } from "./define.ts";

export const signalCoverageMessages = {
  FBP5010: message<{ readonly signal: string; readonly why: string; readonly hint: string }>({
    severity: "error",
    title: "A line of `signals` that no failure matches",
    text: ({ signal, why }) => `this line never reads \`${signal}\`: ${why}`,
    hint: ({ hint }) => hint,
  }),
  FBP5011: message<{
    readonly signal: string;
    /** A failure that the line asks for, in words, and the signal that it is read as. */
    readonly example: string;
    readonly readAs: string;
    /** In the order of the lines. */
    readonly takers: readonly Taker[];
  }>({
    severity: "error",
    title: "A line of `signals` that earlier lines cover",
    text: ({ signal, example, readAs, takers }) => {
      const lines = linesOf(takers);
      return readAs === signal
        ? `this line adds nothing: ${lines.text} ${lines.are} all of it, so ${example} is read as \`${signal}\` already`
        : `this line never reads \`${signal}\`: ${lines.text} ${lines.are} all of it, so ${example} is read as \`${readAs}\``;
    },
    hint: ({ signal, readAs, takers }) =>
      readAs === signal
        ? "remove it"
        : `the first line that matches wins: put it above ${takers[0] === undefined ? "them" : nameOf(takers[0])}, or remove it`,
  }),
  FBP5012: message({
    severity: "note",
    title: "Nothing is left for `standard`",
    text: () => "`standard` has nothing left to read: the lines before it take every failure",
    hint: () => "leave it out: a block without it gets it anyway",
  }),
} as const;

/** A line that takes what another one asks for. */
export interface Taker {
  /** In the policy's file, from 1. */
  readonly line: number;
  readonly from: "policy" | "documented" | "standard";
}

function linesOf(takers: readonly Taker[]): { readonly text: string; readonly are: "takes" | "take" } {
  const names = [...new Set(takers.map(nameOf))];
  return names.length === 1
    ? { text: names[0] ?? "", are: "takes" }
    : { text: `${names.slice(0, -1).join(", ")} and ${names.at(-1)} together`, are: "take" };
}

function nameOf({ from, line }: Taker): string {
  return from === "policy" ? `line ${line}` : `\`${from}\` in line ${line}`;
}
