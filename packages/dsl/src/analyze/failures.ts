/**
 * The shapes that a failed attempt can have, as the runtime makes them (packages/runtime/src/reading.ts):
 * what a fault leaves of an answer, and what an answer with an error says.
 */
import type { TransportFault } from "@fbp/runtime/core";
import type { ContractModel } from "../check/model.ts";
import { union } from "../types/combine.ts";
import { typeOf } from "../types/from-schema.ts";
import { NEVER, NUMBER, OBJECT, ready, STRING, strings } from "../types/make.ts";
import type { Field, NumberType, Type } from "../types/type.ts";
import type { Frame, RootFrame, Usual } from "./solve/frame.ts";

export interface Shape {
  readonly kind:
    | "refused" // an answer with an error status
    | "error_inside" // an error object under a status that says that all went well
    | "unreached" // a fault before anything was sent
    | "broken" // a fault after it, before or in the answer
    | "timed_out" // the attempt's limit, after the request was sent
    | "timed_out_unsent"
    | "answered" // a whole answer that is of no use
    | "cut" // a stream that began and broke
    | "cut_late" // a stream that was still running at the attempt's limit
    | "unmade"; // the request could not be made into one for the path
  readonly frame: Frame;
}

/** Those of failures that a `signals` block reads. */
export const READ_SHAPES: readonly Shape["kind"][] = [
  "timed_out",
  "timed_out_unsent",
  "unreached",
  "refused",
  "error_inside",
  "broken",
];

/**
 * The shapes that a `signals` block is asked about. Those in which the error object and the headers are
 * what the contract says of them come first; of the others it says nothing, but they may come.
 */
export function failureShapes(model: ContractModel): readonly Shape[] {
  const { errors } = model.contract;
  const documented = groundOf(model);
  const inside = errors.at.some((place) => place !== "");
  return [
    { kind: "timed_out", frame: fault(["attempt_timeout"], true) },
    { kind: "timed_out", frame: cutOff(["attempt_timeout"], documented) },
    { kind: "timed_out_unsent", frame: fault(["attempt_timeout"], false) },
    { kind: "unreached", frame: fault(["connect", "dns", "tls", "reset", "headers_timeout"], false) },
    ...[documented, UNDOCUMENTED].map((ground): Shape => ({ kind: "refused", frame: refused(ground) })),
    ...(inside
      ? [documented, UNDOCUMENTED].map((ground): Shape => ({ kind: "error_inside", frame: errorInside(ground) }))
      : []),
    { kind: "broken", frame: fault(["reset", "headers_timeout", "body_timeout", "tls", "connect"], true) },
    { kind: "broken", frame: cutOff(["reset", "body_timeout", "tls"], documented) },
  ];
}

/** A whole answer, of which no check and no reading of its content has found an error. */
export function answeredShape(model: ContractModel): Shape {
  return { kind: "answered", frame: { ...answer(WELL, groundOf(model)), error: NO_ERROR } };
}

/** A stream that broke off, or held an error; or one that was still running at the attempt's limit. */
export function cutShapes(model: ContractModel): readonly Shape[] {
  const ground = groundOf(model);
  return [
    { kind: "cut", frame: cutOff(["reset"], ground) },
    { kind: "cut", frame: cutOff(["body_timeout", "tls"], ground) },
    { kind: "cut", frame: { ...answer(WELL, ground), error: { type: ground.error, optional: true } } },
    { kind: "cut_late", frame: cutOff(["attempt_timeout"], ground) },
  ];
}

export function unmadeShape(): Shape {
  return { kind: "unmade", frame: { sent: fact(false), header: NO_HEADERS } };
}

interface Ground {
  readonly error: Type;
  readonly header: RootFrame;
}

const UNDOCUMENTED: Ground = {
  error: OBJECT,
  header: { type: { ...OBJECT, rest: ready(STRING) }, optional: false },
};

function groundOf(model: ContractModel): Ground {
  return { error: errorType(model), header: headerFrame(model) };
}

/** As the contract describes it, or the text of a body that is none. */
function errorType({ root }: ContractModel): Type {
  const text: Field = {
    type: ready({ ...STRING, minLength: 1, maxLength: LONGEST_MESSAGE }),
    required: true,
    place: "",
  };
  return union([typeOf(root, "/errors/schema"), { ...OBJECT, fields: new Map([["message", text]]), rest: null }]);
}

/** A text that stands for an error object is cut to this length. */
const LONGEST_MESSAGE = 2048;

function headerFrame({ contract }: ContractModel): RootFrame {
  const documented = Object.entries(contract.limits.headers);
  const fields = documented.map(([name, { enum: values }]): [string, Field] => [
    name.toLowerCase(),
    { type: ready(values === undefined ? STRING : strings(values)), required: false, place: "" },
  ]);
  const usual = documented.flatMap(([name, { retryHint }]): [string, Usual][] =>
    retryHint === undefined ? [] : [[name.toLowerCase(), { values: [USUAL_WAITS[retryHint]] }]],
  );
  return {
    type: { ...OBJECT, fields: new Map(fields), rest: ready(STRING) },
    optional: false,
    usual: { fields: new Map(usual) },
  };
}

/** A header that asks for a wait, in each of the forms. */
const USUAL_WAITS = { seconds_or_date: "2", milliseconds: "2000", duration: "2s", epoch_seconds: "2" } as const;

// ---------------------------------------------------------------- frames

const NO_HEADERS: RootFrame = { type: { ...OBJECT, rest: null }, optional: false };
const NO_ERROR: RootFrame = { type: NEVER, optional: true };

function fact(value: boolean): RootFrame {
  return { type: { kind: "boolean", value }, optional: false };
}

function faults(names: readonly TransportFault[]): RootFrame {
  return { type: strings(names), optional: false };
}

function statuses(...ranges: readonly (readonly [number, number])[]): RootFrame["type"] {
  return union(ranges.map(([min, max]): NumberType => ({ ...NUMBER, integer: true, min, max })));
}

/** The plainest first. */
const USUAL_ERRORS = [400, 429, 500, 503, 401, 404, 403, 402, 504, 408, 502, 422, 413, 529];

const WELL: RootFrame = { type: statuses([200, 299]), optional: false, usual: { values: [200] } };
const ILL: RootFrame = { type: statuses([100, 199], [300, 599]), optional: false, usual: { values: USUAL_ERRORS } };

function answer(status: RootFrame, { header }: Ground): Frame {
  return { sent: fact(true), status, header };
}

function refused(ground: Ground): Frame {
  return { ...answer(ILL, ground), error: { type: ground.error, optional: true } };
}

function errorInside(ground: Ground): Frame {
  return { ...answer(WELL, ground), error: { type: ground.error, optional: false } };
}

/** No status line came. */
function fault(names: readonly TransportFault[], sent: boolean): Frame {
  return { transport: faults(names), sent: fact(sent), header: NO_HEADERS };
}

/** It had begun to answer, and all seemed well. */
function cutOff(names: readonly TransportFault[], ground: Ground): Frame {
  return { ...answer(WELL, ground), transport: faults(names) };
}
