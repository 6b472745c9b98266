/** Sets of texts: those that are listed exactly, all others by what was found out of them. */
import { codePoints, holdsString } from "../../../types/scalar.ts";
import type { StringType } from "../../../types/type.ts";

export interface TextTest {
  readonly kind: "starts_with" | "contains";
  readonly text: string;
}

export type TextPiece = Listed | Open;

interface Listed {
  readonly kind: "listed";
  /** Never empty. */
  readonly values: ReadonlySet<string>;
}

/** Every text of such a length that gave these answers, less a few. */
interface Open {
  readonly kind: "open";
  readonly type: StringType;
  readonly without: ReadonlySet<string>;
  readonly answers: readonly { readonly test: TextTest; readonly held: boolean }[];
}

/** Their union. */
export type Texts = readonly TextPiece[];

/** What is left out beyond these is forgotten: the set is then wider than it need be. */
const MOST_LEFT_OUT = 256;
const MOST_ANSWERS = 64;
const MOST_PIECES = 16;

export function textsOf(type: StringType): Texts {
  if (type.values !== null) return listed(type.values);
  if (type.maxLength === 0) return listed([""]);
  return [{ kind: "open", type, without: new Set(), answers: [] }];
}

function listed(values: Iterable<string>): Texts {
  const set = new Set(values);
  return set.size === 0 ? [] : [{ kind: "listed", values: set }];
}

/** Those of the set that stand in `values`. */
export function among(texts: Texts, values: readonly string[]): Texts {
  return listed(values.filter((value) => texts.some((piece) => holdsText(piece, value))));
}

/** Those that do not. */
export function besides(texts: Texts, values: readonly string[]): Texts {
  return texts.flatMap((piece): Texts => {
    if (piece.kind === "listed") return listed([...piece.values].filter((value) => !values.includes(value)));
    if (piece.without.size + values.length > MOST_LEFT_OUT) return [piece];
    return [{ ...piece, without: new Set([...piece.without, ...values]) }];
  });
}

/** Those for which the test gives that answer. */
export function answering(texts: Texts, test: TextTest, held: boolean): Texts {
  return texts.flatMap((piece): Texts => {
    if (piece.kind === "listed") return listed([...piece.values].filter((value) => passes(value, test) === held));
    if (isRuledOut(piece, test, held)) return [];
    if (piece.answers.length >= MOST_ANSWERS) return [piece];
    return [{ ...piece, answers: [...piece.answers, { test, held }] }];
  });
}

export function both(a: Texts, b: Texts): Texts {
  return bounded(a.flatMap((one) => b.flatMap((other) => overlap(one, other))));
}

export function either(a: Texts, b: Texts): Texts {
  return bounded([...a, ...b]);
}

/** One list at most, and a text of any kind in the place of too many pieces. */
function bounded(texts: Texts): Texts {
  const lists = texts.flatMap((piece) => (piece.kind === "listed" ? [...piece.values] : []));
  const open = [...new Set(texts.filter((piece) => piece.kind === "open"))];
  const [first] = open;
  if (first === undefined || open.length < MOST_PIECES) return [...listed(lists), ...open];
  const type: StringType = { ...first.type, minLength: 0, maxLength: null, format: null };
  return [{ kind: "open", type, without: new Set(), answers: [] }];
}

function overlap(a: TextPiece, b: TextPiece): Texts {
  if (a.kind === "listed") return listed([...a.values].filter((value) => holdsText(b, value)));
  if (b.kind === "listed") return overlap(b, a);
  if (a === b) return [a];
  const minLength = Math.max(a.type.minLength, b.type.minLength);
  const most = [a.type.maxLength, b.type.maxLength].filter((one) => one !== null);
  const maxLength = most.length === 0 ? null : Math.min(...most);
  if (maxLength !== null && minLength > maxLength) return [];
  let left: Texts = [{ ...a, type: { ...a.type, minLength, maxLength } }];
  left = besides(left, [...b.without]);
  for (const { test, held } of b.answers) left = answering(left, test, held);
  return left;
}

export function holdsText(piece: TextPiece, value: string): boolean {
  if (piece.kind === "listed") return piece.values.has(value);
  if (piece.without.has(value) || !holdsString(piece.type, value)) return false;
  return piece.answers.every(({ test, held }) => passes(value, test) === held);
}

export function passes(value: string, { kind, text }: TextTest): boolean {
  return kind === "contains" ? value.includes(text) : value.startsWith(text);
}

/** Is it certain that no text of the piece gives that answer? */
function isRuledOut(piece: Open, test: TextTest, held: boolean): boolean {
  if (!held && test.text === "") return true;
  const { maxLength } = piece.type;
  if (held && maxLength !== null && codePoints(test.text) > maxLength) return true;
  return piece.answers.some((known) => {
    if (known.held && !held) return implies(known.test, test);
    if (!known.held && held) return implies(test, known.test);
    return held && known.held && areApart(test, known.test);
  });
}

/** Does each text that passes the first pass the second? False where that is not plain. */
function implies(first: TextTest, second: TextTest): boolean {
  if (second.kind === "contains") return first.text.includes(second.text);
  return first.kind === "starts_with" && first.text.startsWith(second.text);
}

function areApart(a: TextTest, b: TextTest): boolean {
  if (a.kind !== "starts_with" || b.kind !== "starts_with") return false;
  return !a.text.startsWith(b.text) && !b.text.startsWith(a.text);
}
