/**
 * Family 8, second part (FBP8101 to FBP8149): are two paths that a fallback joins compatible on paper?
 * Codes are stable: a code once given is never given to another message.
 */
import { message } from "./define.ts";
import { quoted } from "./names.ts";

export interface Pair {
  /** The target of the fallback. */
  readonly path: string;
  /** The path that requests start on. */
  readonly start: string;
}

export interface Difference extends Pair {
  /** The first difference: `` `response.usage` is not there, and is an object in `local` ``. */
  readonly what: string;
  /** How many further ones there are. */
  readonly more: number;
  /** Did the policy say what the service uses, so that saying less would be a way out? */
  readonly declared: boolean;
}

export const compatibilityMessages = {
  FBP8101: message<Difference>({
    severity: "error",
    title: "An answer that is not what is read",
    text: ({ path, start, what, more }) =>
      `\`${path}\` does not answer as \`${start}\` does: ${what}${furtherText(more)}`,
    hint: ({ path, declared }) =>
      `give \`${path}\` an \`adapter "…"\` whose \`response\` makes its answers into those that are read${declared ? "" : ", or say with `reads` what the service reads of an answer"}`,
  }),
  FBP8102: message<Difference>({
    severity: "error",
    title: "A request that is not taken",
    text: ({ path, start, what, more }) =>
      `\`${path}\` does not take the requests that \`${start}\` takes: ${what}${furtherText(more)}`,
    hint: ({ path, declared }) =>
      `give \`${path}\` an \`adapter "…"\` whose \`request\` makes these requests into its own${declared ? "" : ", or say with `sends` what the service sends"}`,
  }),
  FBP8103: message<
    Pair & { readonly side: "request" | "response"; readonly places: readonly string[]; readonly criterion: string }
  >({
    severity: "note",
    title: "A difference that the contracts do not settle",
    text: ({ path, start, side, places }) =>
      side === "request"
        ? `the contracts do not tell whether \`${path}\` takes ${quoted(places)} as \`${start}\` does`
        : `the contracts do not tell whether \`${path}\` answers with ${quoted(places)} as \`${start}\` does`,
    hint: ({ path, criterion }) =>
      `the evidence for \`${path}\` has to show it under \`${criterion}\`, or its contract to describe it`,
  }),
  FBP8104: message<Pair & { readonly contract: string }>({
    severity: "error",
    title: "A fallback that cannot stream",
    text: ({ path, start, contract }) =>
      `this policy streams, and \`${path}\` cannot stand in for \`${start}\`: the contract \`${contract}\` has no streams`,
    hint: () => "fall back to a path that streams; an adapter rewrites whole answers, and cures nothing here",
  }),
  FBP8105: message<Pair & { readonly end: string; readonly other: string }>({
    severity: "warning",
    title: "Streams that end in different ways",
    text: ({ path, start, end, other }) =>
      `a stream of \`${path}\` ends with ${end}, and one of \`${start}\` with ${other}`,
    hint: () =>
      "see that whoever reads the stream knows both; an adapter rewrites whole answers, and cures nothing here",
  }),
  FBP8106: message<Pair & { readonly what: string }>({
    severity: "warning",
    title: "Chunks of a stream that differ",
    text: ({ path, start, what }) => `the chunks of \`${path}\` are not those of \`${start}\`: ${what}`,
    hint: () =>
      "see that whoever reads the stream knows both; an adapter rewrites whole answers, and cures nothing here",
  }),
  FBP8107: message<{
    readonly path: string;
    readonly window: number;
    readonly largest: number;
    /** What bounds a request: `the context window of \`primary\`, 128000`. */
    readonly because: string;
  }>({
    severity: "warning",
    title: "A fallback that holds fewer tokens",
    text: ({ path, window, largest, because }) =>
      `\`${path}\` cannot take the largest requests: they have up to ${largest} tokens (${because}), and it holds ${window}`,
    hint: ({ path, window }) =>
      `set \`tokens ${window}\` in the budget, take a model with a larger window, or live with \`context_overflow\` on \`${path}\`; an adapter does not cure it, unless it shortens the prompt`,
  }),
  FBP8108: message<{
    readonly path: string;
    readonly output: number;
    readonly from: string;
    readonly longest: number;
  }>({
    severity: "warning",
    title: "A fallback that gives shorter answers",
    text: ({ path, output, from, longest }) =>
      `\`${path}\` cuts answers that \`${from}\` gives whole: its \`max_output\` is ${output} tokens, against ${longest}`,
    hint: () => "give both the same `max_output`, if the model can; a cut answer is `unusable_output`",
  }),
  FBP8109: message<{ readonly path: string; readonly adapter: string; readonly start: string }>({
    severity: "note",
    title: "An adapter that the contracts do not call for",
    text: ({ path, adapter, start }) =>
      path === start
        ? `the contracts do not call for the adapter ${JSON.stringify(adapter)}: requests start on \`${path}\` and come in its form`
        : `the contracts do not call for the adapter ${JSON.stringify(adapter)}: \`${path}\` takes and gives what \`${start}\` does, as far as it is used`,
    hint: () => "take it out, unless the models want their prompts written differently",
  }),
  FBP8110: message<{
    readonly adapter: string;
    readonly paths: readonly string[];
    readonly contracts: readonly string[];
  }>({
    severity: "error",
    title: "One adapter for unlike contracts",
    text: ({ adapter, paths, contracts }) =>
      `the adapter ${JSON.stringify(adapter)} serves ${quoted(paths)}, which are on unlike contracts: ${quoted(contracts)}`,
    hint: () => "give each contract an adapter of its own: it is typed by the contract that it writes for",
  }),
  FBP8111: message<{ readonly written: string; readonly kind: "sends" | "reads"; readonly meant: string }>({
    severity: "error",
    title: "A place that is not sent or read",
    text: ({ written, kind }) =>
      kind === "sends"
        ? `\`sends\` names places in the request, and \`${written}\` is none`
        : `\`reads\` names places in the answer, and \`${written}\` is none`,
    hint: ({ meant }) => `write it as \`${meant}\``,
  }),
} as const;

function furtherText(more: number): string {
  if (more === 0) return "";
  return more === 1 ? ", and one more difference" : `, and ${more} more differences`;
}
