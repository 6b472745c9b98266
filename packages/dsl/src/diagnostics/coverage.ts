/** Family 5: which rule takes which signal. Codes are stable: a code once given is never given to another message. */
import { message } from "./define.ts";
import { quoted } from "./names.ts";

export const coverageMessages = {
  FBP5001: message<{ readonly path: string; readonly signals: readonly string[] }>({
    severity: "error",
    title: "Signals that have no line",
    text: ({ path, signals }) => `no line of \`on ${path}\` takes ${quoted(signals, "or")}`,
    hint: ({ signals }) =>
      signals.length === 1
        ? `add a line \`${signals[0]} -> REASON -> fail\``
        : "add a line for each, or `otherwise -> REASON -> fail` for all of them",
  }),
  FBP5002: message<{ readonly what: string; readonly line: number }>({
    severity: "error",
    title: "A line that never applies",
    text: ({ what, line }) => `this line never applies: line ${line} takes ${what} before it`,
    hint: () => "the first line that matches wins: put the more special line first, or remove this one",
  }),
  FBP5003: message<{ readonly selector: string; readonly why: string }>({
    severity: "warning",
    title: "A general line with nothing left to take",
    text: ({ selector, why }) => `\`${selector}\` never applies: ${why}`,
    hint: () => "remove the line",
  }),
  FBP5004: message<{ readonly path: string; readonly conditional: boolean }>({
    severity: "error",
    title: "`otherwise` before other lines",
    text: ({ path }) => `\`otherwise\` is not the last line of \`on ${path}\``,
    hint: ({ conditional }) =>
      conditional
        ? "move it below the lines of single signals and classes, above an `otherwise` without a condition"
        : "move it to the end of the block",
  }),
  FBP5005: message<{ readonly signal: string; readonly why: string }>({
    severity: "error",
    title: "A signal with conditional lines only",
    text: ({ signal, why }) => `nothing says what happens on \`${signal}\` ${why}`,
    hint: ({ signal }) => `add a line \`${signal} -> REASON -> fail\` below it, or end the block with \`otherwise\``,
  }),
  FBP5006: message<{ readonly path: string; readonly policy: string }>({
    severity: "error",
    title: "A path without rules",
    text: ({ path, policy }) => `\`${policy}\` uses the path \`${path}\`, but has no \`on ${path}\` block`,
    hint: ({ path }) => `add \`on ${path} { otherwise -> REASON -> fail }\``,
  }),
  FBP5007: message<{ readonly signal: string; readonly path: string; readonly why: string }>({
    severity: "warning",
    title: "A line for a signal that cannot arise",
    text: ({ signal, path, why }) => `\`${signal}\` cannot arise on \`${path}\`: ${why}`,
    hint: () => "remove the line, or make the signal possible",
  }),
  FBP5008: message<{ readonly path: string; readonly defaults: readonly string[] }>({
    severity: "note",
    title: "Health signals that take their default",
    text: ({ path, defaults }) => `\`on ${path}\` leaves health signals to their default: ${defaults.join("; ")}`,
  }),
  FBP5009: message<{ readonly why: string }>({
    severity: "warning",
    title: "`before first_token` where it is always true",
    text: ({ why }) => `\`before first_token\` is always true here: ${why}`,
    hint: () => "leave it out",
  }),
} as const;
