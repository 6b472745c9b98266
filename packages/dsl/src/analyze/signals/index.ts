/** What each line of a `signals` block can still read once those before it have taken theirs. */
import type { ContractModel, PolicyModel, SignalsLineModel } from "../../check/model.ts";
import { mergeOnce } from "../../check/once.ts";
import { type Related, Report } from "../../diagnostics/index.ts";
import type { Taker } from "../../diagnostics/signal-coverage.ts";
import { positionOf, textOf } from "../../source.ts";
import { answerText } from "../failure-words.ts";
import { Coverage, type Example, type LineCoverage } from "./coverage.ts";
import { whyImpossible } from "./impossible.ts";

export { Coverage, type Example, type LineCoverage } from "./coverage.ts";

/**
 * Reports the policy's own lines that never read anything, and a written `standard` for which nothing is
 * left. What a contract documents and an own line takes is as it should be.
 */
export function signalCoverage(policy: PolicyModel, report: Report): void {
  const found = new Report();
  for (const contract of policy.contracts) reportContract(contract, policy, found);
  mergeOnce(report, found);
}

function reportContract(contract: ContractModel, policy: PolicyModel, report: Report): void {
  const coverage = new Coverage(contract);
  contract.signals.forEach((line, index) => {
    if (line.from === "policy" && line.when !== null) reportLine(line, coverage.of(index), contract, policy, report);
  });
  const standard = [...contract.signals.entries()].filter(([, line]) => line.from === "standard");
  const [first] = standard;
  // A block gets it also where it is not written.
  if (first === undefined || textOf(first[1].span) !== "standard") return;
  if (!standard.some(([index]) => coverage.isReached(index))) report.add("FBP5012", first[1].span, {});
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
