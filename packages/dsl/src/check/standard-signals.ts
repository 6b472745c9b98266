/**
 * `standard`: the careful reading of a failure of which nothing is documented. The status decides, and
 * the body may say otherwise in the words that most providers share: a defect of the account or of the
 * request whatever the status, an outage only where the status would blame the request. In doubt the
 * class that permits less is taken. The last line always holds. docs/language.md lists every word.
 */
import { SIGNAL } from "@fbp/runtime/core";
import type { Span } from "../source.ts";
import { unknown } from "../types/make.ts";
import type { Predicate, Read, Scalar, SignalsLineModel } from "./model.ts";
import { STATUS_TYPE, TRANSPORT_TYPE } from "./predicate/roots.ts";

const STATUS: Read = { kind: "read", from: "status", segments: [], type: STATUS_TYPE, optional: true };
const TRANSPORT: Read = { kind: "read", from: "transport", segments: [], type: TRANSPORT_TYPE, optional: true };

/** Values of `code` and `type`, and parts of the message in lower case. */
export interface Vocabulary {
  readonly names: readonly string[];
  readonly words?: readonly string[];
}

/** Every word costs each compiled policy its room: only what several providers share stands here. */
export const VOCABULARY = {
  account: {
    names: ["invalid_api_key", "authentication_error", "permission_error"],
    words: ["incorrect api key", "invalid api key"],
  },
  quota: {
    // The number is Zhipu's: its words for an account in arrears are Chinese, and come under 429.
    names: ["insufficient_quota", "1113"],
    words: ["exceeded your current quota", "insufficient balance"],
  },
  request: {
    names: ["context_length_exceeded", "content_filter"],
    words: ["maximum context length", "request too large"],
  },
  throttle: { names: ["rate_limit_exceeded"] },
  overload: { names: ["overloaded_error"] },
  outage: {
    names: ["server_error", "internal_error", "internal_server_error"],
    words: ["server had an error", "internal server error"],
  },
  blame: { names: ["invalid_request_error", "invalid_request"] },
} as const satisfies Readonly<Record<string, Vocabulary>>;

const READING: readonly (readonly [keyof typeof SIGNAL, Predicate | null])[] = [
  ["transport_timeout", { kind: "is", operand: TRANSPORT, test: "present" }],
  // Whatever the status: repeating it, or going elsewhere with it, would be wrong.
  ["auth_or_account", says(VOCABULARY.account)],
  ["quota_exhausted", says(VOCABULARY.quota)],
  ["client_invalid", says(VOCABULARY.request)],
  // Where the status says little of whose fault it is.
  ["rate_limited", both(saysLittle(), says(VOCABULARY.throttle))],
  ["route_unavailable", both(saysLittle(), says(VOCABULARY.overload))],
  ["server_error", both(saysLittle(), says(VOCABULARY.outage))],
  ["client_invalid", both(either(between(200, 299), oneOf(500)), says(VOCABULARY.blame))],
  // An error under a status that says that all went well: some write the status into its code.
  ["auth_or_account", both(between(200, 299), codeIs(401, 403))],
  ["quota_exhausted", both(between(200, 299), codeIs(402))],
  ["client_invalid", both(between(200, 299), codeIs(400, 404, 413, 422))],
  ["unusable_output", between(200, 299)],
  // The plain reading of HTTP.
  ["transport_timeout", oneOf(408, 504, 524)],
  ["auth_or_account", oneOf(401, 403)],
  ["quota_exhausted", oneOf(402)],
  ["rate_limited", oneOf(429)],
  ["route_unavailable", oneOf(503, 529)],
  ["server_error", between(500, 599)],
  // Every other 4xx; redirects are never followed, so an address that answers with one is wrong.
  ["client_invalid", null],
];

/** An error under 2xx, a 4xx that names no cause, or a plain 500. */
function saysLittle(): Predicate {
  return both(between(200, 500), not(oneOf(401, 402, 403, 408, 429)));
}

function says(vocabulary: Vocabulary): Predicate {
  return vocabulary.words === undefined ? named(vocabulary) : either(named(vocabulary), worded(vocabulary));
}

function named({ names }: Vocabulary): Predicate {
  return either(inSet("code", names), inSet("type", names));
}

function worded({ words = [] }: Vocabulary): Predicate {
  const left = ofError("message");
  return either(...words.map((text): Predicate => ({ kind: "contains", left, text, ignoreCase: true })));
}

function codeIs(...numbers: readonly number[]): Predicate {
  return inSet("code", numbers);
}

function inSet(field: string, values: readonly Scalar[]): Predicate {
  return { kind: "in_set", left: ofError(field), values };
}

function ofError(field: string): Read {
  const type = unknown("`standard` reads it whatever the contract says");
  return { kind: "read", from: "error", segments: [field], type, optional: true };
}

function oneOf(...values: readonly number[]): Predicate {
  return { kind: "in_set", left: STATUS, values };
}

function between(low: number, high: number): Predicate {
  return { kind: "in_range", left: STATUS, low, high };
}

function both(...of: readonly Predicate[]): Predicate {
  return { kind: "and", of };
}

function either(...of: readonly Predicate[]): Predicate {
  return { kind: "or", of };
}

function not(of: Predicate): Predicate {
  return { kind: "not", of };
}

/** `place` is the line that stands for them. */
export function standardLines(place: Span): SignalsLineModel[] {
  return READING.map(([name, when]) => ({
    signal: SIGNAL[name],
    when,
    from: "standard",
    condition: null,
    span: place,
  }));
}
