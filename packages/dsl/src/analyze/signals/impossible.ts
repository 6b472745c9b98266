/** Why no failure can be what a line of `signals` asks for, where it is for how the runtime reads an attempt. */
import type { ContractModel, Predicate, Read } from "../../check/model.ts";
import { TRANSPORT_FAULTS } from "../../check/predicate/index.ts";
import { ANYTHING, BOOLEAN, NUMBER, OBJECT, ready, STRING, strings } from "../../types/make.ts";
import { type Demand, Solver } from "../solve/solver.ts";

export interface Impossible {
  /** Completes "this line never reads `x`: …". */
  readonly why: string;
  readonly hint: string;
}

interface Rule extends Impossible {
  /** What holds of every failure. */
  readonly always: Predicate;
}

const FAULT = is("transport", "present");
const ERROR = is("error", "present");
const STATUS = is("status", "present");
const SENT: Predicate = { kind: "truth", operand: read("sent") };
const WELL: Predicate = { kind: "in_range", left: read("status"), low: 200, high: 299 };
const HEADERS: Predicate = { kind: "is", operand: read("header"), test: "not_empty" };
const ONE_OF_TWO = "ask for one of the two, or write a line for each";

const RULES: readonly Rule[] = [
  {
    always: not(both(FAULT, ERROR)),
    why: "an attempt whose transport failed has no error object",
    hint: ONE_OF_TWO,
  },
  {
    always: not(both(FAULT, STATUS, not(WELL))),
    why: "once a status outside 200 to 299 has come, what the transport does after it no longer counts",
    hint: ONE_OF_TWO,
  },
  {
    always: not(both(STATUS, not(SENT))),
    why: "what was answered had been sent",
    hint: "leave out what it says of `sent`",
  },
  { always: not(both(HEADERS, not(STATUS))), why: "headers come with a status", hint: ONE_OF_TWO },
  {
    always: either(STATUS, FAULT),
    why: "an attempt that got no status has failed by its transport",
    hint: "write `transport failed` for what was not answered",
  },
  {
    always: not(both(WELL, not(FAULT), not(ERROR))),
    why: "an answer with a status from 200 to 299 is only a failure here when it holds an error object",
    hint: "ask for what its error object holds, or leave the answer to `accept`",
  },
  {
    always: not(
      both(oneOf("transport", "dns", "headers_timeout", "body_timeout"), WELL, not(oneOf("transport", "body_timeout"))),
    ),
    why: "that fault comes before any status",
    hint: "leave out what it says of `status`",
  },
  {
    always: not(both(oneOf("transport", "dns"), SENT)),
    why: "nothing is sent where the name of the server is not found",
    hint: "leave out what it says of `sent`",
  },
  {
    always: not(both(oneOf("transport", "headers_timeout", "body_timeout"), not(SENT))),
    why: "a server that is late with its answer has been sent the request",
    hint: "leave out what it says of `sent`",
  },
];

const NOWHERE: Rule = {
  always: not(both(WELL, ERROR)),
  why: "the contract names no place for an error object under a status from 200 to 299",
  hint: "name the place in `errors.at` of the contract, or leave the answer to `accept`",
};

/** The first reason that is enough by itself. */
export function whyImpossible(when: Predicate, { contract }: ContractModel): Impossible {
  const rules = contract.errors.at.some((place) => place !== "") ? RULES : [...RULES, NOWHERE];
  const solver = new Solver([FREE]);
  const isRuledOut = (demands: readonly Demand[]) => solver.solve(demands).kind === "no";
  const asked: Demand = { predicate: when, held: true };
  const found = rules.find(({ always }) => isRuledOut([asked, { predicate: always, held: true }]));
  return found ?? { why: "no failed attempt is like that", hint: "leave out one of the things that it asks for" };
}

/** Everything beside everything. */
const FREE = {
  transport: { type: strings(TRANSPORT_FAULTS), optional: true },
  sent: { type: BOOLEAN, optional: false },
  status: { type: { ...NUMBER, integer: true, min: 100, max: 599 }, optional: true },
  header: { type: { ...OBJECT, rest: ready(STRING) }, optional: false },
  error: { type: ANYTHING, optional: true },
} as const;

function read(from: Read["from"]): Read {
  return { kind: "read", from, segments: [], type: ANYTHING, optional: true };
}

function is(from: Read["from"], test: "present"): Predicate {
  return { kind: "is", operand: read(from), test };
}

function oneOf(from: Read["from"], ...values: readonly string[]): Predicate {
  return { kind: "in_set", left: read(from), values };
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
