import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { main } from "./main.ts";
import { commandsIn } from "./testing/commands.ts";
import { type MemoryOptions, memoryIo } from "./testing/memory-io.ts";
import { VERSION } from "./version.ts";

async function fbp(argv: readonly string[], options: MemoryOptions = {}) {
  const io = memoryIo(options);
  const status = await main(argv, io);
  return { status, out: io.out(), err: io.err() };
}

test("--version prints the version of the package", async () => {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  expect(VERSION).toBe(version);
  expect(await fbp(["--version"])).toEqual({ status: 0, out: `${version}\n`, err: "" });
});

test.each(["", ...commandsIn().map(([name]) => name)])("the help of fbp %s", async (command) => {
  const words = command === "" ? [] : command.split(" ");
  const { status, out, err } = await fbp([...words, "--help"]);
  expect({ status, err }).toEqual({ status: 0, err: "" });
  await expect(out).toMatchFileSnapshot(`./snapshots/${["help", ...words].join("-")}.txt`);
  // `fbp help check`, `fbp contract help check`
  expect(await fbp([...words.slice(0, -1), "help", ...words.slice(-1)])).toEqual({ status, out, err });
});

test("without a command the help goes to standard error, as wrong usage", async () => {
  const { out: help } = await fbp(["--help"]);
  expect(await fbp([])).toEqual({ status: 2, out: "", err: help });
});

test("the help is in colour on a terminal, unless NO_COLOR says no", async () => {
  const colour = "\u001b[";
  expect((await fbp(["--help"], { terminal: true })).out).toContain(colour);
  expect((await fbp(["--help"], { terminal: true, env: { NO_COLOR: "1" } })).out).not.toContain(colour);
  expect((await fbp(["--help"])).out).not.toContain(colour);
});

test.each([
  ["an unknown command", ["chek"], "fbp: unknown command 'chek', did you mean check?\n"],
  ["a command that is like none", ["frobnicate"], "fbp: unknown command 'frobnicate', see fbp --help\n"],
  [
    "an unknown option",
    ["check", "--frmat", "json", "x.fbp"],
    "fbp: unknown option '--frmat', did you mean --format?\n",
  ],
  ["a missing argument", ["check"], "fbp: missing required argument 'file', see fbp check --help\n"],
  [
    "a missing option",
    ["build", "x.fbp"],
    "fbp: required option '--out-dir <folder>' not specified, see fbp build --help\n",
  ],
  [
    "a value that is none of the choices",
    ["check", "--format", "xml", "x.fbp"],
    "fbp: option '--format <format>' argument 'xml' is invalid. Allowed choices are text, json, sarif, github, see fbp check --help\n",
  ],
  [
    "a value that is nearly one of the choices",
    ["check", "--format", "jsn", "x.fbp"],
    "fbp: option '--format <format>' argument 'jsn' is invalid, did you mean json?\n",
  ],
  [
    "a day that there is not",
    ["check", "--as-of", "2026-02-30", "x.fbp"],
    "fbp: option '--as-of <date>' argument '2026-02-30' is invalid. A day is written 2026-11-22, see fbp check --help\n",
  ],
  [
    "two formats at once",
    ["check", "--json", "--format", "sarif", "x.fbp"],
    "fbp: option '--json' cannot be used with option '--format <format>', see fbp check --help\n",
  ],
  ["an unknown command of a group", ["contract", "chekc"], "fbp: unknown command 'chekc', did you mean check?\n"],
  [
    "a missing argument of a command in a group",
    ["contract", "check", "x.json"],
    "fbp: missing required argument 'capture', see fbp contract check --help\n",
  ],
  [
    "a mapping that is none",
    ["contract", "check", "x.json", "y.json", "--map", "auth"],
    "fbp: option '--map <word=signal>' argument 'auth' is invalid. A word is mapped as auth=auth_or_account, see fbp contract check --help\n",
  ],
  [
    "a shell that is nearly one",
    ["completion", "bsh"],
    "fbp: command-argument value 'bsh' is invalid for argument 'shell', did you mean bash?\n",
  ],
  [
    "a shell that is not known",
    ["completion", "tcsh"],
    "fbp: command-argument value 'tcsh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish, see fbp completion --help\n",
  ],
])("%s is one line and status 2", async (_, argv, err) => {
  expect(await fbp(argv)).toEqual({ status: 2, out: "", err });
});

test("a defect of fbp is one line without a stack, and status 70", async () => {
  const io = memoryIo();
  const broken = {
    ...io,
    stdout: {
      ...io.stdout,
      write: () => {
        throw new TypeError("x is not\na function\u001b[2J");
      },
    },
  };
  const status = await main(["completion", "bash"], broken);
  expect(status).toBe(70);
  expect(io.err()).toMatch(
    /^fbp: internal error FBP0000 in fbp completion at [^/]*main\.test\.ts:\d+:\d+\)? \(TypeError: x is not␊a function␛\[2J\): this is a defect of fbp; please report this line with the command and, if you may, the file\n$/,
  );
});
