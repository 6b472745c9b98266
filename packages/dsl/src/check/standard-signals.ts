/** `standard`: the plain reading of HTTP. The last line always holds. */
import { SIGNAL } from "@fbp/runtime/core";
import type { Span } from "../source.ts";
import type { Predicate, Read, SignalsLineModel } from "./model.ts";
import { STATUS_TYPE, TRANSPORT_TYPE } from "./predicate/roots.ts";

const STATUS: Read = { kind: "read", from: "status", segments: [], type: STATUS_TYPE, optional: true };
const TRANSPORT: Read = { kind: "read", from: "transport", segments: [], type: TRANSPORT_TYPE, optional: true };

const READING: readonly (readonly [keyof typeof SIGNAL, Predicate | null])[] = [
  ["transport_timeout", { kind: "is", operand: TRANSPORT, test: "present" }],
  ["transport_timeout", oneOf(408, 504, 524)],
  ["auth_or_account", oneOf(401, 403)],
  ["quota_exhausted", oneOf(402)],
  ["rate_limited", oneOf(429)],
  ["route_unavailable", oneOf(503, 529)],
  ["server_error", between(500, 599)],
  // An error object under a status that says that all went well.
  ["unusable_output", between(200, 299)],
  // Every other 4xx; redirects are never followed, so an address that answers with one is wrong.
  ["client_invalid", null],
];

function oneOf(...values: readonly number[]): Predicate {
  return { kind: "in_set", left: STATUS, values };
}

function between(low: number, high: number): Predicate {
  return { kind: "in_range", left: STATUS, low, high };
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
