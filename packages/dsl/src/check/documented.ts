/** `documented`: the error conditions that a contract itself documents, as lines of a `signals` block. */
import type { ErrorCondition } from "../contract/document.ts";
import type { Report } from "../diagnostics/index.ts";
import { nearest } from "../did-you-mean.ts";
import type { Span } from "../source.ts";
import { lookupField } from "../types/access.ts";
import { unknown } from "../types/make.ts";
import type { Predicate, Read, Scalar, SignalModel, SignalsLineModel } from "./model.ts";
import type { ContractInScope } from "./predicate/index.ts";
import { STATUS_TYPE } from "./predicate/roots.ts";

/** `place` is the policy's line that stands for them. */
export function documentedLines(
  contract: ContractInScope,
  signals: readonly SignalModel[],
  place: Span,
  report: Report,
  isRaisedByRuntime: (signal: SignalModel) => boolean,
): SignalsLineModel[] {
  const { loaded } = contract;
  return loaded.contract.errors.conditions.flatMap((condition, at): SignalsLineModel[] => {
    const signal = signals.findIndex((one) => one.name === condition.signal);
    const known = signals[signal];
    const nameAt = () => loaded.spanOf(`/errors/conditions/${at}/signal`);
    if (known === undefined) {
      const near = nearest(
        condition.signal,
        signals.filter((one) => !isRaisedByRuntime(one)).map((one) => one.name),
      );
      report.add("FBP2132", nameAt(), { name: condition.signal, near });
      return [];
    }
    if (isRaisedByRuntime(known)) {
      report.add("FBP2131", nameAt(), { signal: condition.signal });
      return [];
    }
    return [{ signal, when: predicateOf(condition, contract), from: "documented", condition, span: place }];
  });
}

/** All keys that are given must hold; a list holds when one of it does. */
function predicateOf(condition: ErrorCondition, contract: ContractInScope): Predicate {
  const of: Predicate[] = [];
  if (condition.status !== undefined) of.push(statusIs(condition.status));
  for (const field of ["code", "type", "param"] as const) {
    const values: readonly Scalar[] | undefined = condition[field];
    if (values !== undefined) of.push({ kind: "in_set", left: errorField(field, contract), values });
  }
  if (condition.message !== undefined) of.push(messageContains(condition.message, contract));
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { kind: "and", of };
}

/** Numbers, and classes such as `5xx`. */
function statusIs(wanted: readonly (number | string)[]): Predicate {
  const left: Read = { kind: "read", from: "status", segments: [], type: STATUS_TYPE, optional: true };
  const values = wanted.map(Number).filter(Number.isInteger);
  const classes = wanted.flatMap((one) => (typeof one === "string" ? [/^([1-5])xx$/i.exec(one)?.[1]] : []));
  const of: Predicate[] = classes.flatMap((digit): Predicate[] => {
    if (digit === undefined) return [];
    return [{ kind: "in_range", left, low: Number(digit) * 100, high: Number(digit) * 100 + 99 }];
  });
  if (values.length > 0) of.unshift({ kind: "in_set", left, values });
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { kind: "or", of };
}

function messageContains(parts: readonly string[], contract: ContractInScope): Predicate {
  const left = errorField("message", contract);
  return { kind: "or", of: parts.map((text): Predicate => ({ kind: "contains", left, text, ignoreCase: true })) };
}

function errorField(name: string, contract: ContractInScope): Read {
  const found = lookupField(contract.loaded.error, name);
  const type = found.kind === "found" ? found.type : unknown("the contract's error schema does not name it");
  return { kind: "read", from: "error", segments: [name], type, optional: true };
}
