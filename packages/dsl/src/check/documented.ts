/** `documented`: the error conditions that a contract itself documents, as lines of a `signals` block. */
import { BUILT_IN_SIGNALS } from "@fbp/runtime/core";
import { reportDisagreement } from "../contract/check-conditions.ts";
import { PAGE_BEGINNINGS } from "../contract/conditions.ts";
import type { ErrorCondition } from "../contract/document.ts";
import type { Report } from "../diagnostics/index.ts";
import { nearest } from "../did-you-mean.ts";
import type { Span } from "../source.ts";
import { lookupField } from "../types/access.ts";
import { STRING, unknown } from "../types/make.ts";
import type { ChargeModel, Predicate, Read, Scalar, SignalModel, SignalsLineModel } from "./model.ts";
import type { ContractInScope } from "./predicate/index.ts";
import { STATUS_TYPE, TRANSPORT_TYPE } from "./predicate/roots.ts";

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
    if (!isBuiltIn(known)) {
      const retryableAt = () => loaded.spanOf(`/errors/conditions/${at}/retryable`);
      reportDisagreement(known, condition.retryable, retryableAt, report);
    }
    return [{ signal, when: predicateOf(condition, contract), from: "documented", condition, span: place }];
  });
}

/**
 * What the conditions say of charges, whatever a policy makes of them. Those after the last that says
 * anything are left out; "unknown" is read as "yes".
 */
export function chargesOf(contract: ContractInScope): readonly ChargeModel[] {
  const { conditions } = contract.loaded.contract.errors;
  const count = conditions.findLastIndex(({ charged }) => charged !== undefined) + 1;
  return conditions.slice(0, count).map((condition) => ({
    when: predicateOf(condition, contract),
    charged: condition.charged === undefined ? null : condition.charged !== "no",
  }));
}

/** Those are judged with the contract itself. */
function isBuiltIn({ name }: SignalModel): boolean {
  return BUILT_IN_SIGNALS.some((signal) => signal.name === name);
}

/** All tests that are given must hold; a list holds when one of it does. */
function predicateOf(condition: ErrorCondition, contract: ContractInScope): Predicate {
  const of: Predicate[] = [];
  if (condition.status !== undefined) of.push(statusIs(condition.status));
  if (condition.inBand !== undefined) of.push({ kind: "in_range", left: STATUS, low: 200, high: 299 });
  for (const field of ["code", "type", "param"] as const) {
    const values: readonly Scalar[] | undefined = condition[field];
    if (values !== undefined) of.push({ kind: "in_set", left: errorField(field, contract), values });
  }
  const message = errorField("message", contract);
  if (condition.message !== undefined) of.push(textTest("contains", message, condition.message));
  if (condition.body !== undefined) of.push(textTest("starts_with", message, PAGE_BEGINNINGS));
  for (const [name, test] of Object.entries(condition.header ?? {})) {
    const left = headerNamed(name.toLowerCase());
    of.push(test === "present" ? { kind: "is", operand: left, test } : textTest("starts_with", left, test));
  }
  // What the error object says needs an answer; a status or a header alone might come before a fault.
  if (!READ_OF_ERROR.some((test) => condition[test] !== undefined)) of.push(ANSWERED);
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { kind: "and", of };
}

const READ_OF_ERROR = ["code", "type", "param", "message", "body"] as const;

const STATUS: Read = { kind: "read", from: "status", segments: [], type: STATUS_TYPE, optional: true };

const ANSWERED: Predicate = {
  kind: "is",
  operand: { kind: "read", from: "transport", segments: [], type: TRANSPORT_TYPE, optional: true },
  test: "absent",
};

/** Numbers, and classes such as `5xx`. */
function statusIs(wanted: readonly (number | string)[]): Predicate {
  const left = STATUS;
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

/** One of the texts is there, letter case aside. */
function textTest(kind: "contains" | "starts_with", left: Read, texts: readonly string[]): Predicate {
  return { kind: "or", of: texts.map((text): Predicate => ({ kind, left, text, ignoreCase: true })) };
}

/** A condition may name a header that `limits` does not document: it says itself that there is one. */
function headerNamed(name: string): Read {
  return { kind: "read", from: "header", segments: [name], type: STRING, optional: true };
}

function errorField(name: string, contract: ContractInScope): Read {
  const found = lookupField(contract.loaded.error, name);
  const type = found.kind === "found" ? found.type : unknown("the contract's error schema does not name it");
  return { kind: "read", from: "error", segments: [name], type, optional: true };
}
