/**
 * Predicate -> JavaScript expression. What it means is told by `evaluate` in check/predicate; the two
 * are held together by a differential property test. The expression is total (it reads only through
 * `Block`, compares only after it has looked at the kind), has no loop but over a list that it searches,
 * and gives true or false, never another value.
 */
import type { Operand, Predicate, Read, Scalar } from "../check/model.ts";
import type { Block } from "./reads.ts";
import { numberText, quote, scalarText } from "./text.ts";

/** `and` and `or` bind looser than everything else that is written here. */
type Bind = "atom" | "and" | "or";

interface Text {
  readonly text: string;
  readonly bind: Bind;
}

const TRUE: Text = { text: "true", bind: "atom" };
const FALSE: Text = { text: "false", bind: "atom" };

export function predicateText(predicate: Predicate, block: Block): string {
  return write(predicate, block).text;
}

/** The text of the predicate's opposite. */
export function negatedText(predicate: Predicate, block: Block): string {
  return negate(write(predicate, block)).text;
}

function write(predicate: Predicate, block: Block): Text {
  switch (predicate.kind) {
    case "const":
      return predicate.value ? TRUE : FALSE;
    case "and":
      return join(
        "and",
        predicate.of.map((part) => write(part, block)),
      );
    case "or":
      return join("or", writeAny(predicate.of, block));
    case "not":
      return negate(write(predicate.of, block));
    case "compare":
      return compare(predicate, block);
    case "in_set":
      return inSet(predicate.left, predicate.values, block);
    case "in_range":
      return inRange(predicate, block);
    case "is":
      return is(predicate.operand, predicate.test, block);
    case "starts_with":
    case "contains":
      return textTest(predicate, block);
    case "has":
      return has(predicate.left, predicate.value, block);
    case "truth":
      return truth(predicate.operand, block);
  }
}

/** Texts that are looked for in the same place, letter case aside, are looked for together. */
function writeAny(parts: readonly Predicate[], block: Block): readonly Text[] {
  const together = new Map<string, { readonly left: Read; readonly texts: string[] }>();
  const result: Text[] = [];
  for (const part of parts) {
    if (part.kind !== "contains" || !part.ignoreCase || part.text === "" || part.left.kind !== "read") {
      result.push(write(part, block));
      continue;
    }
    const key = JSON.stringify([part.left.from, part.left.segments]);
    const group = together.get(key) ?? { left: part.left, texts: [] };
    group.texts.push(part.text.toLowerCase());
    together.set(key, group);
  }
  for (const { left, texts } of together.values()) result.push(saysText(left, texts, block));
  return result;
}

/** One of the texts, in lower case, stands in the place. */
function saysText(left: Read, texts: readonly string[], block: Block): Text {
  return join("and", block.says(left, texts).map(atom));
}

function atom(text: string): Text {
  return { text, bind: "atom" };
}

function join(kind: "and" | "or", parts: readonly Text[]): Text {
  const neutral = kind === "and" ? TRUE : FALSE;
  const decisive = kind === "and" ? FALSE : TRUE;
  const kept = parts.filter((part) => part !== neutral);
  if (kept.includes(decisive)) return decisive;
  const [first] = kept;
  if (first === undefined) return neutral;
  if (kept.length === 1) return first;
  const operator = kind === "and" ? " && " : " || ";
  return { text: kept.map((part) => within(part, kind)).join(operator), bind: kind };
}

function within(part: Text, kind: Bind): string {
  return part.bind === "atom" || part.bind === kind ? part.text : `(${part.text})`;
}

function negate(part: Text): Text {
  if (part === TRUE) return FALSE;
  if (part === FALSE) return TRUE;
  return atom(`!(${part.text})`);
}

function absentText(read: Read, block: Block): string {
  if (read.from === "status") return `${block.read(read)} === 0`;
  return `${block.read(read)} == null`;
}

function presentText(read: Read, block: Block): string {
  if (read.from === "status") return `${block.read(read)} !== 0`;
  return `${block.read(read)} != null`;
}

/** Counters of the machine's own: always there, always numbers. */
function isOwnNumber(read: Read): boolean {
  return read.from === "status" || read.from === "attempts" || read.from === "elapsed";
}

/** The kind must be looked at first, but for the machine's own counters. */
function isNumber(read: Read, block: Block): Text {
  return isOwnNumber(read) ? TRUE : atom(`typeof ${block.read(read)} === "number"`);
}

const FLIPPED = { "<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!=" } as const;

function compare(predicate: Extract<Predicate, { kind: "compare" }>, block: Block): Text {
  const { left, right, operator } = predicate;
  if (left.kind === "read" && right.kind === "read") return compareReads(left, operator, right, block);
  if (left.kind === "read" && right.kind === "value") return compareValue(left, operator, right.value, block);
  if (left.kind === "value" && right.kind === "read") {
    return compareValue(right, FLIPPED[operator], left.value, block);
  }
  return left.kind === "value" && right.kind === "value" ? compareScalars(left.value, operator, right.value) : FALSE;
}

type Operator = keyof typeof FLIPPED;

function compareValue(left: Read, operator: Operator, value: Scalar, block: Block): Text {
  if (value === null) return FALSE;
  switch (operator) {
    case "==":
      return equals(left, [value], block);
    case "!=":
      return join("and", [atom(presentText(left, block)), atom(`${block.read(left)} !== ${scalarText(value)}`)]);
    default:
      return typeof value === "number" ? ordered(left, operator, value, block) : FALSE;
  }
}

function equals(left: Read, values: readonly Scalar[], block: Block): Text {
  const wanted = [...new Set(values)].filter((value) => value !== null && !(left.from === "status" && value === 0));
  return join(
    "or",
    block
      .equals(left, wanted)
      .map((text) => ({ text, bind: text.includes("||") ? "or" : text.includes("&&") ? "and" : "atom" })),
  );
}

/** A comparison of size with a number; false where the place holds none. */
function ordered(operand: Read, operator: "<" | "<=" | ">" | ">=", value: number, block: Block): Text {
  const zeroWouldPass =
    operator === "<" ? value > 0 : operator === "<=" ? value >= 0 : value < 0 || (value === 0 && operator === ">=");
  return join("and", [
    isNumber(operand, block),
    operand.from === "status" && zeroWouldPass ? atom(presentText(operand, block)) : TRUE,
    atom(`${block.read(operand)} ${operator} ${numberText(value)}`),
  ]);
}

function inRange({ left, low, high }: Extract<Predicate, { kind: "in_range" }>, block: Block): Text {
  if (left.kind === "value")
    return join("and", [compareScalars(left.value, ">=", low), compareScalars(left.value, "<=", high)]);
  return join("and", [
    isNumber(left, block),
    left.from === "status" && low <= 0 && high >= 0 ? atom(presentText(left, block)) : TRUE,
    atom(`${block.read(left)} >= ${numberText(low)}`),
    atom(`${block.read(left)} <= ${numberText(high)}`),
  ]);
}

function compareReads(left: Read, operator: Operator, right: Read, block: Block): Text {
  const body = (sign: string) => atom(`${block.read(left)} ${sign} ${block.read(right)}`);
  const there = join("and", [atom(presentText(left, block)), atom(presentText(right, block))]);
  if (operator === "==") return join("and", [there, body("===")]);
  if (operator === "!=") return join("and", [there, body("!==")]);
  return join("and", [isNumber(left, block), isNumber(right, block), there, body(operator)]);
}

function compareScalars(left: Scalar, operator: Operator, right: Scalar): Text {
  if (left === null || right === null) return FALSE;
  if (operator === "==") return left === right ? TRUE : FALSE;
  if (operator === "!=") return left !== right ? TRUE : FALSE;
  if (typeof left !== "number" || typeof right !== "number") return FALSE;
  const holds = { "<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right }[operator];
  return holds ? TRUE : FALSE;
}

function inSet(left: Operand, values: readonly Scalar[], block: Block): Text {
  if (left.kind === "value") {
    return values.some((value) => compareScalars(left.value, "==", value) === TRUE) ? TRUE : FALSE;
  }
  return equals(left, values, block);
}

function is(operand: Operand, test: "absent" | "present" | "empty" | "not_empty", block: Block): Text {
  if (operand.kind === "value") {
    const there = operand.value !== null && !((test === "empty" || test === "not_empty") && operand.value === "");
    return there === (test === "present" || test === "not_empty") ? TRUE : FALSE;
  }
  if (test === "absent" || (test === "empty" && operand.from === "status")) return atom(absentText(operand, block));
  if (test === "present" || (test === "not_empty" && operand.from === "status")) {
    return atom(presentText(operand, block));
  }
  const filled = `${block.shared.helper("filled")}(${block.read(operand)})`;
  return atom(test === "empty" ? `!${filled}` : filled);
}

function textTest(predicate: Extract<Predicate, { kind: "starts_with" | "contains" }>, block: Block): Text {
  const { left, ignoreCase, kind } = predicate;
  const wanted = ignoreCase ? predicate.text.toLowerCase() : predicate.text;
  const method = kind === "contains" ? "includes" : "startsWith";
  if (left.kind === "value") {
    if (typeof left.value !== "string") return FALSE;
    return (ignoreCase ? left.value.toLowerCase() : left.value)[method](wanted) ? TRUE : FALSE;
  }
  if (wanted !== "" && ignoreCase) {
    if (kind === "contains") return saysText(left, [wanted], block);
    return atom(block.begins(left, wanted));
  }
  const isText = atom(`typeof ${block.read(left)} === "string"`);
  if (wanted === "") return isText;
  return join("and", [isText, atom(`${block.read(left)}.${method}(${quote(wanted)})`)]);
}

function has(left: Operand, value: Scalar, block: Block): Text {
  if (left.kind === "value" || value === null) return FALSE;
  return atom(`${block.shared.helper("holds")}(${block.read(left)}, ${scalarText(value)})`);
}

function truth(operand: Operand, block: Block): Text {
  if (operand.kind === "value") return operand.value === true ? TRUE : FALSE;
  return atom(`${block.read(operand)} === true`);
}
