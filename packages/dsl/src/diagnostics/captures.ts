/**
 * Family 3, what `fbp contract check` finds in captures (FBP3301 to FBP3349). Codes are stable: a code once given is
 * never given to another message. No message holds more of a capture than kinds and short words.
 */
import { listOf, message } from "./define.ts";

/** What is wrong at one place of captured values. */
export interface MisfitArguments {
  /** `` `/choices/0/finish_reason` ``, or `the whole answer`. */
  readonly where: string;
  readonly found: readonly string[];
  readonly wants: readonly string[];
  /** `3 of 24 answers` */
  readonly share: string;
  /** `captures/a.json:1` */
  readonly first: string;
  /** The contract is about what the service sends, not about what comes back. */
  readonly isSent: boolean;
}

export interface RemarkArguments {
  readonly share: string;
  readonly first: string;
}

/** `first in a.json:3; …` */
const firstThen = (first: string, then: string) => `first in ${first}; ${then}`;

const mend = ({ first, isSent }: MisfitArguments, contract: string) =>
  firstThen(first, isSent ? `correct the request, or ${contract}` : contract);

export const captureMessages = {
  FBP3301: message<MisfitArguments>({
    severity: "error",
    title: "Captured value of another kind",
    text: ({ where, found, wants, share }) =>
      `${where} is ${listOf(found)} in ${share}, and the contract allows only ${listOf(wants)}`,
    hint: (args) => mend(args, "let the kind in here if the provider documents it"),
  }),
  FBP3302: message<MisfitArguments>({
    severity: "error",
    title: "Captured value that the contract does not list",
    text: ({ where, found, wants, share }) =>
      `${where} is ${listOf(found)} in ${share}, and the contract allows only ${listOf(wants)}`,
    hint: (args) => mend(args, "add the value here if the provider documents it, or list no values"),
  }),
  FBP3303: message<MisfitArguments>({
    severity: "error",
    title: "Captured value without a required field",
    text: ({ where, share }) => `${where} is missing in ${share}, and the contract requires it`,
    hint: (args) => mend(args, "take the field out of `required` if it may be left out"),
  }),
  FBP3304: message<MisfitArguments>({
    severity: "error",
    title: "Captured field that the contract does not let in",
    text: ({ where, share }) => `${where} is there in ${share}, and the contract does not let it in`,
    hint: (args) => mend(args, "name the field in the schema, or let other fields in"),
  }),
  FBP3305: message<MisfitArguments>({
    severity: "error",
    title: "Captured value out of bounds",
    text: ({ where, found, wants, share }) =>
      `${where} is ${listOf(found)} in ${share}, and the contract allows ${listOf(wants)}`,
    hint: (args) => mend(args, "move the bound if the provider documents another"),
  }),
  FBP3306: message<MisfitArguments>({
    severity: "error",
    title: "Captured value of another form",
    text: ({ where, found, wants, share }) =>
      `${where} is ${listOf(found)} in ${share}, and the contract allows ${listOf(wants)}`,
    hint: (args) => mend(args, "describe the form here; `anyOf` lets a value fit several forms, `oneOf` does not"),
  }),

  // ------------------------------------------------------------ the contract's own places
  FBP3307: message<RemarkArguments>({
    severity: "error",
    title: "Captured answer without an answer",
    text: ({ share }) => `nothing stands where the contract looks for the answer, in ${share}`,
    hint: ({ first }) =>
      firstThen(first, "add the place where it stands to `response.answer`, or see why the provider gave none"),
  }),
  FBP3308: message<RemarkArguments>({
    severity: "note",
    title: "No finish reason in a capture",
    text: ({ share }) => `no finish reason stands where the contract looks for it, in ${share}`,
    hint: ({ first }) => firstThen(first, "an answer without one counts as complete"),
  }),
  FBP3309: message<RemarkArguments & { readonly isStream: boolean }>({
    severity: "note",
    title: "No usage in a capture",
    text: ({ share }) => `no usage stands where the contract looks for it, in ${share}`,
    hint: ({ first, isStream }) =>
      firstThen(
        first,
        isStream
          ? "many providers send it only when the request asks, as with `stream_options`; else the reserve stays spent"
          : "without it the tokens that were reserved for the call stay spent",
      ),
  }),
  FBP3310: message<RemarkArguments>({
    severity: "warning",
    title: "No error object in a captured error",
    text: ({ share }) => `no error object stands where the contract looks for it, in ${share}`,
    hint: ({ first }) => firstThen(first, "add the place where it stands to `errors.at`"),
  }),
  FBP3311: message<RemarkArguments & { readonly marker: string }>({
    severity: "warning",
    title: "Captured stream without its end",
    text: ({ share, marker }) => `the end marker ${marker} did not come in ${share}`,
    hint: ({ first }) => firstThen(first, "write null for `response.stream.end` if the provider sends none"),
  }),
  FBP3312: message<RemarkArguments & { readonly header: string }>({
    severity: "note",
    title: "No request id in a capture",
    text: ({ share, header }) => `the header ${JSON.stringify(header)} with the request's id did not come in ${share}`,
    hint: ({ first }) => firstThen(first, "correct `response.requestIdHeader` if the provider sends another"),
  }),

  // ------------------------------------------------------------ signals of errors
  FBP3313: message<RemarkArguments & { readonly signal: string; readonly expected: readonly string[] }>({
    severity: "error",
    title: "Captured error with another signal",
    text: ({ share, signal, expected }) =>
      `\`${signal}\` is what the contract makes of ${share}, and ${listOf(expected.map((name) => `\`${name}\``))} was expected`,
    hint: ({ first }) => firstThen(first, "add a condition that tells it, above the one that takes it now"),
  }),
  FBP3314: message<{ readonly words: readonly string[]; readonly first: string }>({
    severity: "warning",
    title: "Expected signal that is none",
    text: ({ words }) => {
      const [named, more] = [words.slice(0, 4).map((word) => JSON.stringify(word)), words.length - 4];
      return `${listOf(more > 0 ? [...named, `${more} more`] : named, "and")} ${words.length === 1 ? "is" : "are"} expected, and no signal is called so`;
    },
    hint: ({ words, first }) =>
      firstThen(first, `say what a word stands for with --map ${words.find((word) => word !== "…") ?? "WORD"}=SIGNAL`),
  }),
  FBP3315: message<RemarkArguments>({
    severity: "note",
    title: "Captured error without a status",
    text: ({ share }) => `no signal can be told for ${share}: the status is not known`,
    hint: ({ first }) => firstThen(first, 'write each as a row: { "status": 429, "body": … }'),
  }),

  // ------------------------------------------------------------ files
  FBP3320: message<{ readonly file: string; readonly why: string }>({
    severity: "error",
    title: "Capture that cannot be read",
    text: ({ file, why }) => `${JSON.stringify(file)} cannot be read: ${why}`,
  }),
  FBP3321: message<RemarkArguments & { readonly what: string | null }>({
    severity: "error",
    title: "Capture that is no JSON",
    text: ({ share, what }) => `${share} cannot be read as JSON${what === null ? "" : `: ${what}`}`,
    hint: ({ first }) => firstThen(first, "a capture is one JSON value, one a line, or an event stream"),
  }),
  FBP3322: message<RemarkArguments & { readonly limit: number }>({
    severity: "error",
    title: "Captured value nested too deeply",
    text: ({ share, limit }) => `nested deeper than ${limit} levels: ${share}`,
    hint: ({ first }) => firstThen(first, "the runtime would not take such an answer either"),
  }),
  FBP3323: message<RemarkArguments>({
    severity: "error",
    title: "Captured value of no known shape",
    text: ({ share }) => `${share} cannot be told to be a request, an answer, a chunk or an error`,
    hint: ({ first }) => firstThen(first, "say what it is with --as"),
  }),
  FBP3324: message<{ readonly file: string }>({
    severity: "error",
    title: "Capture without anything in it",
    text: ({ file }) => `nothing is in ${JSON.stringify(file)}`,
  }),
  FBP3325: message<RemarkArguments>({
    severity: "error",
    title: "Captured chunks of a contract without streams",
    text: ({ share }) => `the contract describes no streams, and ${share} came`,
    hint: ({ first }) => firstThen(first, "describe a chunk in `response.stream`"),
  }),
  FBP3326: message<{ readonly limit: number; readonly share: string }>({
    severity: "warning",
    title: "Too many places that do not fit",
    text: ({ limit, share }) => `more than ${limit} different places do not fit; those of ${share} are not listed`,
    hint: () => "mend the first ones and check again; perhaps the captures are of another provider",
  }),
} as const;
