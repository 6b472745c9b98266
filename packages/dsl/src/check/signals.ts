/** A `signals` block, unfolded: the first line whose predicate holds wins, and the last always holds. */
import { Report } from "../diagnostics/index.ts";
import { nearest } from "../did-you-mean.ts";
import type { Span } from "../source.ts";
import type * as tree from "../syntax/tree.ts";
import { documentedLines } from "./documented.ts";
import type { SignalModel, SignalsLineModel } from "./model.ts";
import { mergeOnce } from "./once.ts";
import { type ContractInScope, checkPredicate, type Rely } from "./predicate/index.ts";
import { standardLines } from "./standard-signals.ts";

/** Raised by the runtime, never read from what a provider answered. */
export function isRaisedByRuntime(signal: SignalModel): boolean {
  return signal.class === "health" || signal.name === "stream_interrupted";
}

/**
 * `block` null: `documented` and `standard`. `place` is what a reader is shown where no line of a
 * block is to blame: the contract's name in the policy. Lines with mistakes are left out, so the last
 * line holds always in any case.
 */
export function unfoldSignals(
  block: tree.SignalsBlock | null,
  contract: ContractInScope,
  signals: readonly SignalModel[],
  place: Span,
  report: Report,
  rely: Rely,
): readonly SignalsLineModel[] {
  const found = new Report();
  const unfolding: Unfolding = { contract, signals, report: found, rely };
  const lines = block === null ? silentLines(place, unfolding) : blockLines(block, unfolding);
  mergeOnce(report, found);
  return lines;
}

interface Unfolding {
  readonly contract: ContractInScope;
  readonly signals: readonly SignalModel[];
  readonly report: Report;
  readonly rely: Rely;
}

function silentLines(place: Span, unfolding: Unfolding): SignalsLineModel[] {
  return [...documented(place, unfolding), ...standardLines(place)];
}

function blockLines(block: tree.SignalsBlock, unfolding: Unfolding): SignalsLineModel[] {
  const { report } = unfolding;
  const lines: SignalsLineModel[] = [];
  let isDocumented = false;
  /** The line after which nothing is reached. */
  let last: tree.SignalsLine | null = null;
  let isToldUnreached = false;
  for (const line of block.lines) {
    if (last !== null && !isToldUnreached) {
      report.add("FBP2129", line.span, unreached(last, line), { related: [{ span: last.span, text: "this line" }] });
      isToldUnreached = true;
    }
    const models = unfoldLine(line, isDocumented, unfolding);
    if (last === null) lines.push(...models);
    isDocumented ||= line.kind === "documented";
    if (line.kind === "standard" || (line.kind === "signals_line" && line.when === null)) last ??= line;
  }
  return endsAlways(lines) ? lines : [...lines, ...standardLines(block.span)];
}

function endsAlways(lines: readonly SignalsLineModel[]): boolean {
  return lines[lines.length - 1]?.when === null;
}

function unreached(last: tree.SignalsLine, line: tree.SignalsLine) {
  const first = last.kind === "signals_line" ? `\`${last.signal.text}\`` : `\`${last.kind}\``;
  const next = line.kind === "signals_line" ? `the line for \`${line.signal.text}\`` : `\`${line.kind}\``;
  const hint =
    last.kind === "signals_line"
      ? "say when, or let it stand last"
      : "let `standard` stand last, for it always matches";
  return { first, next, hint };
}

function unfoldLine(line: tree.SignalsLine, isDocumented: boolean, unfolding: Unfolding): SignalsLineModel[] {
  switch (line.kind) {
    case "standard":
      return standardLines(line.span);
    case "documented":
      if (!isDocumented) return documented(line.span, unfolding);
      unfolding.report.add("FBP2130", line.span, { what: "`documented`" });
      return [];
    case "signals_line":
      return policyLine(line, unfolding);
  }
}

function policyLine(
  line: Extract<tree.SignalsLine, { readonly kind: "signals_line" }>,
  unfolding: Unfolding,
): SignalsLineModel[] {
  const signal = nameOfSignal(line.signal, unfolding);
  if (line.when === null) return signal === null ? [] : [{ ...lineModel(line, signal), when: null }];
  const { contract, report, rely } = unfolding;
  const when = checkPredicate(line.when, { where: "signals", contracts: [contract], context: [] }, report, rely);
  return signal === null || when === null ? [] : [{ ...lineModel(line, signal), when }];
}

function lineModel(line: tree.SignalsLine, signal: number): Omit<SignalsLineModel, "when"> {
  return { signal, from: "policy", condition: null, span: line.span };
}

function nameOfSignal(name: tree.Name, { signals, report }: Unfolding): number | null {
  const index = signals.findIndex((signal) => signal.name === name.text);
  const signal = signals[index];
  if (signal === undefined) {
    const known = signals.filter((one) => !isRaisedByRuntime(one)).map((one) => one.name);
    if (name.text !== "") report.add("FBP2132", name.span, { name: name.text, near: nearest(name.text, known) });
    return null;
  }
  if (!isRaisedByRuntime(signal)) return index;
  report.add("FBP2131", name.span, { signal: name.text });
  return null;
}

function documented(place: Span, { contract, signals, report, rely }: Unfolding): SignalsLineModel[] {
  if (contract.loaded.contract.errors.conditions.length > 0) {
    rely({ area: "errors", span: place, what: "reading the documented error conditions", contract: contract.name });
  }
  return documentedLines(contract, signals, place, report, isRaisedByRuntime);
}
