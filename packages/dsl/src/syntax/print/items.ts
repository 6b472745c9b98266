/** Declarations and what stands in a policy. */
import { type Span, textOf } from "../../source.ts";
import type { BreakerBlock, BudgetBlock, Item, PolicyItem, ReasonItem, RetryBudgetItem, StreamItem } from "../tree.ts";
import { block, type Entry, entry } from "./block.ts";
import type { Comments } from "./comments.ts";
import { quantity } from "./expression.ts";
import { STEP, WIDTH } from "./lines.ts";
import { acceptCheck, alert, assertion, declaredUse, repetition, rule, signalsLine } from "./rules.ts";
import { scenarioStep } from "./scenario.ts";
import { breakerSetting, budgetSetting, contextField, objective, pathSetting, recordSetting } from "./settings.ts";

export function fileItem(item: Item, comments: Comments): Entry {
  const inner = STEP;
  switch (item.kind) {
    case "contract":
      return entry(item.span, [`contract ${item.name.text} from ${item.from === null ? "" : textOf(item.from.span)}`]);
    case "use":
      return entry(item.span, [`use ${item.file === null ? "" : textOf(item.file.span)}`]);
    case "signal":
      return entry(item.span, [`signal ${item.name.text} is ${item.class.text}`]);
    case "reason":
      return reason(item);
    case "context": {
      const fields = item.fields.map((field) => contextField(field, inner));
      return blockEntry(item.span, "context", item.span.start, fields, 0, comments);
    }
    case "path": {
      const head = `path ${item.name.text}`;
      return blockEntry(item.span, head, item.name.span.end, item.settings.map(pathSetting), 0, comments);
    }
    case "signals": {
      const lines = item.lines.map((each) => signalsLine(each, inner));
      return blockEntry(item.span, ofContract(item), item.contract?.span.end ?? item.span.start, lines, 0, comments);
    }
    case "accept": {
      const checks = item.checks.map((each) => acceptCheck(each, inner));
      return blockEntry(item.span, ofContract(item), item.contract?.span.end ?? item.span.start, checks, 0, comments);
    }
    case "budget":
      return budget(item, 0, comments);
    case "breaker":
      return breaker(item, 0, comments);
    case "policy": {
      const items = item.items.map((each) => policyItem(each, inner, comments));
      return blockEntry(item.span, `policy ${item.name.text}`, item.name.span.end, items, 0, comments);
    }
    case "scenario": {
      const head = `scenario ${textOf(item.title.span)} for ${item.policy.text}`;
      const steps = item.steps.map((step) => scenarioStep(step, inner, comments));
      return blockEntry(item.span, head, item.policy.span.end, steps, 0, comments);
    }
  }
}

function ofContract(item: Item & { kind: "signals" | "accept" }): string {
  return item.contract === null ? item.kind : `${item.kind} for ${item.contract.text}`;
}

function policyItem(item: PolicyItem, indent: number, comments: Comments): Entry {
  const inner = indent + STEP;
  switch (item.kind) {
    case "start":
      return entry(item.span, [`start ${item.path.text}`]);
    case "budget":
      return budget(item, indent, comments);
    case "breaker":
      return breaker(item, indent, comments);
    case "slo": {
      const head = `slo ${item.path.text}`;
      return blockEntry(item.span, head, item.path.span.end, item.objectives.map(objective), indent, comments);
    }
    case "retry_budget":
      return entry(item.span, [retryBudget(item)]);
    case "repeat":
      return repetition(item, indent);
    case "stream":
      return entry(item.span, [stream(item)]);
    case "sends":
    case "reads":
      return declaredUse(item, indent);
    case "on": {
      const rules = item.rules.map((each) => rule(each, inner));
      return blockEntry(item.span, `on ${item.path.text}`, item.path.span.end, rules, indent, comments);
    }
    case "record": {
      const settings = item.settings.map((each) => recordSetting(each, inner));
      return blockEntry(item.span, "record", item.span.start, settings, indent, comments);
    }
    case "alerts": {
      const alerts = item.alerts.map((each) => alert(each, inner));
      return blockEntry(item.span, "alerts", item.span.start, alerts, indent, comments);
    }
    case "assert":
      return assertion(item, indent);
    case "reason":
      return reason(item);
  }
}

function budget(item: BudgetBlock, indent: number, comments: Comments): Entry {
  const head = item.name === null ? "budget" : `budget ${item.name.text}`;
  if (item.settings === null) return entry(item.span, [head]);
  const settings = item.settings.map(budgetSetting);
  return blockEntry(item.span, head, item.name?.span.end ?? item.span.start, settings, indent, comments);
}

function breaker(item: BreakerBlock, indent: number, comments: Comments): Entry {
  const names = [item.path, item.name].filter((name) => name !== null);
  const head = ["breaker", ...names.map((name) => name.text)].join(" ");
  if (item.settings === null) return entry(item.span, [head]);
  const headEnd = names.at(-1)?.span.end ?? item.span.start;
  return blockEntry(item.span, head, headEnd, item.settings.map(breakerSetting), indent, comments);
}

function reason(item: ReasonItem): Entry {
  const lead = `reason ${item.name.text}`;
  return item.text === null
    ? entry(item.span, [lead])
    : entry(item.span, [lead, textOf(item.text.span)], { table: "reasons" });
}

function retryBudget(item: RetryBudgetItem): string {
  const path = item.path === null ? "" : `${item.path.text} `;
  const least = item.perSecond === null ? "" : `, at least ${quantity(item.perSecond)} per second`;
  return `retry_budget ${path}${quantity(item.share)} of requests${least}`;
}

function stream(item: StreamItem): string {
  const held = item.for === null ? "" : ` for ${quantity(item.for)}`;
  return `stream ${item.mode}${held}${item.skipBadChunks ? ", skip bad chunks" : ""}`;
}

/** `headEnd`: an offset behind the last name of the head, or in it. */
function blockEntry(
  span: Span,
  head: string,
  headEnd: number,
  entries: readonly Entry[],
  indent: number,
  comments: Comments,
): Entry {
  const open = comments.brace(headEnd);
  // What holds everything else never shrinks to a line.
  const width = head.startsWith("policy ") || head.startsWith("scenario ") ? 0 : WIDTH - indent;
  const printed = block({ head, span, open, entries, width }, comments);
  return entry(span, [printed.first], {
    own: [{ ...span, start: open }],
    more: printed.more,
    headComment: printed.headComment,
    apart: printed.multiline,
  });
}
