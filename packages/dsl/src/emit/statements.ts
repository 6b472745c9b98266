/**
 * The statements of generated code as a tree. The code is ajv's: one statement a line, a line that ends
 * with `{` opens a block, a line `}` closes it, and no brace stands in a literal.
 */
export type Statement =
  | { readonly kind: "line"; readonly text: string }
  | { readonly kind: "if"; readonly test: string; readonly yes: Block; readonly no: Block }
  /** A loop, a function, a label's block: whatever else has a head and a body. */
  | { readonly kind: "block"; readonly head: string; readonly body: Block };

export type Block = readonly Statement[];

export function parseStatements(code: string): Block {
  const lines = code.split("\n").filter((line) => line.trim() !== "");
  let at = 0;

  const block = (): Block => {
    const found: Statement[] = [];
    while (at < lines.length && lines[at] !== "}") found.push(statement());
    return found;
  };

  const body = (): Block => {
    const found = block();
    if (lines[at] !== "}") throw new Error("a block of ajv's code does not end");
    at++;
    return found;
  };

  const statement = (): Statement => {
    const text = lines[at++] ?? "";
    if (!text.endsWith("{")) return { kind: "line", text };
    const test = /^if\s?\((.*)\)\s?\{$/.exec(text)?.[1];
    if (test === undefined) return { kind: "block", head: text.slice(0, -1).trim(), body: body() };
    return { kind: "if", test, yes: body(), no: otherwise() };
  };

  const otherwise = (): Block => {
    const text = lines[at] ?? "";
    if (text === "else {") {
      at++;
      return body();
    }
    if (!text.startsWith("else if")) return [];
    lines[at] = text.slice("else ".length);
    return [statement()];
  };

  const parsed = block();
  if (at < lines.length) throw new Error("a block of ajv's code ends that did not begin");
  return parsed;
}

/** Indented, an `if` with one line for a body on one line. */
export function printStatements(block: Block, step = ""): string {
  return block.map((statement) => print(statement, step)).join("");
}

function print(statement: Statement, step: string): string {
  const inner = `${step}  `;
  switch (statement.kind) {
    case "line":
      return `${step}${statement.text}\n`;
    case "block": {
      const head = statement.head.replace(/^(for|while)\(/, "$1 (");
      return `${step}${head === "" ? "" : `${head} `}{\n${printStatements(statement.body, inner)}${step}}\n`;
    }
    case "if": {
      const [only] = statement.yes;
      const head = `${step}if (${statement.test}) `;
      if (
        statement.no.length === 0 &&
        statement.yes.length === 1 &&
        only?.kind === "line" &&
        !/^(?:let|const) /.test(only.text)
      ) {
        return `${head}${only.text}\n`;
      }
      const [other] = statement.no;
      const taken = `${head}{\n${printStatements(statement.yes, inner)}${step}}`;
      if (other === undefined) return `${taken}\n`;
      if (statement.no.length === 1 && other.kind === "if") return `${taken} else ${print(other, step).trimStart()}`;
      return `${taken} else {\n${printStatements(statement.no, inner)}${step}}\n`;
    }
  }
}

/** Does any line, test or head of the statements match? */
export function mentions(block: Block, pattern: RegExp): boolean {
  return block.some((statement) => {
    if (statement.kind === "line") return pattern.test(statement.text);
    if (statement.kind === "block") return pattern.test(statement.head) || mentions(statement.body, pattern);
    return pattern.test(statement.test) || mentions(statement.yes, pattern) || mentions(statement.no, pattern);
  });
}

/** The statements with each block replaced, innermost first. */
export function mapBlocks(block: Block, change: (block: Block) => Block): Block {
  return change(
    block.map((statement) => {
      if (statement.kind === "line") return statement;
      if (statement.kind === "block") return { ...statement, body: mapBlocks(statement.body, change) };
      return { ...statement, yes: mapBlocks(statement.yes, change), no: mapBlocks(statement.no, change) };
    }),
  );
}

/** The statements with each line, test and head replaced; a line that becomes "" is left out. */
export function mapText(block: Block, change: (text: string) => string): Block {
  return block.flatMap((statement): Block => {
    if (statement.kind === "line") {
      const text = change(statement.text);
      return text === "" ? [] : [{ kind: "line", text }];
    }
    if (statement.kind === "block") {
      return [{ ...statement, head: change(statement.head), body: mapText(statement.body, change) }];
    }
    const { test, yes, no } = statement;
    return [{ ...statement, test: change(test), yes: mapText(yes, change), no: mapText(no, change) }];
  });
}
