/**
 * What holds for each command that the program has, asked of the program itself: a command that is new is held to it
 * too, and fails here until it has a row in testing/commands.ts.
 */
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fullName } from "./full-name.ts";
import { isRequired } from "./options.ts";
import { Provider } from "./provider/index.ts";
import { commandsIn, ENV, emptyProgram, everything, inCopy, nameIn, ROWS, wordsOf } from "./testing/commands.ts";
import { fbp, type Ran } from "./testing/fbp.ts";
import { schemaProblems } from "./testing/schemas.ts";
import { commandLines } from "./testing/shell-words.ts";

const ALL = commandsIn();
const COMMANDS = ALL.filter(([, command]) => command.commands.length === 0);
const GROUPS = ALL.filter(([, command]) => command.commands.length > 0);

let provider: Provider;
let project = "";

beforeAll(async () => {
  provider = await Provider.start({ choose: () => ({ kind: "streamed" }) });
  project = await everything(provider.url);
});
afterAll(async () => {
  rmSync(project, { recursive: true, force: true });
  await provider.close();
});

function rowOf(name: string) {
  const row = ROWS[name];
  if (row === undefined) throw new Error(`fbp ${name} has no row in testing/commands.ts`);
  return row;
}

const run = (words: readonly string[], cwd = project): Promise<Ran> => fbp(words, { cwd, env: ENV });

test("each command has a row, and each row a command", () => {
  expect(Object.keys(ROWS).sort()).toEqual(COMMANDS.map(([name]) => name).sort());
});

describe.each(ALL)("the help of fbp %s", (name) => {
  test("keeps within the terminal", async () => {
    for (const columns of [80, 120]) {
      const { out } = await fbp([...name.split(" "), "--help"], { terminal: true, columns, env: { NO_COLOR: "1" } });
      expect(out.split("\n").filter((line) => line.length > columns)).toEqual([]);
    }
  });

  test("has an example that the command takes", async () => {
    const { out } = await fbp([...name.split(" "), "--help"]);
    const [, examples = ""] = /^Examples?:\n((?: {2}.*\n)+)/m.exec(out) ?? [];
    const ran: string[] = [];
    for (const [first, ...words] of commandLines(examples)) {
      if (first !== "fbp") continue;
      await emptyProgram((command) => ran.push(fullName(command))).parseAsync(words, { from: "user" });
    }
    expect(ran.join("\n")).toContain(`fbp ${name}`);
  });
});

describe.each(COMMANDS)("--json of fbp %s", (name, command) => {
  const { lines, noJson } = ROWS[name] ?? { lines: [[]] };
  const formats = command.options.find(({ long }) => long === "--format")?.argChoices ?? [];

  if (noJson !== undefined) {
    test(`is not there: ${noJson}`, () => {
      expect(command.options.map(({ long }) => long)).not.toContain("--json");
    });
    return;
  }

  test("prints one object of its schema, and nothing else", async () => {
    for (const line of lines) {
      const { status, out, err } = await inCopy(project, (cwd) => run([...wordsOf(line), "--json"], cwd));
      expect({ status, err }).toEqual({ status: 0, err: "" });
      for (const key of Object.values(ENV)) expect(out).not.toContain(key);
      expect(out).not.toContain("\u001b");
      const value: unknown = JSON.parse(out);
      expect(value).toMatchObject({ version: 1 });
      expect(schemaProblems(name.replace(" ", "-"), value)).toEqual([]);
      if (!formats.includes("json")) continue;
      const same = await inCopy(project, (cwd) => run([...wordsOf(line), "--format", "json"], cwd));
      expect({ ...same, out: steady(same.out) }).toEqual({ status, out: steady(out), err });
    }
  });
});

/** Times and ids differ from run to run. */
function steady(text: string): string {
  return text.replaceAll(/"id": "[^"]+"/g, '"id": "ID"').replaceAll(/\d+/g, "N");
}

/** What a command cannot get wrong is no test of it. */
function testIf(isFor: boolean, title: string, work: () => Promise<void>): void {
  if (isFor) test(title, work);
}

/** One line on standard error, nothing on standard output. */
function expectWrongUsage({ status, out, err }: Ran, line: RegExp | string): void {
  expect({ status, out }).toEqual({ status: 2, out: "" });
  expect(err).toMatch(line);
  expect(err).toMatch(/^fbp: [^\n]+\n$/);
}

describe.each(COMMANDS)("a wrong argument of fbp %s is one line:", (name, command) => {
  const words = name.split(" ");
  const see = new RegExp(`, see fbp ${name} --help$`, "m");
  const long = command.options.flatMap((option) => option.long ?? []).find((flag) => flag.length > 4) ?? "--help";

  test("an option that there is not", async () => {
    expectWrongUsage(
      await run([...words, `${long.slice(0, -2)}${long.slice(-1)}`]),
      new RegExp(`, did you mean .*${long}`),
    );
    expectWrongUsage(await run([...words, "--qqqqqq"]), see);
  });

  testIf(
    command.registeredArguments.some(({ required }) => required),
    "one that is missing",
    async () => {
      expectWrongUsage(await run([...words, ...requiredOptions(command)]), see);
    },
  );

  testIf(command.options.some(isRequired), "an option that is missing", async () => {
    expectWrongUsage(await run([...words, ...command.registeredArguments.map(() => "chat.fbp")]), see);
  });

  testIf(command.registeredArguments.at(-1)?.variadic !== true, "one too many", async () => {
    const given = command.registeredArguments.map(({ argChoices }) => argChoices?.[0] ?? "chat.fbp");
    expectWrongUsage(await run([...words, ...requiredOptions(command), ...given, "more"]), see);
  });

  const choosing = command.options.filter(({ argChoices }) => argChoices !== undefined);
  testIf(choosing.length > 0, "what is none of the choices", async () => {
    for (const { long, argChoices: [choice = ""] = [] } of choosing) {
      expectWrongUsage(await run([...words, long ?? "", `${choice}s`]), `did you mean ${choice}?`);
      expectWrongUsage(await run([...words, long ?? "", "zzzzzzzz"]), see);
    }
  });

  const valued = command.options.filter(({ required }) => required);
  testIf(valued.length > 0, "an option without its value", async () => {
    for (const { long } of valued) expectWrongUsage(await run([...words, long ?? ""]), see);
  });

  const parsed = valued.filter(({ parseArg, argChoices }) => parseArg !== undefined && argChoices === undefined);
  testIf(parsed.length > 0, "a value of another form", async () => {
    for (const { long } of parsed) {
      const ran = await run([...words, long ?? "", "\u001b[2J\n?"]);
      // Names may be anything: what is missing beside them is told.
      expectWrongUsage(ran, see);
      expect(ran.err).not.toContain("\u001b");
    }
  });

  const misspelt = ROWS[name]?.misspelt ?? [];
  testIf(misspelt.length > 0, "a name that there is not", async () => {
    for (const [line, meant] of misspelt) {
      expectWrongUsage(await run(wordsOf(line)), new RegExp(`did you mean \\W?${meant}\\W?\\?$`, "m"));
    }
  });
});

/** Those without which the parser asks for nothing else. */
function requiredOptions(command: Command): readonly string[] {
  return command.options.filter(isRequired).flatMap(({ long = "" }) => [long, "x"]);
}

describe.each(GROUPS)("a wrong command of fbp %s is one line:", (name, group) => {
  test("one that there is not", async () => {
    const near = group.commands[0]?.name() ?? "";
    expectWrongUsage(await run([name, `${near}s`]), `did you mean ${near}?`);
    expectWrongUsage(await run([name, "zzzzzzzz"]), `, see fbp ${name} --help`);
  });
});

/** Options whose value is a file or a folder, and all arguments that name one. */
function namingFiles(command: Command): readonly string[] {
  return [
    ...command.options.filter(({ flags }) => /<(?:file|folder)>/.test(flags)).map(({ long }) => long ?? ""),
    ...command.registeredArguments.filter((each) => each.argChoices === undefined).map((each) => each.name()),
  ];
}

test.each(COMMANDS)("each file that fbp %s takes is named in a line of its row", async (name, command) => {
  const marked = new Set<string>();
  for (const line of rowOf(name).lines) {
    for (const [index, word] of line.entries()) {
      if (!/^[<>]./.test(word)) continue;
      const before = line[index - 1] ?? "";
      marked.add(before.startsWith("--") && before !== "--print" ? before : "");
    }
  }
  const options = namingFiles(command).filter((each) => each.startsWith("--"));
  expect([...marked].filter((each) => each !== "").sort()).toEqual([...options].sort());
  const all = rowOf(name).lines[0].filter((word) => /^[<>]/.test(word)).length;
  expect(all).toBeGreaterThanOrEqual(namingFiles(command).length - options.length);
});

const BAD: Readonly<Record<string, (path: string) => void>> = {
  "that is missing": () => {},
  "that is a folder": (path) => mkdirSync(path),
  "that is a circle of links": (path) => symlinkSync(path, path),
  "that is binary": (path) => writeFileSync(path, new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 0xff, 0xfe])),
};

/** Whoever runs the tests as root may read everything. */
const isRoot = process.getuid?.() === 0;
if (isRoot) console.warn("a file that may not be read is not tried: root may read it");
else {
  Object.assign(BAD, {
    "that may not be read": (path: string) => {
      writeFileSync(path, "x");
      chmodSync(path, 0);
    },
  });
}

const READING = COMMANDS.flatMap(([name]) =>
  (ROWS[name]?.lines ?? []).flatMap((line) =>
    line.flatMap((word, index) => (word.startsWith("<") ? [[name, word.slice(1), line, index] as const] : [])),
  ),
);

/** What it holds is nobody's to judge: only its digest is taken. */
const OF_ANY_KIND: readonly string[] = ["keys.txt"];

describe.each(Object.keys(BAD))("a file %s", (kind) => {
  test.each(READING)("is told by fbp %s in place of %s", async (_, name, line, index) => {
    const bad = `bad${name.slice(name.indexOf("."))}`;
    await inCopy(project, async (cwd) => {
      BAD[kind]?.(join(cwd, bad));
      const before = listing(cwd);
      const words = line.map((word, at) => (at === index ? bad : nameIn(word)));
      const ran = await run(words, cwd);
      if (kind === "that is binary" && OF_ANY_KIND.includes(name)) {
        expect(ran).toMatchObject({ status: 0, err: "" });
        return;
      }
      expectToldOnce(ran, bad);
      expect(listing(cwd)).toEqual(before);
    });
  });
});

const WRITING = COMMANDS.flatMap(([name]) =>
  (ROWS[name]?.lines ?? []).flatMap((line) =>
    line.flatMap((word, index) => (word.startsWith(">") ? [[name, word.slice(1), line, index] as const] : [])),
  ),
);

const UNWRITABLE: Readonly<Record<string, (cwd: string, name: string) => string>> = {
  "below a file": () => "keys.txt/below/it.txt",
  "in place of a folder": (cwd, name) => {
    mkdirSync(join(cwd, "stands", "in", "the", "way"), { recursive: true });
    // What is made is a folder itself: then something else is to stand there.
    return name.includes(".") ? "stands" : "keys.txt";
  },
};

describe.each(Object.keys(UNWRITABLE))("a file to be written %s", (kind) => {
  test.each(WRITING)("is told by fbp %s in place of %s, and nothing is written", async (_, name, line, index) => {
    await inCopy(project, async (cwd) => {
      const bad = UNWRITABLE[kind]?.(cwd, name) ?? "";
      const before = listing(cwd);
      const words = line.map((word, at) => (at === index ? bad : nameIn(word)));
      const ran = await run(words, cwd);
      expectToldOnce(ran, bad);
      expect(ran.status).toBe(1);
      expect(listing(cwd)).toEqual(before);
    });
  });
});

/** A message that names the file, and nothing of how fbp is made. */
function expectToldOnce({ status, out, err }: Ran, file: string): void {
  const said = `${out}${err}`;
  expect(said).toContain(file);
  expect([1, 2]).toContain(status);
  expect(said).not.toContain("\0");
  if (status === 2) expect(err).toMatch(/^fbp: [^\n]+\n$/);
  expect(said).not.toMatch(/^\s+at |internal error|node_modules|\bE[A-Z]{4,}\b/m);
  // A report is printed all the same where only what it is held against cannot be read.
  expect((err === "" ? out : err).trimEnd().split("\n").length).toBeLessThan(30);
}

/** Every file below a folder with what it holds. */
function listing(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path, entry.isFile() && !entry.name.startsWith("bad") ? readFileSync(path, "latin1") : ""];
    }),
  );
}
