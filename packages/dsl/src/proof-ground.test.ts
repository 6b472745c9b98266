/** What is not proved again after an edit, and that nobody can tell but by the clock. */
import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { explainProof } from "./analyze/explain/index.ts";
import { memoryHost } from "./host.ts";
import { type Compilation, Compiler, compile } from "./program.ts";

const { examine, signalCoverage } = vi.hoisted(() => ({ examine: vi.fn(), signalCoverage: vi.fn() }));

vi.mock("./analyze/examine.ts", async (original) => {
  const real = await original<typeof import("./analyze/examine.ts")>();
  return { ...real, examine: examine.mockImplementation(real.examine) };
});
vi.mock("./analyze/signals/index.ts", async (original) => {
  const real = await original<typeof import("./analyze/signals/index.ts")>();
  return { ...real, signalCoverage: signalCoverage.mockImplementation(real.signalCoverage) };
});

const OPTIONS = { profile: "development", asOf: "2026-11-22" } as const;
const ENTRY = "chat-completions.fbp";
const CONTRACT = "contracts/cometapi.contract.json";
const EVIDENCE = "evidence/backup.evidence.json";

const read = (name: string): string => readFileSync(new URL(`../../../policies/${name}`, import.meta.url), "utf8");
const POLICY = read(ENTRY);
const OTHERS = Object.fromEntries(
  [CONTRACT, EVIDENCE, "contracts/openai-compatible.contract.json"].map((name) => [name, read(name)]),
);

type Files = Readonly<Record<string, string>>;

/** Edits `files` as a text editor would, and gives what one compiler and a fresh one say of it. */
function workbench(first: Files) {
  let files = first;
  const host = { ...memoryHost({}), read: (name: string) => memoryHost(files).read(name) };
  const compiler = new Compiler({ ...host, digest: (name) => memoryHost(files).digest(name) });
  const check = (): Compilation => compiler.compile(ENTRY, OPTIONS);
  check();
  examine.mockClear();
  signalCoverage.mockClear();
  return {
    edit: (name: string, change: (text: string) => string): { again: Compilation; fresh: () => Compilation } => {
      const before = files[name] ?? "";
      files = { ...files, [name]: change(before) };
      expect(files[name]).not.toBe(before);
      const now = files;
      return { again: check(), fresh: () => compile(ENTRY, memoryHost(now), OPTIONS) };
    },
  };
}

let bench: ReturnType<typeof workbench>;

beforeEach(() => {
  bench = workbench({ ...OTHERS, [ENTRY]: POLICY });
});

function expectSame({ again, fresh }: ReturnType<ReturnType<typeof workbench>["edit"]>): void {
  const other = fresh();
  expect(again.diagnostics).toEqual(other.diagnostics);
  expect(again.program?.policies.map(({ places }) => places)).toEqual(other.program?.policies.map((one) => one.places));
}

describe("is not proved again", () => {
  test.each<[string, (text: string) => string]>([
    ["where a comment stands above everything", (text) => `// one\n// two\n${text}`],
    ["where a comment stands in the middle", (text) => text.replace("\npolicy ", "\n// one\npolicy ")],
    ["where lines are moved apart", (text) => text.replace("\n  on primary", "\n\n\n  on primary")],
    ["where a number is spelled in another way", (text) => text.replace("deadline  20s", "deadline  20000ms")],
    ["where a scenario expects something else", (text) => text.replace("within 2s", "within 3s")],
    [
      "where a scenario comes",
      (text) => text + text.slice(text.indexOf("scenario")).replace('scenario "', 'scenario "x'),
    ],
  ])("%s", (_, change) => {
    const edited = bench.edit(ENTRY, change);
    expect([examine, signalCoverage].map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
    expectSame(edited);
  });

  test("and what is asked of the proof all the same is of the text as it is", () => {
    const { again, fresh } = bench.edit(ENTRY, (text) => `// one\n// two\n${text}`);
    const explained = ({ examined }: Compilation) =>
      examined.map(({ proved }) => (proved.kind === "proved" ? explainProof(proved.proof) : null));
    expect(explained(again)).toEqual(explained(fresh()));
    expect(explained(again)).not.toContain(null);
  });
});

describe("is proved again", () => {
  test.each<[string, string, (text: string) => string]>([
    ["where the deadline changes", ENTRY, (text) => text.replace("deadline  20s", "deadline  21s")],
    ["where a rule changes", ENTRY, (text) => text.replace("-> retry else", "-> retry after 1s else")],
    ["where a line becomes a comment", ENTRY, (text) => text.replace(/\n( +transport_timeout)/, "\n//$1")],
    ["where the contract changes", CONTRACT, (text) => `${text}\n`],
    ["where the evidence changes", EVIDENCE, (text) => `${text}\n`],
  ])("%s", (_, name, change) => {
    const edited = bench.edit(name, change);
    expect(examine).toHaveBeenCalled();
    expectSame(edited);
  });

  test("where something was found, so that each message stands where its cause is", () => {
    const found = bench.edit(ENTRY, (text) =>
      text.replace("  start primary", "  assert always outcome.attempts <= 1\n  start primary"),
    );
    expectSame(found);
    expect(found.again.diagnostics.map(({ code }) => code)).toContain("FBP7001");
    examine.mockClear();
    const moved = bench.edit(ENTRY, (text) => `// one\n// two\n${text}`);
    expect(examine).toHaveBeenCalledTimes(1);
    expectSame(moved);
    expect(moved.again.diagnostics.map(({ span }) => span.start)).toEqual(
      found.again.diagnostics.map(({ span }) => span.start + (span.source.name === ENTRY ? 14 : 0)),
    );
  });

  test("not after what was wrong is put right again", () => {
    bench.edit(ENTRY, (text) => text.replace("start primary", "start nobody"));
    const edited = bench.edit(ENTRY, (text) => `// one\n${text.replace("start nobody", "start primary")}`);
    expect(examine).not.toHaveBeenCalled();
    expectSame(edited);
  });
});
