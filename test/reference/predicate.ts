/** Predicates, read straight from the tree: slow, obvious, and written from docs/language.md alone. */
import type { tree } from "@fbp/dsl";

export interface Facts {
  readonly transport: string | null;
  readonly sent: boolean;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly error: unknown;
  readonly request: unknown;
  readonly context: unknown;
  readonly response: unknown;
  readonly attempts: number;
  readonly elapsedMs: number;
  readonly committed: boolean;
}

/** What a place holds; undefined where it is absent: missing, or null. */
type Value = unknown;

function follow(start: unknown, segments: readonly tree.Segment[]): Value {
  let here: unknown = start;
  for (const segment of segments) {
    if (typeof here !== "object" || here === null) return undefined;
    const key = segment.kind === "index" ? String(segment.index) : segment.name;
    if (segment.kind === "index" && !Array.isArray(here)) return undefined;
    if (segment.kind !== "index" && Array.isArray(here)) return undefined;
    if (!Object.hasOwn(here, key)) return undefined;
    here = (here as Record<string, unknown>)[key];
  }
  return here === null ? undefined : here;
}

function read(fact: tree.Fact, facts: Facts): Value {
  switch (fact.root.text) {
    case "error":
    case "request":
    case "context":
    case "response":
      return follow(facts[fact.root.text], fact.segments);
    case "header": {
      const [name] = fact.segments;
      return name !== undefined && name.kind !== "index"
        ? follow(facts.headers, [{ ...name, name: name.name.toLowerCase() }])
        : undefined;
    }
    case "status":
      return facts.status === 0 ? undefined : facts.status;
    case "transport":
      return facts.transport ?? undefined;
    case "sent":
      return facts.sent;
    case "attempts":
      return facts.attempts;
    case "elapsed":
      return facts.elapsedMs;
    default:
      // A name alone is a constant: `transport == reset`.
      return fact.root.text;
  }
}

function termOf(expression: tree.Expression, facts: Facts): Value {
  switch (expression.kind) {
    case "fact":
      return read(expression, facts);
    case "string":
    case "bool":
    case "quantity":
      return expression.value;
    case "null":
      return undefined;
    default:
      return holds(expression, facts);
  }
}

function isEmpty(value: Value): boolean {
  if (value === undefined || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function compare(operator: tree.Comparison["operator"], left: Value, right: Value): boolean {
  if (left === undefined || right === undefined) return false;
  if (operator === "==") return left === right;
  if (operator === "!=") return left !== right;
  if (typeof left !== "number" || typeof right !== "number") return false;
  if (operator === "<") return left < right;
  if (operator === "<=") return left <= right;
  if (operator === ">") return left > right;
  return left >= right;
}

export function holds(expression: tree.Expression, facts: Facts): boolean {
  switch (expression.kind) {
    case "or":
      return holds(expression.left, facts) || holds(expression.right, facts);
    case "and":
      return holds(expression.left, facts) && holds(expression.right, facts);
    case "not":
      return !holds(expression.operand, facts);
    case "compare":
      return compare(expression.operator, termOf(expression.left, facts), termOf(expression.right, facts));
    case "in_set":
      return expression.values.some((value) => compare("==", termOf(expression.left, facts), termOf(value, facts)));
    case "in_range":
      return (
        compare(">=", termOf(expression.left, facts), termOf(expression.low, facts)) &&
        compare("<=", termOf(expression.left, facts), termOf(expression.high, facts))
      );
    case "is": {
      const value = termOf(expression.left, facts);
      if (expression.test === "absent") return value === undefined;
      if (expression.test === "present") return value !== undefined;
      return isEmpty(value) === (expression.test === "empty");
    }
    case "starts_with":
    case "contains": {
      const left = termOf(expression.left, facts);
      const right = termOf(expression.right, facts);
      if (typeof left !== "string" || typeof right !== "string") return false;
      return expression.kind === "contains" ? left.includes(right) : left.startsWith(right);
    }
    case "has": {
      const left = termOf(expression.left, facts);
      const right = termOf(expression.right, facts);
      if (Array.isArray(left)) return left.includes(right);
      return typeof left === "object" && left !== null && typeof right === "string" && Object.hasOwn(left, right);
    }
    case "transport_failed":
      return facts.transport !== null;
    case "before_first_token":
      return !facts.committed;
    case "bool":
    case "fact":
      return termOf(expression, facts) === true;
    default:
      return false;
  }
}
