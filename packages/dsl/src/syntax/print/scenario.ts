/** The steps of a scenario. */
import { textOf } from "../../source.ts";
import type { Expectation, Json, ScenarioStep, WorldEvent, WorldStep } from "../tree.ts";
import { type Entry, entry } from "./block.ts";
import type { Comments } from "./comments.ts";
import { quantity } from "./expression.ts";
import { json } from "./json.ts";
import type { Line, Part } from "./lines.ts";
import { hookText } from "./rules.ts";
import { wrapped } from "./settings.ts";

export function scenarioStep(step: ScenarioStep, indent: number, comments: Comments): Entry {
  switch (step.kind) {
    case "given_request":
      return withJson(step.span, ["request"], step.json, "", indent, comments);
    case "given_context":
      return withJson(step.span, ["context"], step.json, "", indent, comments);
    case "given_breaker":
      return entry(step.span, [`breaker ${step.path.text} is ${step.state}`]);
    case "given_slo":
      return entry(step.span, [`slo ${step.path.text} is breached`]);
    case "abort":
      return entry(step.span, ["caller", `aborts after ${quantity(step.after)}`], { table: "steps" });
    case "world":
      return world(step, indent, comments);
    case "expect": {
      const parts = step.expectations.map((each, index): Part => {
        const comma = index === step.expectations.length - 1 ? "" : ",";
        return { level: index === 0 ? 0 : 4, text: `${expectation(each)}${comma}` };
      });
      const cells = ["expect", parts.map((part) => part.text).join(" ")];
      return wrapped(step.span, [{ level: 0, text: "expect" }, ...parts], indent, { cells, table: "steps" });
    }
  }
}

function world(step: WorldStep, indent: number, comments: Comments): Entry {
  const after = step.after === null ? "" : ` after ${quantity(step.after)}`;
  const { lead, body, tail } = event(step.event);
  const cells = [step.path.text, lead];
  if (body === null) return entry(step.span, [step.path.text, `${lead}${tail}${after}`], { table: "steps" });
  return withJson(step.span, cells, body, `${tail}${after}`, indent, comments);
}

/** What stands before a body, and behind it. */
function event(each: WorldEvent): { readonly lead: string; readonly body: Json | null; readonly tail: string } {
  switch (each.kind) {
    case "times_out":
      return { lead: "times out", body: null, tail: "" };
    case "fails":
      return { lead: `fails ${each.fault.text}`, body: null, tail: "" };
    case "answers":
      return { lead: each.body === null ? "answers" : "answers with", body: each.body, tail: "" };
    case "returns": {
      const headers = each.headers.map(({ name, value }) => `header ${textOf(name.span)} ${textOf(value.span)}`);
      const tail = headers.length === 0 ? "" : ` with ${headers.join(", ")}`;
      return { lead: `returns ${quantity(each.status)}`, body: each.body, tail };
    }
    case "breaks": {
      const where = each.tokens === null ? "before first_token" : `after ${quantity(each.tokens)}`;
      return { lead: `breaks ${where}`, body: null, tail: "" };
    }
  }
}

function withJson(
  span: Entry["span"],
  cells: readonly string[],
  body: Json,
  tail: string,
  indent: number,
  comments: Comments,
): Entry {
  const column = indent + cells.join(" ").length + 1 + tail.length;
  const printed = json(body, indent, column, comments);
  const last = printed.more.at(-1);
  const head = [...cells.slice(0, -1), `${cells.at(-1) ?? ""} ${printed.first}${last === undefined ? tail : ""}`];
  const table = cells.length > 1 ? "steps" : "";
  if (last === undefined) return entry(span, head, { table, own: [body.span] });
  const more: Line[] = [...printed.more.slice(0, -1), { ...last, text: `${last.text}${tail}` }];
  return entry(span, head, { table, own: [body.span], more, headComment: printed.headComment });
}

function expectation(each: Expectation): string {
  switch (each.kind) {
    case "answer":
      return each.from === null ? "answer" : `answer from ${each.from.text}`;
    case "failure":
    case "aborted":
    case "partial":
      return each.kind;
    case "degraded":
      return each.text === null ? "degraded" : `degraded ${textOf(each.text.span)}`;
    case "deferred":
      return each.to === null ? "deferred" : `deferred to ${textOf(each.to.span)}`;
    case "reason":
    case "signal":
      return `${each.kind} ${each.name.text}`;
    case "no_reason":
      return "no reason";
    case "page":
    case "notify":
      return hookText(each);
    default:
      return `${each.kind} ${quantity(each.value)}`;
  }
}
