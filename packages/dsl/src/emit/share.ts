/**
 * Checks of a field that stand in several places of generated code get a function of their own: most fields of a contract
 * are "a text or null", and a service's bundle need not say so for each of them.
 *
 * @see simplify.ts: names of variables are unique within one of ajv's functions
 */
import { type Block, mapText, printStatements, type Statement } from "./statements.ts";

/** `if (data5.role !== undefined) {`, `let data6 = data5.role;`, and what is asked of `data6`. */
interface FieldCheck {
  readonly place: string;
  readonly name: string;
  readonly rest: Block;
}

/** Ajv's functions and constants, with the functions that they share before them. */
export function shareChecks(code: Block): Block {
  const shared = new Map<string, Statement>();
  let result = code;
  for (let before = -1; before !== shared.size; ) {
    before = shared.size;
    result = shareOnce(result, shared);
  }
  return result;
}

/** The largest that stand twice; what stands twice within those is met the next time. */
function shareOnce(code: Block, shared: Map<string, Statement>): Block {
  const counts = new Map<string, number>();
  for (const one of code) {
    if (one.kind !== "block") continue;
    const locals = localsOf(one);
    for (const check of fieldChecks(one.body)) {
      const text = canonical(check, locals);
      if (text !== null) counts.set(text, (counts.get(text) ?? 0) + 1);
    }
  }
  const made: Statement[] = [];
  const replaced = code.map((one): Statement => {
    if (one.kind !== "block") return one;
    const locals = localsOf(one);
    const inside = (block: Block): Block =>
      block.map((statement): Statement => {
        const check = fieldCheckOf(statement);
        const text = check === null ? null : canonical(check, locals);
        if (check === null || text === null || (counts.get(text) ?? 0) < 2) return within(statement, inside);
        const name = `field${shared.size + 1}`;
        const known = shared.get(text) ?? { kind: "block", head: `function ${name}(value)`, body: bodyOf(check) };
        if (!shared.has(text)) {
          shared.set(text, known);
          made.push(known);
        }
        return call(known, check.place);
      });
    return { ...one, body: inside(one.body) };
  });
  return [...made, ...replaced];
}

function call(known: Statement, place: string): Statement {
  const name = known.kind === "block" ? /^function (\w+)/.exec(known.head)?.[1] : undefined;
  return { kind: "if", test: `!(${name}(${place}))`, yes: [{ kind: "line", text: "return false;" }], no: [] };
}

function bodyOf({ name, rest }: FieldCheck): Block {
  const absent: Statement = {
    kind: "if",
    test: "value === undefined",
    yes: [{ kind: "line", text: "return true;" }],
    no: [],
  };
  return [absent, ...renamed(rest, new Map([[name, "value"]])), { kind: "line", text: "return true;" }];
}

function fieldCheckOf(statement: Statement): FieldCheck | null {
  if (statement.kind !== "if" || statement.no.length > 0) return null;
  const [first, ...rest] = statement.yes;
  const place = /^(.+) !== undefined$/.exec(statement.test)?.[1];
  const [, name, from] = first?.kind === "line" ? (/^let (data\d+) = (.+);$/.exec(first.text) ?? []) : [];
  return place !== undefined && name !== undefined && from === place && rest.length > 0 ? { place, name, rest } : null;
}

function* fieldChecks(block: Block): Iterable<FieldCheck> {
  for (const statement of block) {
    const check = fieldCheckOf(statement);
    if (check !== null) yield check;
    if (statement.kind === "block") yield* fieldChecks(statement.body);
    if (statement.kind === "if") {
      yield* fieldChecks(statement.yes);
      yield* fieldChecks(statement.no);
    }
  }
}

/** How often each variable of a function stands in it. */
function localsOf(around: Statement): ReadonlyMap<string, number> {
  const text = printStatements([around]);
  const locals = new Map([...declaredIn(text), "data", "errors"].map((name) => [name, 0]));
  for (const [word] of text.matchAll(WORD)) {
    const count = locals.get(word);
    if (count !== undefined) locals.set(word, count + 1);
  }
  return locals;
}

/** The check with its variables numbered anew, to be compared; null where it cannot stand by itself. */
function canonical({ name, rest }: FieldCheck, locals: ReadonlyMap<string, number>): string | null {
  const text = printStatements(rest);
  if (/\b(?:break|continue)\b/.test(text)) return null;
  const own = new Map([[name, "value"]]);
  for (const local of declaredIn(text)) own.set(local, `own${own.size}`);
  const counts = new Map<string, number>();
  for (const [word] of text.matchAll(WORD)) if (locals.has(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
  for (const [local, count] of counts) {
    // A variable of the function around it, or one of its own that is asked for outside too.
    if (!own.has(local) || (local !== name && locals.get(local) !== count)) return null;
  }
  return printStatements(renamed(rest, own));
}

/** A name that is no field's. */
const WORD = /(?<![.\w$])[A-Za-z_]\w*\b/g;

function declaredIn(text: string): readonly string[] {
  return [...text.matchAll(/\b(?:let|const|var) (\w+)\b/g)].map(([, name = ""]) => name);
}

function renamed(block: Block, names: ReadonlyMap<string, string>): Block {
  return mapText(block, (text) => text.replace(WORD, (word) => names.get(word) ?? word));
}

function within(statement: Statement, change: (block: Block) => Block): Statement {
  if (statement.kind === "line") return statement;
  if (statement.kind === "block") return { ...statement, body: change(statement.body) };
  return { ...statement, yes: change(statement.yes), no: change(statement.no) };
}
