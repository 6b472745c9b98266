/** What the service and the policy use of the contract that requests start on. */
import type { LoadedContract } from "../../contract/loaded.ts";
import { listIndex, parsePointer } from "../../contract/pointer.ts";
import type { AcceptModel, Predicate, Read } from "../model.ts";
import { each, type Need, need, type Use, useOf } from "./use.ts";

export interface Declared {
  /** The places of all `sends` or all `reads` lines; null where the policy has none. */
  readonly sends: readonly Use[] | null;
  readonly reads: readonly Use[] | null;
}

/** A predicate of the policy, and the root of which it reads what counts as used. */
export interface Asked {
  readonly predicate: Predicate;
  readonly span: Use["span"];
}

/**
 * What requests carry: the prompt, the flag for a stream where the policy streams, what predicates ask
 * of a request, and what the policy says that the service sends; without its word, also a limit for the
 * answer. The model's name is not among them: the runtime writes it for each path.
 */
export function sentIn(
  { contract }: LoadedContract,
  declared: Declared,
  asked: readonly Asked[],
  streams: boolean,
): readonly Need[] {
  const field = (name: string): Use => useOf("request", [name], null);
  const { prompt, stream, outputLimits } = contract.request;
  const limits = declared.sends === null && outputLimits.length > 0;
  return each([
    need(field(prompt)),
    ...(streams && stream !== undefined ? [need(field(stream))] : []),
    ...(limits ? [{ oneOf: outputLimits.map(field), counted: false }] : []),
    ...(declared.sends ?? []).map(need),
    ...asked.flatMap((one) => usesIn("request", one)).map(need),
  ]);
}

/**
 * What is read of an answer: what the checks of `accept` ask, and what the policy says that the service
 * reads; without its word, the places that the contract itself names: the answer, why it ended, the usage.
 */
export function readIn(
  { contract }: LoadedContract,
  declared: Declared,
  accept: readonly AcceptModel[],
): readonly Need[] {
  const asked = accept.flatMap((check) => (check.kind === "check" ? usesIn("response", check) : []));
  if (declared.reads !== null) return each([...declared.reads, ...asked].map(need));
  const { answer, finishReason, usage } = contract.response;
  const own = [answer, [finishReason], [usage.input], [usage.output]].map(
    (pointers): Need => ({
      oneOf: pointers.map((pointer) => useOf("response", segmentsOf(pointer), null)),
      counted: false,
    }),
  );
  return each([...own, ...asked.map(need)]);
}

/** The same steps as the runtime's own reading of a pointer: what looks like an index is one. */
function segmentsOf(pointer: string): Read["segments"] {
  return (parsePointer(pointer) ?? []).map((segment) => listIndex(segment) ?? segment);
}

function usesIn(root: "request" | "response", { predicate, span }: Asked): readonly Use[] {
  return readsOf(predicate)
    .filter(({ from }) => from === root)
    .map(({ segments }) => useOf(root, segments, span));
}

function readsOf(predicate: Predicate): readonly Read[] {
  switch (predicate.kind) {
    case "const":
      return [];
    case "or":
    case "and":
      return predicate.of.flatMap(readsOf);
    case "not":
      return readsOf(predicate.of);
    case "compare":
      return [predicate.left, predicate.right].filter((side) => side.kind === "read");
    case "is":
    case "truth":
      return predicate.operand.kind === "read" ? [predicate.operand] : [];
    default:
      return predicate.left.kind === "read" ? [predicate.left] : [];
  }
}
