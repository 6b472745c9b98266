/** What each line of a `signals` block can still read once those before it have taken theirs. */
import type { ContractModel, PolicyModel, SignalsLineModel } from "../../check/model.ts";
import { mergeOnce } from "../../check/once.ts";
import { type Related, Report } from "../../diagnostics/index.ts";
import type { Taker } from "../../diagnostics/signal-coverage.ts";
import { positionOf, type Span, textOf } from "../../source.ts";
import { answerText } from "../failure-words.ts";
import { Coverage, type Example, type LineCoverage } from "./coverage.ts";
import { whyImpossible } from "./impossible.ts";

export { Coverage, type Example, type LineCoverage } from "./coverage.ts";

/**
 * Reports the policy's own lines that never read anything, and a written `standard` for which nothing is
 * left. What a contract documents and an own line takes is as it should be. A block that serves several
 * contracts is told of a line only where none of them needs it.
 *
 * @param policies all that the block may serve
 */
export function signalCoverage(policy: PolicyModel, report: Report, policies: readonly PolicyModel[] = [policy]): void {
  const found = new Report();
  const contracts = [...new Set(policies.flatMap((one) => one.contracts))];
  for (const contract of policy.contracts) {
    for (const [index, line] of contract.signals.entries()) {
      // `standard` stands for many lines at one place.
      if (!isWritten(line) || isSame(line.span, contract.signals[index - 1]?.span)) continue;
      const others = contracts.filter((other) => other !== contract);
      if (others.some((other) => isNeeded(line.span, other))) continue;
      if (line.from === "policy") reportLine(line, coverageOf(contract).of(index), contract, policy, found);
      else if (!isNeeded(line.span, contract)) found.add("FBP5012", line.span, {});
    }
  }
  mergeOnce(report, found);
}

/** Is it a line of the policy's own that asks for something, or `standard` where that is written? */
function isWritten({ from, when, span }: SignalsLineModel): boolean {
  return from === "policy" ? when !== null : from === "standard" && textOf(span) === "standard";
}

const coverages = new WeakMap<ContractModel, Coverage>();

function coverageOf(contract: ContractModel): Coverage {
  const coverage = coverages.get(contract) ?? new Coverage(contract);
  coverages.set(contract, coverage);
  return coverage;
}

/** Does the line read something of this contract? Not where it does not stand in its block. */
function isNeeded(place: Span, contract: ContractModel): boolean {
  return contract.signals.some(({ span }, index) => isSame(span, place) && coverageOf(contract).isReached(index));
}

function isSame(a: Span, b: Span | undefined): boolean {
  return a.start === b?.start && a.end === b.end && a.source.name === b.source.name;
}

function reportLine(
  line: SignalsLineModel,
  coverage: LineCoverage,
  contract: ContractModel,
  policy: PolicyModel,
  report: Report,
): void {
  const nameOf = (of: SignalsLineModel) => policy.signals[of.signal]?.name ?? "";
  const signal = nameOf(line);
  if (coverage.kind === "impossible" && line.when !== null) {
    report.add("FBP5010", line.span, { signal, ...whyImpossible(line.when, contract) });
  }
  if (coverage.kind !== "covered") return;
  const readAs = nameOf(coverage.taker);
  const takers = coverage.by.map((by): Taker => ({ line: lineOf(by), from: by.from }));
  const related = coverage.by.map(
    (by): Related => ({ span: by.span, text: takerText(by, nameOf(by), coverage.by.length) }),
  );
  report.add(
    "FBP5011",
    line.span,
    { signal, example: exampleText(coverage.example, contract), readAs, takers },
    // Where nothing would be read otherwise, the line is only in the way.
    { related: once(related), severity: readAs === signal ? "warning" : "error" },
  );
}

function lineOf({ span }: SignalsLineModel): number {
  return positionOf(span.source, span.start).line;
}

function takerText({ from }: SignalsLineModel, signal: string, count: number): string {
  const what = count === 1 ? "it" : "some of it";
  return from === "policy"
    ? `this line reads ${what} as \`${signal}\``
    : `\`${from}\` reads ${what} as \`${signal}\` here`;
}

function once(related: readonly Related[]): readonly Related[] {
  return [...new Map(related.map((one) => [`${one.span.start} ${one.text}`, one])).values()];
}

function exampleText({ shape, failure }: Example, contract: ContractModel): string {
  if (shape === "refused" || shape === "error_inside") return `the answer \`${answerText(failure, contract)}\``;
  return `a call that fails with \`${failure.transport ?? ""}\``;
}
