/** Lines in columns: rules, signals, checks, alerts, assertions. */
import { textOf } from "../../source.ts";
import type {
  AcceptCheck,
  Action,
  Alert,
  AssertItem,
  DeclaredUse,
  Hook,
  RepeatItem,
  Rule,
  Selector,
  SignalsLine,
} from "../tree.ts";
import { type Entry, entry } from "./block.ts";
import { condition, quantity, text } from "./expression.ts";
import { flat, type Part } from "./lines.ts";
import { wrapped } from "./settings.ts";

export function rule(each: Rule, indent: number): Entry {
  const before = each.beforeFirstToken === null ? "" : " before first_token";
  const selected: Part[] = [{ level: 0, text: `${selector(each.selector)}${before}` }];
  if (each.when !== null) selected.push(...condition(each.when, "when"));
  const reason: Part = { level: 2, text: `-> ${each.reason.text}` };
  const hooks = each.hooks.map((hook) => `, ${hookText(hook)}`).join("");
  const actions = each.actions.map((action, index): Part => {
    const lead = index === 0 ? "-> " : "else ";
    const tail = index === each.actions.length - 1 ? hooks : "";
    return { level: index === 0 ? 1 : 2, text: `${lead}${actionText(action)}${tail}` };
  });
  const cells = [flat(selected), reason.text, flat(actions)];
  return wrapped(each.span, [...selected, reason, ...actions], indent, { cells, table: "rules" });
}

function selector(each: Selector): string {
  switch (each.kind) {
    case "signal":
      return each.name.text;
    case "any":
      return `any ${each.class.text}`;
    case "otherwise":
      return "otherwise";
  }
}

function actionText(action: Action): string {
  switch (action.kind) {
    case "retry": {
      if (action.from === null || action.to === null) return "retry";
      const range = action.to === action.from ? "" : `..${quantity(action.to)}`;
      return `retry after ${quantity(action.from)}${range}`;
    }
    case "fallback":
      return `fallback ${action.path.text}`;
    case "proceed":
      return "proceed";
    case "respond":
      return `respond ${textOf(action.text.span)}`;
    case "defer":
      return `defer to ${textOf(action.to.span)}`;
    case "fail":
      return action.partial ? "fail with partial" : "fail";
  }
}

export function hookText(hook: Hook): string {
  return `${hook.kind} ${textOf(hook.target.span)}`;
}

export function signalsLine(each: SignalsLine, indent: number): Entry {
  if (each.kind !== "signals_line") return entry(each.span, [each.kind]);
  if (each.when === null) return entry(each.span, [each.signal.text]);
  const when = condition(each.when, "when");
  const cells = [each.signal.text, flat(when)];
  return wrapped(each.span, [{ level: 0, text: each.signal.text }, ...when], indent, { cells, table: "signals" });
}

export function acceptCheck(each: AcceptCheck, indent: number): Entry {
  switch (each.kind) {
    case "standard":
      return entry(each.span, ["standard"]);
    case "matches_schema": {
      const schema = `content matches schema ${textOf(each.schema.span)} as json`;
      return entry(each.span, each.name === null ? [schema] : [each.name.text, schema], {
        table: each.name === null ? "" : "checks",
      });
    }
    case "check": {
      const predicate = condition(each.predicate, "");
      const cells = [each.name.text, flat(predicate)];
      return wrapped(each.span, [{ level: 0, text: each.name.text }, ...predicate], indent, { cells, table: "checks" });
    }
  }
}

export function alert(each: Alert, indent: number): Entry {
  const when: Part[] = [...condition(each.when, "when")];
  if (each.for !== null) when.push({ level: 0, text: `for ${quantity(each.for)}` });
  const target = textOf(each.hook.target.span);
  const cells = [each.name.text, flat(when), each.hook.kind, target];
  const hook: Part = { level: 1, text: `${each.hook.kind} ${target}` };
  return wrapped(each.span, [{ level: 0, text: each.name.text }, ...when, hook], indent, { cells, table: "alerts" });
}

export function assertion(each: AssertItem, indent: number): Entry {
  const lead = `assert ${each.mode}`;
  const claim: Part[] = [...condition(each.claim, "")];
  if (each.when !== null) claim.push(...raised(condition(each.when, "when")));
  return wrapped(each.span, [{ level: 0, text: lead }, ...claim], indent, {
    cells: [lead, flat(claim)],
    table: "assertions",
  });
}

/** The first part begins a line where the line is broken at all. */
function raised([first, ...rest]: readonly Part[]): readonly Part[] {
  return first === undefined ? [] : [{ ...first, level: 1 }, ...rest];
}

export function repetition(each: RepeatItem, indent: number): Entry {
  if (each.when === null) return entry(each.span, [`repeat ${each.mode}`]);
  return wrapped(each.span, [{ level: 0, text: "repeat only" }, ...condition(each.when, "when")], indent);
}

export function declaredUse(each: DeclaredUse, indent: number): Entry {
  const places = each.facts.map((fact, index): Part => {
    const lead = index === 0 ? `${each.kind} ` : "";
    return { level: index === 0 ? 0 : 4, text: `${lead}${text(fact)}${index === each.facts.length - 1 ? "" : ","}` };
  });
  return wrapped(each.span, places, indent);
}
