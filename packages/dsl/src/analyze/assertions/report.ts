/** What the assertions of a policy come to: each that does not hold, with the shortest request that shows it. */
import { readsOutcome } from "../../check/assertion.ts";
import type { AssertModel, PolicyModel } from "../../check/model.ts";
import type { Report, Story } from "../../diagnostics/index.ts";
import { textOf } from "../../source.ts";
import type { Graph } from "../explore/graph.ts";
import type { Trace } from "../explore/trace.ts";
import { scenarioOf } from "../story/scenario.ts";
import { storyOf } from "../story/story.ts";
import { decide } from "./decide.ts";

export function reportAssertions(graph: Graph, model: PolicyModel, report: Report): void {
  for (const assertion of model.asserts) {
    // Of one that asks nothing of the outcome that is said already.
    if (readsOutcome(assertion.claim)) reportAssertion(graph, assertion, report);
  }
}

function reportAssertion(graph: Graph, assertion: AssertModel, report: Report): void {
  const { mode, span } = assertion;
  const written = writtenOf(assertion);
  const verdict = decide(graph, assertion);
  switch (verdict.kind) {
    case "holds":
      return;
    case "broken": {
      const end = endText(verdict.by);
      const story = shownBy(graph, verdict.by, `breaks: assert ${mode} ${written.claim}`);
      report.add(
        "FBP7001",
        span,
        { mode: mode === "always" ? "always" : "never", claim: written.claim, end },
        { story },
      );
      return;
    }
    case "never_happens":
      report.add("FBP7002", span, { claim: written.claim });
      return;
    case "vacuous":
      report.add("FBP7004", span, { condition: written.condition });
      return;
    case "open":
      report.add("FBP7003", span, { mode, claim: written.claim });
  }
}

function shownBy(graph: Graph, trace: Trace, title: string): Story {
  return { steps: storyOf(graph, trace), scenario: scenarioOf(graph, trace, title) };
}

/** `failure, reason \`late\`, after 3 attempts` */
function endText({ outcome }: Trace): string {
  const { result, source, reason, attempts } = outcome;
  const from = source === null ? "" : ` from \`${source}\``;
  const under = reason === null ? "" : `, reason \`${reason}\``;
  return `${result}${from}${under}, after ${attempts.length} ${attempts.length === 1 ? "attempt" : "attempts"}`;
}

/** The claim and its condition as the policy writes them, on one line. */
function writtenOf({ span, mode }: AssertModel): { readonly claim: string; readonly condition: string } {
  const text = textOf(span).replace(/\s+/gu, " ").trim();
  const said = text.replace(new RegExp(`^assert ${mode} `, "u"), "");
  const [claim = said, condition = ""] = said.split(" when ");
  return { claim, condition };
}
