/** What is wrong with a command line, in one line. Loaded when something is. */
import { nearest } from "@fbp/dsl";
import type { UsageProblem } from "./context.ts";
import { printable } from "./render/width.ts";

/**
 * commander puts its suggestion on a line of its own, and has none for a value that is none of the choices; where there
 * is nothing near, the help is the place to look.
 */
export function usageLine({ text, help }: UsageProblem): string {
  const line = printable(
    text
      .trim()
      .replace(/^error: /, "")
      .replace(/\.?\s*\n\(Did you mean (?:one of )?(.*)\?\)$/s, ", did you mean $1?")
      .replace(/\s*\n\s*/g, " "),
  );
  if (line.endsWith("?")) return line;
  const [, before, value = "", choices = ""] = CHOICES.exec(line) ?? [];
  const near = nearest(value, choices.split(", "));
  if (before !== undefined && near !== undefined) return `${before}, did you mean ${near}?`;
  return `${line.replace(/\.$/, "")}, see ${help}`;
}

const CHOICES = /^(.*'(.*)' is invalid(?: for argument '.*')?)\. Allowed choices are (.*)\.$/;
