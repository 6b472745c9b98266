/**
 * Two policies as one, for the questions that are asked of both: requests, contexts and failures that one of
 * them tells apart are told apart in it. The new policy comes first, so that its signals keep their numbers.
 */
import type {
  AssertModel,
  ContractModel,
  PathModel,
  PolicyModel,
  Predicate,
  RuleModel,
  SignalsLineModel,
} from "../../check/model.ts";
import { keyOf } from "../units.ts";

export interface Joint {
  readonly model: PolicyModel;
  /** Numbers of the old policy's signals in the joint one. */
  readonly ofOld: readonly number[];
  /** Paths that both have, with their numbers; the joint model has them under the new one. */
  readonly paths: readonly { readonly name: string; readonly old: number; readonly fresh: number }[];
}

/** @param withReading are failures told apart by how the old contract reads them too? */
export function jointOf(old: PolicyModel, fresh: PolicyModel, withReading = true): Joint {
  const names = fresh.signals.map(({ name }) => name);
  const gone = old.signals.filter(({ name }) => !names.includes(name));
  const signals = [...fresh.signals, ...gone];
  const ofOld = old.signals.map(({ name }) => signals.findIndex((signal) => signal.name === name));
  const paths = fresh.paths.flatMap(({ name }, index) => {
    const before = old.paths.findIndex((path) => path.name === name);
    return before === -1 ? [] : [{ name, old: before, fresh: index }];
  });
  const contracts = [...fresh.contracts, ...old.contracts.map((contract) => renumbered(contract, ofOld))];
  const joint = fresh.paths.map((path, index): PathModel => {
    const before = old.paths[paths.find((both) => both.fresh === index)?.old ?? -1];
    return before === undefined
      ? path
      : jointPath(path, before, withReading ? contracts : [], fresh.contracts.length, ofOld);
  });
  const onlyOld = old.paths.map((path) => ({
    ...path,
    contract: path.contract + fresh.contracts.length,
    rules: path.rules.map((rule) => ({ ...rule, signals: rule.signals.map((signal) => ofOld[signal] ?? signal) })),
  }));
  const contextNames = new Set(fresh.context.map(({ name }) => name));
  return {
    model: {
      ...fresh,
      signals,
      contracts,
      context: [...fresh.context, ...old.context.filter(({ name }) => !contextNames.has(name))],
      paths: [...joint, ...onlyOld],
      // Waits and tokens are possible where one of the two has them.
      stream: fresh.stream.mode === "visible" ? fresh.stream : old.stream,
      asserts: [...fresh.asserts, ...old.asserts, ...repeatOf(old)],
    },
    ofOld,
    paths,
  };
}

/** So that worlds are told apart by what the old `repeat only when` asks too. */
function repeatOf({ repeat, span }: PolicyModel): readonly AssertModel[] {
  return repeat.mode === "when" ? [{ mode: "always", claim: repeat.when, when: null, span }] : [];
}

function renumbered(contract: ContractModel, numbers: readonly number[]): ContractModel {
  return {
    ...contract,
    signals: contract.signals.map((line) => ({ ...line, signal: numbers[line.signal] ?? line.signal })),
  };
}

/** The path with every guard of both, and with the way in which the old contract reads failures. */
function jointPath(
  path: PathModel,
  before: PathModel,
  contracts: readonly ContractModel[],
  shift: number,
  ofOld: readonly number[],
): PathModel {
  const own = path.rules.filter(({ when }) => when !== null);
  const theirs = before.rules
    .filter(({ when }) => when !== null)
    .map((rule) => ({ ...rule, signals: rule.signals.map((signal) => ofOld[signal] ?? signal) }));
  const now = contracts[path.contract];
  const then = contracts[before.contract + shift];
  const reading = now === undefined || then === undefined || readsAlike(now, then) ? [] : readingTests(now, then, path);
  return { ...path, rules: [...own, ...theirs, ...reading] };
}

/** Do the lines of both read every failure alike, by their text? */
export function readsAlike(a: ContractModel, b: ContractModel): boolean {
  const key = ({ signals }: ContractModel) =>
    JSON.stringify(signals.map(({ signal, when }) => [signal, when === null ? null : keyOf(when)]));
  return key(a) === key(b);
}

/** A rule for each signal that `then` reads, which asks whether it reads a failure so. */
function readingTests(now: ContractModel, then: ContractModel, { span, places }: PathModel): readonly RuleModel[] {
  const readable = [...new Set(now.signals.map(({ signal }) => signal))];
  const given = [...new Set(then.signals.map(({ signal }) => signal))];
  return given.map(
    (signal): RuleModel => ({
      signals: readable,
      beforeFirstToken: false,
      when: isReadAs(then.signals, signal),
      reason: "",
      actions: [],
      hooks: [],
      span,
      line: 0,
      places: { selector: places.name, named: false, when: null },
    }),
  );
}

/** The first line that holds is one of the signal. */
function isReadAs(lines: readonly SignalsLineModel[], signal: number): Predicate {
  const ways = lines.flatMap((line, index): Predicate[] => {
    if (line.signal !== signal) return [];
    const others = lines.slice(0, index).filter((one) => one.signal !== signal);
    const none = others.map(({ when }): Predicate => ({ kind: "not", of: when ?? TRUE }));
    return [{ kind: "and", of: [line.when ?? TRUE, ...none] }];
  });
  return { kind: "or", of: ways };
}

const TRUE: Predicate = { kind: "const", value: true };
