/**
 * Straightens one of ajv's validation functions, of which only the yes or no is wanted. Ajv counts
 * errors and asks after each field whether the count has grown; where the first error decides, the
 * function can return at once, and what asked about the count goes away.
 *
 * Each step keeps what the function answers. Names of variables are unique within one of ajv's
 * functions, so that a block's statements can move into the block around it.
 */
import { type Block, mapBlocks, mapText, mentions, type Statement } from "./statements.ts";

const GROWS = /^errors\+\+;$/;
const CHANGES = /^errors(?:\+\+| = )/;
const FAIL: Statement = { kind: "line", text: "return false;" };

export function simplify(body: Block): Block {
  let result = failAtOnce(body, resetsIn(body));
  for (let before = ""; before !== JSON.stringify(result); ) {
    before = JSON.stringify(result);
    result = mapBlocks(result, (block) => dropDead(dropSettledCounts(straighten(block))));
    result = dropCertain(result);
    result = dropCount(result);
  }
  return [...lostDeclarations(body, result), ...result];
}

/** A `var` may stand in code that is never reached, and its name still be read. */
function lostDeclarations(before: Block, after: Block): Block {
  const names = (block: Block): ReadonlySet<string> => {
    const found = new Set<string>();
    mapText(block, (text) => {
      const name = /^var (\w+)\b/.exec(text)?.[1];
      if (name !== undefined) found.add(name);
      return text;
    });
    return found;
  };
  const kept = names(after);
  return [...names(before)]
    .filter((name) => !kept.has(name) && mentions(after, new RegExp(`\\b${name}\\b`)))
    .map((name) => ({ kind: "line", text: `var ${name};` }));
}

/** The counts to which the function goes back: `errors = _errs4;` after one of several branches fitted. */
function resetsIn(body: Block): ReadonlySet<string> {
  const found = new Set<string>();
  mapText(body, (text) => {
    const name = /^errors = (_errs\d+);$/.exec(text)?.[1];
    if (name !== undefined) found.add(name);
    return text;
  });
  return found;
}

/** An error that nothing takes back fails the value: outside of the stretch from a count to its reset. */
function failAtOnce(block: Block, resets: ReadonlySet<string>): Block {
  const result: Statement[] = [];
  for (let at = 0; at < block.length; at++) {
    const statement = block[at];
    if (statement === undefined) continue;
    const name = statement.kind === "line" ? /^const (_errs\d+) = errors;$/.exec(statement.text)?.[1] : undefined;
    if (name !== undefined && resets.has(name)) {
      const reset = new RegExp(`^errors = ${name};$`);
      const last = block.findLastIndex((one) => mentions([one], reset));
      result.push(...block.slice(at, last + 1));
      at = last;
    } else if (statement.kind === "line") {
      result.push(GROWS.test(statement.text) ? FAIL : statement);
    } else if (statement.kind === "block") {
      result.push({ ...statement, body: failAtOnce(statement.body, resets) });
    } else {
      result.push({
        ...statement,
        yes: failAtOnce(statement.yes, resets),
        no: failAtOnce(statement.no, resets),
      });
    }
  }
  return result;
}

/** Unfolds what is always or never taken, and lets a branch that fails stand first and alone. */
function straighten(block: Block): Block {
  return block.flatMap((statement): Block => {
    if (statement.kind === "block") return statement.head === "" ? statement.body : [statement];
    if (statement.kind === "line") return [statement];
    const test = withoutParentheses(statement.test);
    if (test === "true") return statement.yes;
    if (test === "false") return statement.no;
    const plain: Statement = { ...statement, test };
    if (fails(plain.no)) return [{ kind: "if", test: not(test), yes: plain.no, no: [] }, ...plain.yes];
    if (fails(plain.yes)) return [{ ...plain, no: [] }, ...plain.no];
    if (plain.yes.length > 0) return [plain];
    if (plain.no.length > 0) return [{ kind: "if", test: not(test), yes: plain.no, no: [] }];
    // A call may leave an account of the fields that it has looked at.
    return /validate\d/.test(test) ? [plain] : [];
  });
}

function fails(block: Block): boolean {
  return block.length === 1 && block[0]?.kind === "line" && block[0].text === "return false;";
}

function not(test: string): string {
  const inner = /^!\(([^()]*(?:\([^()]*\)[^()]*)*)\)$/.exec(test)?.[1];
  return inner ?? `!(${test})`;
}

function withoutParentheses(test: string): string {
  let result = test;
  for (let before = ""; before !== result; ) {
    before = result;
    result = result.replace(/\(\(([^()]*(?:\([^()]*\)[^()]*)*)\)\)/g, "($1)").replace(/^\(([^()]*)\)$/, "$1");
  }
  return result;
}

function dropDead(block: Block): Block {
  const end = block.findIndex((statement) => statement.kind === "line" && statement.text === "return false;");
  const alive = end === -1 ? block : block.slice(0, end + 1);
  return alive.filter((statement, index) => {
    const next = alive[index + 1];
    const isLost = statement.kind === "line" && GROWS.test(statement.text);
    return !(isLost && next?.kind === "line" && next.text === "return false;");
  });
}

/** Answers what asks whether the count has grown where it cannot have, and drops counts that nobody asks for. */
function dropSettledCounts(block: Block): Block {
  let rest: Block = [];
  for (const statement of [...block].reverse()) {
    const name = countIn(statement);
    if (name !== undefined) rest = settle(rest, new RegExp(`errors === ${name}\\b|\\b${name} === errors\\b`, "g"));
    if (name === undefined || mentions(rest, new RegExp(`\\b${name}\\b`))) rest = [statement, ...rest];
  }
  return rest;
}

/** `const _errs4 = errors;` */
function countIn(statement: Statement | undefined): string | undefined {
  return statement?.kind === "line" ? /^const (_errs\d+) = errors;$/.exec(statement.text)?.[1] : undefined;
}

/** Answers the question `same` with yes, up to the first statement after which the count may be another. */
function settle(block: Block, same: RegExp): Block {
  const answer = (text: string) => text.replace(same, "true");
  const result: Statement[] = [];
  for (let at = 0; at < block.length; at++) {
    const statement = block[at];
    if (statement === undefined) continue;
    const reset = endOfReset(block, at, same);
    if (reset > at) {
      result.push(...block.slice(at, reset + 1));
      at = reset;
    } else if (keepsCount([statement], same)) {
      result.push(...mapText([statement], answer));
    } else {
      // The test is asked before the branches change anything.
      result.push(statement.kind === "if" ? { ...statement, test: answer(statement.test) } : statement);
      return [...result, ...block.slice(at + 1)];
    }
  }
  return result;
}

/** Is the count the same after the block, and wherever the block asks `same`? */
function keepsCount(block: Block, same: RegExp): boolean {
  for (let at = 0; at < block.length; at++) {
    const statement = block[at];
    const reset = endOfReset(block, at, same);
    if (reset > at) at = reset;
    else if (statement?.kind === "line" && CHANGES.test(statement.text)) return false;
    else if (statement?.kind === "block" && !keepsCount(statement.body, same)) return false;
    else if (statement?.kind === "if" && !(keepsCount(statement.yes, same) && keepsCount(statement.no, same)))
      return false;
  }
  return true;
}

/** Where the count that begins here is taken back in the same block; -1 where it is not, or where `same` is asked on the way. */
function endOfReset(block: Block, at: number, same: RegExp): number {
  const name = countIn(block[at]);
  if (name === undefined) return -1;
  const end = block.findLastIndex((one) => one.kind === "line" && one.text === `errors = ${name};`);
  return mentions(block.slice(at, end + 1), new RegExp(same.source)) ? -1 : end;
}

const ASSIGNED = /^(?:var |let )?(_?valid\d+) = (.*);$/;

/** Variables that are only ever true, and that are never asked for before they are. */
function dropCertain(body: Block): Block {
  const others = new Set<string>();
  const all = new Set<string>();
  mapText(body, (text) => {
    const [, name, value] = ASSIGNED.exec(text) ?? [];
    if (name !== undefined) all.add(name);
    // Whatever is more than an assignment of `true` or the whole test of an `if` is left alone.
    if (value !== "true" && !/^!?_?valid\d+$/.test(text))
      for (const [other] of text.matchAll(/\b_?valid\d+\b/g)) others.add(other);
    return text;
  });
  noteUnsure(body, new Set(), others);
  const certain = new Set([...all].filter((name) => !others.has(name)));
  return mapText(body, (text) => {
    if (certain.has(ASSIGNED.exec(text)?.[1] ?? "")) return "";
    if (certain.has(text)) return "true";
    return text.startsWith("!") && certain.has(text.slice(1)) ? "false" : text;
  });
}

/** Notes variables that a test asks for where not every way there has set them; gives those set after the block. */
function noteUnsure(block: Block, before: ReadonlySet<string>, unsure: Set<string>): ReadonlySet<string> {
  const set = new Set(before);
  for (const statement of block) {
    if (statement.kind === "line") {
      const name = ASSIGNED.exec(statement.text)?.[1];
      if (name !== undefined) set.add(name);
    } else if (statement.kind === "block") {
      noteUnsure(statement.body, set, unsure);
    } else {
      for (const [name] of statement.test.matchAll(/\b_?valid\d+\b/g)) if (!set.has(name)) unsure.add(name);
      const yes = noteUnsure(statement.yes, set, unsure);
      const no = noteUnsure(statement.no, set, unsure);
      for (const name of yes) if (no.has(name)) set.add(name);
    }
  }
  return set;
}

/** No error is counted any more: what comes to the end fits. */
function dropCount(body: Block): Block {
  const start = body.findIndex((statement) => statement.kind === "line" && statement.text === "let errors = 0;");
  if (start === -1) return body;
  const rest = settle(body.slice(start + 1), /\berrors === 0\b/g);
  return [...body.slice(0, mentions(rest, /\berrors\b/) ? start + 1 : start), ...rest];
}
