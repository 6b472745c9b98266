/**
 * Reads a case of `fixtures/mistakes`, or of a folder like it: a policy file with one mistake, and at its end
 *
 *     // fix 12: …     the line that takes the place of line 12 when one does what the hint says,
 *     // fix 12+: …    a line that is put below line 12,
 *     // fix 12-       line 12 is taken out;
 *     // expect: …     what is reported: code, place, severity and text,
 *     // hint: …       its hint,
 *     // see: …        a related place,
 *     // story: …      one happening of the request that shows it,
 *     // scenario: …   a line of the same as a scenario.
 *
 * `// profile: production` as the first line checks with that profile.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Compilation, compile, type Diagnostic, type Host, positionOf, type Span } from "@fbp/dsl";
import { nodeHost } from "@fbp/dsl/node";
import { withEvidence } from "./evidence.ts";

export const FOLDER = join(import.meta.dirname, "../fixtures/mistakes");

/** Verifications of the fixtures' contracts stand on this day, but for the one that has expired. */
const AS_OF = "2026-11-22";

export const NAMES = namesIn(FOLDER);

export function namesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".fbp"))
    .sort();
}

export interface Mistake {
  readonly name: string;
  /** Without what is expected. */
  readonly text: string;
  readonly expected: readonly string[];
  /** The text after its hint was followed; null where the case does not say how. */
  readonly fixed: string | null;
}

const EXPECTATION = /^\/\/ (expect|hint|see|story|scenario): /;

export function readMistake(name: string): Mistake {
  return readCase(FOLDER, name);
}

/** A case of another folder, in the same form. */
export function readCase(folder: string, name: string): Mistake {
  const lines = readFileSync(join(folder, name), "utf8").split("\n");
  const first = lines.findIndex((line) => EXPECTATION.test(line));
  const body = first < 0 ? lines : lines.slice(0, first);
  return {
    name,
    text: `${body.join("\n").trimEnd()}\n`,
    expected: lines.filter((line) => EXPECTATION.test(line)),
    fixed: fixedOf(body),
  };
}

function fixedOf(lines: readonly string[]): string | null {
  const fixes = lines.flatMap((line) => {
    const [, number, mode, text] = /^\/\/ fix (\d+)([+-]?)(?:: (.*))?$/.exec(line) ?? [];
    return number === undefined ? [] : [{ at: Number(number) - 1, mode, text: text ?? "" }];
  });
  if (fixes.length === 0) return null;
  const fixed: string[][] = lines.filter((line) => !line.startsWith("// fix ")).map((line) => [line]);
  for (const { at, mode, text } of fixes) {
    const line = fixed[at];
    if (line === undefined) throw new RangeError(`there is no line ${at + 1} to fix`);
    if (mode === "+") line.push(text);
    else line.splice(0, 1, ...(mode === "-" ? [] : [text]));
  }
  return fixed.flat().join("\n");
}

/** The case as `compile` sees it, in its folder, with `text` in the place of its own. */
export function compileMistake(name: string, text: string): Compilation {
  return compileCase(FOLDER, name, text);
}

export function compileCase(folder: string, name: string, text: string): Compilation {
  const host = nodeHost(folder);
  const overlaid: Host = { ...host, read: (file) => (file === name ? { kind: "text", text } : host.read(file)) };
  const profile = text.startsWith("// profile: production") ? "production" : "development";
  const options = { profile, asOf: AS_OF } as const;
  return compile(name, withEvidence(name, overlaid, options), options);
}

/** What was reported, as a case writes it. */
export function written(name: string, diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.flatMap(({ code, severity, span, text, hint, related, story }) => [
    `// expect: ${code} ${placeOf(name, span)} ${severity}: ${text}`,
    ...(hint === undefined ? [] : [`// hint: ${hint}`]),
    ...related.map((other) => `// see: ${placeOf(name, other.span)} ${other.text}`),
    ...(story?.steps ?? []).map((step) => `// story: ${step}`),
    ...(story?.scenario?.trimEnd().split("\n") ?? []).map((line) => `// scenario: ${line}`),
  ]);
}

function placeOf(name: string, { source, start }: Span): string {
  const { line, column } = positionOf(source, start);
  return `${source.name === name ? "" : `${source.name}:`}${line}:${column}`;
}
