/**
 * Family 3, what `fbp contract import` finds (FBP3351 to FBP3399). Codes are stable: a code once given is never given
 * to another message.
 */
import { listOf, message } from "./define.ts";

const ROLE_WORDS = {
  request: "a request",
  response: "an answer",
  chunk: "a chunk of a stream",
  error: "an error body",
};
type Role = keyof typeof ROLE_WORDS;

const didYouMean = (near: string | undefined) => (near === undefined ? undefined : `did you mean ${near}?`);
/** `--response-schema CreateChatCompletionResponse` */
const option = (role: Role, candidate: string | null) => `--${role}-schema ${candidate ?? "NAME"}`;

export const importMessages = {
  FBP3351: message<{ readonly what: string | null }>({
    severity: "error",
    title: "Not a document that a contract is made from",
    text: ({ what }) =>
      `this is ${what ?? "neither OpenAPI nor a JSON Schema with `$defs`"}, and OpenAPI 3.0 or 3.1 is read`,
    hint: ({ what }) => (what === null ? undefined : "convert it to OpenAPI 3.1 with the provider's tools"),
  }),
  FBP3352: message<{
    readonly what: string;
    readonly near: string | undefined;
    readonly candidates: readonly string[];
  }>({
    severity: "error",
    title: "No such operation",
    text: ({ what }) => `the document has no ${what}`,
    hint: ({ near, candidates }) =>
      didYouMean(near) ??
      (candidates.length === 0
        ? "it describes no operation that could be it"
        : `name one with --path or --operation: ${candidates.join(", ")}`),
  }),
  FBP3353: message<{ readonly end: string; readonly count: number }>({
    severity: "error",
    title: "More than one operation",
    text: ({ end, count }) => `${count} paths end with ${end}, and a contract is about one operation`,
    hint: () => "say which one with --operation or with the whole --path",
  }),
  FBP3354: message<{ readonly method: string; readonly path: string; readonly id: string | null }>({
    severity: "error",
    title: "Operation that is no POST",
    text: ({ method, path, id }) => `the operation \`${id ?? path}\` is a ${method}, and chat completions are posted`,
    hint: () => "name the operation that creates a completion",
  }),
  FBP3355: message<{ readonly role: Role; readonly name: string; readonly near: string | undefined }>({
    severity: "error",
    title: "No such schema in the document",
    text: ({ role, name }) => `the document has no schema ${JSON.stringify(name)} for ${ROLE_WORDS[role]}`,
    hint: ({ near }) => didYouMean(near),
  }),
  FBP3356: message<{ readonly ref: string }>({
    severity: "error",
    title: "Reference to another document",
    text: ({ ref }) => `the reference ${JSON.stringify(ref)} leads to another document, and nothing is fetched`,
    hint: () => "put all into one file first, for example with `redocly bundle`",
  }),
  FBP3357: message<{ readonly ref: string; readonly near: string | undefined }>({
    severity: "error",
    title: "Reference of a document that leads nowhere",
    text: ({ ref }) => `the reference ${JSON.stringify(ref)} leads nowhere`,
    hint: ({ near }) => didYouMean(near),
  }),
  FBP3358: message<{ readonly role: Role; readonly candidate: string | null }>({
    severity: "error",
    title: "Operation without a schema",
    text: ({ role }) => `the document does not describe ${ROLE_WORDS[role]} of this operation in JSON`,
    hint: ({ role, candidate }) => `name the schema with ${option(role, candidate)}`,
  }),
  FBP3359: message<{ readonly problem: string }>({
    severity: "error",
    title: "Neither JSON nor YAML",
    text: ({ problem }) => `this is neither JSON nor YAML: ${problem}`,
  }),
  FBP3360: message<{ readonly why: string }>({
    severity: "error",
    title: "Document too large to import",
    text: ({ why }) => `this document ${why}`,
    hint: () => "keep to the chat operation and what it refers to",
  }),
  FBP3361: message<{ readonly why: string }>({
    severity: "warning",
    title: "Base address to be filled in",
    text: ({ why }) => `the document ${why}, so the contract has no address yet`,
    hint: () => "write the provider's address into `endpoint.baseUrl`, as https://HOST",
  }),
  FBP3362: message<{ readonly path: string }>({
    severity: "warning",
    title: "Path to be filled in",
    text: ({ path }) => `the path ${path} has parts in braces, and a contract holds the path as it is called`,
    hint: () => "write their values into `endpoint.path`",
  }),
  FBP3363: message<{ readonly what: string }>({
    severity: "warning",
    title: "Parameter that the contract does not send",
    text: ({ what }) =>
      `the operation requires the ${what}, and the document gives no value that a contract could send`,
    hint: () => "a header goes into `endpoint.headers`; for a query, use an address of the provider that needs none",
  }),
  FBP3364: message<{ readonly why: string }>({
    severity: "warning",
    title: "Authorisation to be filled in",
    text: ({ why }) => `${why}, so the contract has \`authorization: Bearer\``,
    hint: () => "correct `auth` by the provider's documentation",
  }),
  FBP3365: message<{ readonly candidate: string | null }>({
    severity: "note",
    title: "No chunk of a stream described",
    text: () => "the document does not describe a chunk of this operation's stream, so the contract has no streams",
    hint: ({ candidate }) => `name the schema with ${option("chunk", candidate)}`,
  }),
  FBP3366: message<{ readonly candidate: string | null }>({
    severity: "note",
    title: "No error body described",
    text: () => "the document does not describe an error body of this operation, so any object is taken for one",
    hint: ({ candidate }) => `name the schema with ${option("error", candidate)}`,
  }),
  FBP3367: message({
    severity: "note",
    title: "Pattern that is left out",
    text: () => "this pattern is no regular expression of ECMAScript with the flag u, and is left out",
    hint: () => "values are let through whatever they look like here",
  }),
  FBP3368: message<{ readonly what: string; readonly took: string; readonly more: number }>({
    severity: "note",
    title: "First of several taken",
    text: ({ what, took, more }) =>
      `the first ${what}, ${took}, is taken, and ${more} more ${more === 1 ? "is" : "are"} not`,
    hint: () => "correct `endpoint.baseUrl` if you call another",
  }),
  FBP3369: message<{ readonly count: number }>({
    severity: "note",
    title: "Something like a key left out",
    text: ({ count }) =>
      `${count === 1 ? "one example or description holds" : `${count} examples or descriptions hold`} something that looks like a key, which is left out`,
    hint: () => "a contract never holds a secret, not even a sample of one",
  }),
  FBP3370: message<{ readonly file: string; readonly why: string }>({
    severity: "error",
    title: "Document that cannot be read",
    text: ({ file, why }) => `${JSON.stringify(file)} cannot be read: ${why}`,
  }),
  FBP3371: message<{ readonly places: readonly string[] }>({
    severity: "warning",
    title: "Places that the answer's schema does not name",
    text: ({ places }) =>
      `the answer's schema does not name ${listOf(
        places.map((place) => `\`${place}\``),
        "and",
      )}: the contract has what is usual`,
    hint: () => "correct the places in `response` by the provider's documentation",
  }),
} as const;
