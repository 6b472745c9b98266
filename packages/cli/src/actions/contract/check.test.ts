import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { fbp } from "../../testing/fbp.ts";
import { folderWith } from "../../testing/folder.ts";

const FIXTURES = join(import.meta.dirname, "fixtures");
const CAPTURES = Object.fromEntries(
  readdirSync(join(FIXTURES, "captures")).map((name) => [
    `captures/${name}`,
    readFileSync(join(FIXTURES, "captures", name), "utf8"),
  ]),
);
const NAMES = Object.keys(CAPTURES);
const WORDS = ["--expect", "class", "--map", "auth=auth_or_account"];

let contract: string;

beforeAll(async () => {
  const { out } = await fbp(["contract", "import", join(FIXTURES, "acme-3.0.yaml"), "--no-descriptions"]);
  // Where the document lies differs from machine to machine.
  const made = out.replace(/^ *"file": .*\n/gm, "");
  const condition = { signal: "quota_exhausted", code: ["credits"], note: "as the documentation has it" };
  contract = made.replace('"conditions": []', `"conditions": [${JSON.stringify(condition)}]`);
});

function project(more: Readonly<Record<string, string | Uint8Array>> = {}): string {
  return folderWith({ "acme.contract.json": contract, ...CAPTURES, ...more });
}

const check = (cwd: string, ...argv: readonly string[]) =>
  fbp(["contract", "check", "acme.contract.json", ...argv], { cwd });

describe("captures of all kinds", () => {
  test("what an operator sees", async () => {
    const { status, out, err } = await check(project(), ...NAMES, ...WORDS);
    expect({ status, err }).toEqual({ status: 1, err: "" });
    await expect(out).toMatchFileSnapshot("./snapshots/check.txt");
  });

  test("the same of the folder, and in colour on a terminal", async () => {
    const cwd = project();
    const plain = await check(cwd, "captures", ...WORDS);
    const colour = await fbp(["contract", "check", "acme.contract.json", "captures", ...WORDS], {
      cwd,
      terminal: true,
      columns: 200,
    });
    expect(plain.out).toBe((await check(cwd, ...NAMES, ...WORDS)).out);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is taken out
    expect(colour.out.replace(/\u001b\[\d+m/g, "")).toBe(plain.out);
    expect(colour.out).toContain("\u001b[32mfits\u001b[39m");
  });

  test("on a narrow terminal the table of errors leaves out what is needed least", async () => {
    const { out } = await fbp(["contract", "check", "acme.contract.json", "captures/errors.jsonl", ...WORDS], {
      cwd: project(),
      terminal: true,
      columns: 80,
      env: { NO_COLOR: "1" },
    });
    expect(out).toMatch(/^error +status +code +signal +expected$/m);
    const table = out.split("\n\n")[1] ?? "";
    expect(table.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  test("nothing that a person wrote, and no key, is printed", async () => {
    const cwd = project();
    for (const format of ["text", "json"]) {
      const { out } = await check(cwd, "captures", ...WORDS, "--format", format);
      for (const secret of ["4711", "Summarise", "French", "Glad", "sk-acme", "slow down", "no credit", "502 Bad"]) {
        expect(out).not.toContain(secret);
      }
    }
  });

  test("as data", async () => {
    const { status, out } = await check(project(), ...NAMES, ...WORDS, "--json");
    const { files, misfits, signals, summary } = JSON.parse(out);
    expect(status).toBe(1);
    expect(files).toContainEqual({
      file: "captures/answers.json",
      took: { request: 0, response: 3, chunk: 0, error: 0 },
      fitting: { request: 0, response: 1, chunk: 0, error: 0 },
    });
    expect(misfits).toContainEqual({
      code: "FBP3302",
      capture: "response",
      at: "/choices/0/finish_reason",
      contract: "/$defs/ChatAnswer/properties/choices/items/properties/finish_reason/enum",
      allows: ['"stop"', '"length"', '"tool_calls"', '"content_filter"'],
      found: [{ what: '"eos"', count: 2 }],
      count: 2,
      of: 3,
      first: { file: "captures/answers.json", line: 1, item: 2 },
    });
    expect(signals.map((row: { signal: string; met: boolean }) => [row.signal, row.met])).toEqual([
      ["stream_interrupted", null],
      ["auth_or_account", true],
      ["rate_limited", true],
      ["rate_limited", false],
      ["server_error", true],
    ]);
    expect(summary).toMatchObject({ captures: { request: 3, response: 3, chunk: 6, error: 5 }, files: 5 });
  });
});

describe("exit status", () => {
  test("0 where all fits, notes and warnings or not", async () => {
    const { status, out } = await check(project(), "captures/whole.sse");
    expect(status).toBe(0);
    expect(out).toBe(
      "captures/whole.sse  4 chunks  fits\n\n4 chunks: all fit\nno problems in 1 file, held against acme.contract.json\n",
    );
  });

  test("1 where a file is no capture, and the others are checked all the same", async () => {
    const cwd = project({ "binary.json": new Uint8Array([0, 1, 2]), "empty.json": "", "page.json": "<html>" });
    const { status, out, err } = await check(
      cwd,
      "binary.json",
      "empty.json",
      "page.json",
      "none.json",
      "captures/whole.sse",
    );
    expect({ status, err }).toEqual({ status: 1, err: "" });
    expect(out.match(/^error .*$/gm)).toEqual([
      'error FBP3320: "binary.json" cannot be read: it is no text',
      'error FBP3324: nothing is in "empty.json"',
      'error FBP3320: "none.json" cannot be read: there is no such file',
      "error FBP3321: 1 value cannot be read as JSON: it is HTML",
    ]);
    expect(out).toContain("4 chunks: all fit");
  });

  test("1 where the contract is none, and says only that", async () => {
    const cwd = folderWith({ "acme.contract.json": '{ "fbp": 1 }', ...CAPTURES });
    const { status, out } = await check(cwd, "captures");
    expect(status).toBe(1);
    expect(out).toContain("FBP3011");
    expect(out).not.toContain("captures/");
    const missing = await fbp(["contract", "check", "none.json", "captures"], { cwd });
    expect(missing).toMatchObject({ status: 1, out: expect.stringContaining("there is no such file") });
  });

  test("2 where the contract is standard input, or a folder holds no captures", async () => {
    const cwd = project({ "empty/readme.md": "" });
    expect(await fbp(["contract", "check", "-", "captures"], { cwd })).toEqual({
      status: 2,
      out: "",
      err: "fbp: the contract must be a file; captures may come from standard input\n",
    });
    expect(await check(cwd, "empty")).toEqual({
      status: 2,
      out: "",
      err: "fbp: no .json or .jsonl or .ndjson or .sse file is in empty\n",
    });
  });
});

test("captures from standard input, by --as", async () => {
  const cwd = project();
  const argv = ["contract", "check", "acme.contract.json", "-", "--as", "response"];
  const { status, out } = await fbp(argv, { cwd, input: '{ "hello": 1 }' });
  expect(status).toBe(1);
  expect(out).toContain("<stdin>  1 answer  does not fit");
  expect(out).toContain("error FBP3303: `/choices` is missing in the one answer, and the contract requires it");
});

test("a signal that the contract itself names is one", async () => {
  const named = contract.replace('"signal":"quota_exhausted"', '"signal":"credit_gone"');
  const row = JSON.stringify({
    status: 429,
    body: { error: { message: "no", code: "credits" } },
    expect: "credit_gone",
  });
  const cwd = folderWith({ "acme.contract.json": named, "errors.jsonl": row });
  const { status, out } = await check(cwd, "errors.jsonl");
  expect(status).toBe(0);
  expect(out).toContain("credit_gone  ✓ credit_gone");
});

test("a condition that no policy could take over is told, and captures are left", async () => {
  const odd = contract.replace('"signal":"quota_exhausted"', '"signal":"no name"');
  const { status, out } = await check(folderWith({ "acme.contract.json": odd, ...CAPTURES }), "captures");
  expect(status).toBe(1);
  expect(out).toContain("FBP2132");
});
