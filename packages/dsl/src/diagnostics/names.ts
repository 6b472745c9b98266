/**
 * Family 2, first part (FBP2001 to FBP2099): names, declarations, settings and their values. The
 * second part, types of predicates, is `predicates.ts`. Codes are stable: a code once given is never
 * given to another message.
 */
import { listOf, message } from "./define.ts";

/** How many candidates a hint lists before it only counts them. */
const MOST_CANDIDATES = 8;

/** `did you mean …?` where one is near, else what there is to choose from. */
export function choice(nearest: string | undefined, candidates: readonly string[], none: string): string {
  if (nearest !== undefined) return `did you mean \`${nearest}\`?`;
  if (candidates.length === 0) return none;
  const shown = candidates.slice(0, MOST_CANDIDATES).map((candidate) => `\`${candidate}\``);
  const more = candidates.length - shown.length;
  return `there is ${listOf(more > 0 ? [...shown, `${more} more`] : shown, "and")}`;
}

/** `` `a`, `b` and `c` `` */
export function quoted(names: readonly string[], joiner: "or" | "and" = "and"): string {
  return listOf(
    names.map((name) => `\`${name}\``),
    joiner,
  );
}

export interface Unknown {
  readonly name: string;
  readonly nearest: string | undefined;
  readonly candidates: readonly string[];
}

export const nameMessages = {
  FBP2001: message<Unknown & { readonly what: string }>({
    severity: "error",
    title: "A name that nothing declares",
    text: ({ what, name }) => `there is no ${what} \`${name}\``,
    hint: ({ what, nearest, candidates }) => choice(nearest, candidates, `declare the ${what} first`),
  }),
  FBP2003: message<Unknown & { readonly isSignal: boolean }>({
    severity: "error",
    title: "An unknown class of signals",
    text: ({ name }) => `there is no class \`${name}\``,
    hint: ({ name, isSignal, nearest, candidates }) =>
      isSignal ? `\`${name}\` is a signal: write it without \`any\`` : choice(nearest, candidates, ""),
  }),
  FBP2004: message<Unknown>({
    severity: "error",
    title: "A reason that is not among the declared ones",
    text: ({ name }) => `the reason \`${name}\` is not declared, and others are`,
    hint: ({ name, nearest }) =>
      nearest === undefined ? `declare it: \`reason ${name} "…"\`` : `did you mean \`${nearest}\`?`,
  }),
  FBP2005: message<{ readonly what: string; readonly name: string }>({
    severity: "error",
    title: "A name that is declared twice",
    text: ({ what, name }) => `the ${what} \`${name}\` is declared twice`,
    hint: () => "rename or remove one of them",
  }),
  FBP2006: message<{ readonly setting: string; readonly owner: string }>({
    severity: "error",
    title: "Something that is given twice",
    text: ({ setting, owner }) => `${owner} has \`${setting}\` twice`,
    hint: () => "keep one of them",
  }),
  FBP2007: message<{ readonly owner: string; readonly missing: readonly string[]; readonly example: string }>({
    severity: "error",
    title: "A setting that must be given and is not",
    text: ({ owner, missing }) => `${owner} has no ${quoted(missing, "or")}`,
    hint: ({ example }) => `add \`${example}\``,
  }),
  FBP2008: message<{ readonly name: string; readonly signalClass: string }>({
    severity: "error",
    title: "A built-in signal that is declared again",
    text: ({ name, signalClass }) => `the signal \`${name}\` is built in, with the class \`${signalClass}\``,
    hint: () => "use it without a declaration, or choose another name",
  }),
  FBP2009: message<{ readonly name: string }>({
    severity: "error",
    title: "A declared signal of class `health`",
    text: ({ name }) => `the signal \`${name}\` cannot be of class \`health\`: only the runtime raises health signals`,
    hint: () => "choose the class that says what the failed attempt permits, such as `transient`",
  }),
  FBP2010: message<{ readonly what: string; readonly name: string; readonly why: string }>({
    severity: "warning",
    title: "A declaration that nothing uses",
    text: ({ what, name, why }) => `the ${what} \`${name}\` is never used: ${why}`,
    hint: () => "remove it, or use it",
  }),
  FBP2011: message<{ readonly path: string; readonly policy: string; readonly construct: string }>({
    severity: "warning",
    title: "Something for a path that the policy never takes",
    text: ({ path, policy, construct }) =>
      `${construct} has no effect: no request of \`${policy}\` ever comes to the path \`${path}\``,
    hint: ({ path }) => `add \`fallback ${path}\` to a rule of a path that is used, or remove this`,
  }),
  FBP2012: message<{ readonly file: string }>({
    severity: "error",
    title: "A file that is not there",
    text: ({ file }) => `there is no file "${file}"`,
    hint: () => "the path is read from the folder of the file that names it",
  }),
  FBP2013: message<{ readonly file: string }>({
    severity: "error",
    title: "A file outside the project",
    text: ({ file }) => `"${file}" lies outside the project's root`,
    hint: () => "copy it into the project: a policy is built from the project's own files alone",
  }),
  FBP2014: message<{ readonly file: string; readonly why: string }>({
    severity: "error",
    title: "A file that cannot be read",
    text: ({ file, why }) => `"${file}" cannot be read: ${why}`,
  }),
  FBP2015: message<{ readonly circle: readonly string[] }>({
    severity: "error",
    title: "Files that use each other in a circle",
    text: ({ circle }) => `the files use each other in a circle: ${circle.join(" -> ")}`,
    hint: () => "move what they share into a file of its own",
  }),
  FBP2016: message<{ readonly what: string; readonly name: string }>({
    severity: "error",
    title: "A declaration without a name or in the wrong place",
    text: ({ what }) => `${what} at the top of a file needs a name`,
    hint: ({ name }) => `write \`${name} NAME { … }\`, or move it into the policy`,
  }),
  FBP2017: message<{ readonly field: string; readonly takes: string; readonly given: string }>({
    severity: "error",
    title: "A value that does not fit its context field",
    text: ({ field, takes, given }) => `the context field \`${field}\` takes ${takes}, not ${given}`,
  }),
  FBP2018: message<{ readonly what: string; readonly value: string }>({
    severity: "error",
    title: "A value that is listed twice",
    text: ({ what, value }) => `${what} lists ${value} twice`,
    hint: () => "remove one of them",
  }),
  FBP2021: message<{ readonly setting: string; readonly given: string; readonly bound: string }>({
    severity: "error",
    title: "A value that is too small or too large",
    text: ({ setting, given, bound }) => `\`${setting}\` is \`${given}\`, and must be ${bound}`,
  }),
  FBP2022: message<{ readonly setting: string; readonly given: string }>({
    severity: "error",
    title: "A count that is not a whole number",
    text: ({ setting, given }) => `\`${setting}\` is \`${given}\`, and must be a whole number`,
  }),
  FBP2023: message<{ readonly setting: string; readonly low: string; readonly high: string }>({
    severity: "error",
    title: "A range that is the wrong way round",
    text: ({ setting, low, high }) => `\`${setting}\` goes from \`${low}\` down to \`${high}\``,
    hint: ({ low, high }) => `write the smaller one first: \`${high}\`, then \`${low}\``,
  }),
  FBP2024: message({
    severity: "error",
    title: "A file that declares nothing",
    text: () => "the file declares nothing",
    hint: () => "a policy needs at least a `contract`, a `path` and a `policy`; `fbp init` writes an example",
  }),
  FBP2025: message<{ readonly path: string; readonly has: string; readonly construct: string }>({
    severity: "error",
    title: "A scenario that sets what the path does not have",
    text: ({ path, has, construct }) => `${construct} cannot be: the path \`${path}\` has no \`${has}\` in this policy`,
    hint: ({ path, has }) => `add \`${has} ${path} { … }\` to the policy, or remove this line`,
  }),
  FBP2026: message<{ readonly title: string }>({
    severity: "warning",
    title: "A scenario that expects nothing",
    text: ({ title }) => `the scenario "${title}" expects nothing, so it cannot fail`,
    hint: () => "add a line such as `expect answer from primary, no reason`",
  }),
  FBP2027: message<{ readonly field: string; readonly contract: string; readonly nearest: string | undefined }>({
    severity: "warning",
    title: "A recorded field that the contract's error object does not have",
    text: ({ field, contract }) =>
      `the error object of \`${contract}\` has no field \`${field}\`, so nothing is recorded`,
    hint: ({ nearest }) => (nearest === undefined ? "remove it" : `did you mean \`${nearest}\`?`),
  }),
  FBP2028: message<{ readonly setting: string }>({
    severity: "error",
    title: "An empty text",
    text: ({ setting }) => `the text of \`${setting}\` is empty`,
  }),
  FBP2029: message<{ readonly what: string; readonly name: string }>({
    severity: "error",
    title: "A name that nothing can take",
    text: ({ what, name }) => `the ${what} \`${name}\` stands in a policy, where nothing can take it by its name`,
    hint: ({ what, name }) => `leave out the name, or move \`${what} ${name} { … }\` to the top of the file`,
  }),
} as const;
