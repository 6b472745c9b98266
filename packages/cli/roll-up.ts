/**
 * Declarations of many modules as one text: what the entry exports, and whatever that mentions, in the
 * order of the modules. It reads what `tsc` writes, where each statement begins at the first column and
 * nothing else does, and says what it does not understand.
 */
import { posix } from "node:path";

interface Statement {
  /** Without `export`, `declare` and the comment above it. */
  readonly text: string;
  readonly comment: string;
  readonly name: string;
  readonly module: string;
}

/**
 * @param read the text of a module, by its name below the entry's folder
 * @throws Error where two modules declare the same name, or a statement is of an unknown form
 */
export async function rollUp(entry: string, read: (name: string) => Promise<string>): Promise<string> {
  const modules = new Map<string, Module>();
  const visit = async (name: string): Promise<void> => {
    if (modules.has(name)) return;
    const module = moduleOf(name, await read(name));
    modules.set(name, module);
    for (const from of module.from) await visit(from);
  };
  await visit(entry);
  const declared = new Map<string, Statement[]>();
  for (const { statements } of modules.values()) {
    for (const statement of statements) {
      declared.set(statement.name, [...(declared.get(statement.name) ?? []), statement]);
    }
  }
  const kept = new Set<Statement>();
  const keep = (name: string): void => {
    const [first, ...others] = declared.get(name) ?? [];
    if (first === undefined || kept.has(first)) return;
    const other = others.find(({ module }) => module !== first.module);
    if (other !== undefined) throw new Error(`both ${first.module} and ${other.module} declare ${name}: rename one`);
    for (const each of [first, ...others]) {
      kept.add(each);
      for (const [word] of each.text.replace(/\/\*[\s\S]*?\*\//g, "").matchAll(/[A-Za-z_$][\w$]*/g)) keep(word);
    }
  };
  for (const name of exportsOf(entry, modules)) keep(name);
  const all = [...modules.values()].flatMap(({ statements }) => statements);
  return all
    .filter((each) => kept.has(each))
    .map(({ comment, text }) => `${comment}${text}`)
    .join("\n");
}

interface Module {
  readonly name: string;
  readonly statements: readonly Statement[];
  /** Modules that it imports or passes on. */
  readonly from: readonly string[];
  /** Names that it passes on from other modules. */
  readonly passedOn: readonly string[];
  /** Modules of which it passes on everything. */
  readonly wholly: readonly string[];
}

function exportsOf(name: string, modules: ReadonlyMap<string, Module>): readonly string[] {
  const module = modules.get(name);
  if (module === undefined) return [];
  const own = module.statements.map((statement) => statement.name);
  return [...own, ...module.passedOn, ...module.wholly.flatMap((from) => exportsOf(from, modules))];
}

/** Of a statement, and of a comment right above one: others stand inside of a statement, or above the whole file. */
const BEGINNING = /^(?=(?:\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?(?:export |declare |import )|\/\/)/m;

function moduleOf(name: string, text: string): Module {
  const statements: Statement[] = [];
  const from: string[] = [];
  const passedOn: string[] = [];
  const wholly: string[] = [];
  let comment = "";
  for (const part of text.split(BEGINNING)) {
    if (part.startsWith("//") || part.trim() === "") continue;
    if (part.startsWith("/**")) {
      comment = part;
      continue;
    }
    const specifier = /\bfrom\s+"(\.[^"]*)";\s*$/.exec(part)?.[1];
    if (/^export\s+(?:type\s+)?\{[^}]*\};\s*$/.test(part)) passedOn.push(...namesIn(part));
    else if (specifier === undefined) {
      const { text: own, name: declared } = declarationOf(part, name);
      const inline = [...own.matchAll(INLINE)].map(([, each = ""]) => targetOf(name, each));
      from.push(...inline);
      statements.push({ text: own.replace(INLINE, ""), name: declared, comment, module: name });
    } else {
      const target = targetOf(name, specifier);
      from.push(target);
      if (part.includes(" as ")) throw new Error(`${name}: renames what it imports`);
      if (/^export\s+(?:type\s+)?\*/.test(part)) wholly.push(target);
      else if (part.startsWith("export")) passedOn.push(...namesIn(part));
    }
    comment = "";
  }
  return { name, statements, from, passedOn, wholly };
}

/** `import("./window.ts").Window`, as `tsc` writes a type that the source left to be inferred. */
const INLINE = /\bimport\("(\.[^"]*)"\)\./g;

function targetOf(module: string, specifier: string): string {
  return posix.join(posix.dirname(module), specifier).replace(/\.[jt]s$/, ".d.ts");
}

/** `export { type A, b } from "./c.ts";` */
function namesIn(part: string): readonly string[] {
  const list = /\{([^}]*)\}/.exec(part)?.[1] ?? "";
  return list
    .split(",")
    .map((each) => each.trim().replace(/^type\s+/, ""))
    .filter((each) => each !== "");
}

function declarationOf(part: string, module: string): Pick<Statement, "text" | "name"> {
  const text = part.replace(/^export\s+/, "").replace(/^declare\s+/, "");
  const name = /^(?:abstract\s+)?(?:interface|type|const|function|class)\s+([A-Za-z_$][\w$]*)/.exec(text)?.[1];
  if (name === undefined) throw new Error(`${module}: no known form of a statement: ${part.slice(0, 60)}`);
  return { text, name };
}
