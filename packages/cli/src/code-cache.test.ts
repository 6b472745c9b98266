import {
  chmodSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Code, codeFile, keepCode, readCode } from "./code-cache.ts";
import { folderWith } from "./testing/folder.ts";

const PARTS = { "./start.js": "some code", "./check.js": "more of it, of an odd length", "./none.js": "" };
const CODE: Code = new Map(
  Object.entries(PARTS).map(([name, text], at) => [name, { code: Buffer.from(text), runs: at + 1 }]),
);

let home: string;

beforeEach(() => {
  home = folderWith({});
  vi.stubEnv("NODE_COMPILE_CACHE", home);
  vi.stubEnv("NODE_DISABLE_COMPILE_CACHE", "");
  vi.stubEnv("NODE_V8_COVERAGE", "");
});

afterEach(() => vi.unstubAllEnvs());

function file(): string {
  return codeFile("a1b2") ?? "";
}

function folder(): string {
  return join(file(), "..");
}

function textsOf(code: Code | null): Readonly<Record<string, string>> | null {
  return code && Object.fromEntries([...code].map(([name, part]) => [name, part.code.toString()]));
}

test("what is kept is read again, each part where V8 can use it in place", () => {
  keepCode(file(), CODE);
  const read = readCode(file());
  expect(textsOf(read)).toEqual(PARTS);
  const kept = [...(read?.values() ?? [])];
  expect(kept.map(({ runs }) => runs)).toEqual([1, 2, 3]);
  for (const { code } of kept) expect(code.byteOffset % 8).toBe(0);
  expect(readdirSync(folder())).toHaveLength(1);
});

test("nobody else may read or write it", () => {
  keepCode(file(), CODE);
  expect([statSync(folder()).mode & 0o777, statSync(file()).mode & 0o777]).toEqual([0o700, 0o600]);
});

describe("there is none", () => {
  test("before the first run", () => {
    expect(readCode(file())).toBeNull();
  });

  test("in a folder that others may write to", () => {
    keepCode(file(), CODE);
    chmodSync(folder(), 0o777);
    expect(readCode(file())).toBeNull();
    const before = statSync(file()).mtimeMs;
    keepCode(file(), new Map());
    expect(statSync(file()).mtimeMs).toBe(before);
  });

  test("behind a symbolic link, which others could have laid", () => {
    symlinkSync(folderWith({}), folder());
    keepCode(file(), CODE);
    expect(readCode(file())).toBeNull();
  });

  test.each(["", "{", "null", '{"runs":1}', "\0".repeat(5000)])("in a file that is damaged: %j", (text) => {
    keepCode(file(), CODE);
    writeFileSync(file(), text);
    expect(readCode(file())).toBeNull();
  });

  test("in a file that was cut off, or written in part", () => {
    keepCode(file(), new Map([["./start.js", { code: Buffer.alloc(10_000, "code"), runs: 1 }]]));
    const whole = readFileSync(file());
    writeFileSync(file(), whole.subarray(0, -4096));
    expect(readCode(file())).toBeNull();
    writeFileSync(file(), Buffer.from(whole).fill(0, 8192, 8192 + 4096));
    expect(readCode(file())).toBeNull();
    writeFileSync(file(), whole);
    expect(readCode(file())).not.toBeNull();
  });

  test("where it cannot be kept, which is no error", () => {
    vi.stubEnv("NODE_COMPILE_CACHE", join(folderWith({ "no-folder": "" }), "no-folder"));
    keepCode(file(), CODE);
    expect(readCode(file())).toBeNull();
  });
});

test("what was left more than a week ago is removed", () => {
  keepCode(file(), CODE);
  const old = join(folder(), "of-an-earlier-build");
  writeFileSync(old, "");
  const then = Date.now() / 1000 - 8 * 24 * 60 * 60;
  utimesSync(old, then, then);
  rmSync(file());
  keepCode(file(), CODE);
  expect(readdirSync(folder()).map((name) => join(folder(), name))).toEqual([file()]);
});

test("Node's own switches turn it off", () => {
  vi.stubEnv("NODE_DISABLE_COMPILE_CACHE", "1");
  expect(codeFile("a1b2")).toBeNull();
  vi.stubEnv("NODE_DISABLE_COMPILE_CACHE", "");
  vi.stubEnv("NODE_V8_COVERAGE", home);
  expect(codeFile("a1b2")).toBeNull();
});

test("the folder has room for a thousand files", () => {
  keepCode(file(), CODE);
  for (let at = 0; at < 999; at++) writeFileSync(join(folder(), `of-policy-${at}`), "");
  const other = `${file()}-other`;
  keepCode(other, CODE);
  expect(readCode(other)).toBeNull();
  keepCode(file(), new Map());
  expect(readCode(file())?.size).toBe(0);
});
