import { readFileSync } from "node:fs";
import type { Policy } from "@fbp/runtime/core";
import { beforeAll, describe, expect, test } from "vitest";
import { digestText } from "./digest.ts";
import { loadValidators } from "./emit/load-validators.ts";
import { LARGEST_POLICY, memoryHost } from "./host.ts";
import { type Compilation, Compiler, compile } from "./program.ts";
import { positionOf } from "./source.ts";

const OPTIONS = { profile: "development", asOf: "2026-11-22" } as const;
const CONTRACT = readFileSync(new URL("../../../policies/contracts/local.contract.json", import.meta.url), "utf8");

const PATHS = `
path primary {
  contract   local
  model      "a"
  timeout    2s
  max_output 1k
}
path backup {
  contract   local
  model      "b"
  timeout    2s
  max_output 1k
}
`;

const POLICY = `
contract local from "./contracts/local.contract.json"
use "./paths.fbp"

context { tier: "free" | "paid" = "free" }

/// Answers people.
policy chat {
  start primary
  budget {
    deadline  20s
    attempts  3
    retries   1
    fallbacks 1
  }
  repeat always
  on primary {
    any transient     -> primary_failed -> retry else fallback backup else fail
    any output_defect -> unusable -> fallback backup else fail
    otherwise         -> broken -> fail
  }
  on backup {
    otherwise -> broken -> fail
  }
}
`;

const FILES = {
  "policies/chat.fbp": POLICY,
  "policies/paths.fbp": PATHS,
  "policies/contracts/local.contract.json": CONTRACT,
};
const ENTRY = "policies/chat.fbp";

function messages(compilation: Compilation): readonly string[] {
  return compilation.diagnostics.map(({ code, severity, span, text }) => {
    const { line, column } = positionOf(span.source, span.start);
    return `${severity} ${code} ${span.source.name}:${line}:${column} ${text}`;
  });
}

function errors(compilation: Compilation): readonly string[] {
  return messages(compilation).filter((line) => line.startsWith("error"));
}

beforeAll(loadValidators);

describe("a policy that is right", () => {
  const compilation = compile(ENTRY, memoryHost(FILES), OPTIONS);

  test("becomes a program, policies and artefacts", async () => {
    expect(errors(compilation)).toEqual([]);
    expect(compilation.program?.policies.map(({ name }) => name)).toEqual(["chat"]);
    expect(compilation.files).toEqual([
      "policies/chat.fbp",
      "policies/paths.fbp",
      "policies/contracts/local.contract.json",
    ]);
    const [policy] = compilation.policies();
    expect(policy).toMatchObject({ name: "chat", paths: [{ name: "primary" }, { name: "backup" }], start: 0 });
    const artefacts = await compilation.artefacts();
    expect(artefacts.map(({ name }) => name)).toEqual(["chat.policy.js", "chat.policy.d.ts", "chat.policy.json"]);
  });

  test("is in process what its module is", async () => {
    const [policy] = compilation.policies();
    const [module] = await compilation.artefacts();
    const encoded = Buffer.from(module?.text ?? "").toString("base64");
    const { default: emitted } = (await import(`data:text/javascript;base64,${encoded}`)) as { default: unknown };
    expect(JSON.stringify(emitted)).toBe(JSON.stringify(policy));
    const accept = policy?.contracts[0]?.accept;
    expect(accept?.({ choices: [{ message: { content: "hello" }, finish_reason: "stop" }] }, {})).toBe(-1);
    expect(accept?.({ choices: [{ message: { content: 5 } }] }, {})).toBe(0);
  });

  test("carries one digest everywhere", async () => {
    const [policy] = compilation.policies();
    expect(policy?.digest).toMatch(/^sha256-[0-9a-f]{64}$/);
    for (const { name, text } of await compilation.artefacts()) {
      if (!name.endsWith(".d.ts")) expect(text).toContain(policy?.digest);
    }
  });

  test("gives the same bytes each time, in whatever order the host knows its files", async () => {
    const first = await compile(ENTRY, memoryHost(FILES), OPTIONS).artefacts();
    const shuffled = Object.fromEntries(Object.entries(FILES).reverse());
    expect(await compile(ENTRY, memoryHost(shuffled), OPTIONS).artefacts()).toEqual(first);
  });

  test("says what each stage took", async () => {
    let now = 0;
    const timed = compile(ENTRY, memoryHost(FILES), { ...OPTIONS, clock: () => now++ });
    timed.policies();
    await timed.artefacts();
    const stages = timed.timings.map(({ stage }) => stage);
    expect(stages).toEqual(["read", "syntax", "check", "proof", "validators", "lower", "instantiate", "load", "emit"]);
    expect(timed.timings.every(({ ms }) => ms > 0)).toBe(true);
  });
});

test.each([
  '\\"; globalThis.broken = 1; \\"',
  ["`; $", "{globalThis.broken = 1} `"].join(""),
  "*/ globalThis.broken = 1; /*",
  "</script><script>globalThis.broken = 1",
  "\u2028globalThis.broken = 1",
  "__proto__",
])("what a policy quotes stays text in its artefacts: %s", async (text) => {
  const policy = POLICY.replace("fallback backup else fail", `fallback backup else respond "${text}", page "${text}"`)
    .replace("/// Answers people.", `/// ${text}`)
    .replace('"free" | "paid"', `"free" | "${text}"`);
  const files = { ...FILES, [ENTRY]: policy, "policies/paths.fbp": PATHS.replace('"a"', `"${text}"`) };
  const compilation = compile(ENTRY, memoryHost(files), OPTIONS);
  expect(errors(compilation)).toEqual([]);
  const [module] = await compilation.artefacts();
  const encoded = Buffer.from(module?.text ?? "").toString("base64");
  const { default: emitted } = (await import(`data:text/javascript;base64,${encoded}`)) as { default: Policy };
  const plain = text.replaceAll('\\"', '"');
  expect(emitted.paths[0]).toMatchObject({ model: plain });
  expect(emitted.paths[0]?.rules[0]).toMatchObject({ hooks: [{ target: plain }] });
  expect(emitted.paths[0]?.rules[0]?.actions.at(-1)).toEqual({ kind: "respond", text: plain });
  expect(emitted.context.tier?.values).toEqual(["free", plain]);
  expect("broken" in globalThis).toBe(false);
  expect(module?.text).not.toMatch(/<\/|[\u2028\u2029]/);
});

describe("a policy with an error", () => {
  test("is not built", async () => {
    const wrong = compile(
      ENTRY,
      memoryHost({ ...FILES, [ENTRY]: POLICY.replace("start primary", "start primray") }),
      OPTIONS,
    );
    expect(errors(wrong)).toHaveLength(1);
    expect(wrong.program).toBeNull();
    expect(wrong.policies()).toEqual([]);
    expect(await wrong.artefacts()).toEqual([]);
  });

  test("is told of all at once, in reading order", () => {
    const text = POLICY.replace("start primary", "start primray").replace(
      "fallback backup else fail",
      "fallback bakcup else fail",
    );
    const lines = errors(
      compile(ENTRY, memoryHost({ ...FILES, [ENTRY]: text, "policies/paths.fbp": `${PATHS}\npath {` }), OPTIONS),
    );
    expect(lines.length).toBeGreaterThanOrEqual(2);
    expect(lines).toEqual(
      [...lines].sort((a, b) => (a.includes("chat.fbp") ? 0 : 1) - (b.includes("chat.fbp") ? 0 : 1)),
    );
  });
});

describe("a file that cannot be had", () => {
  const at = (files: Readonly<Record<string, string>>, entry = ENTRY) =>
    errors(compile(entry, memoryHost(files), OPTIONS));

  test.each([
    ["missing", "none.fbp", /^error FBP2014 none.fbp:1:1 "none.fbp" cannot be read: there is no such file$/],
    ["binary", "nul.fbp", /^error FBP2014 nul.fbp:1:1 "nul.fbp" cannot be read: it is no text in UTF-8$/],
    ["too large", "large.fbp", /^error FBP1030 large.fbp:1:1 .*1 MiB/],
    ["empty", "empty.fbp", /^error FBP2024 empty.fbp:1:1 /],
  ])("as the entry: %s", (_, entry, message) => {
    const files = { "nul.fbp": "\0", "large.fbp": " ".repeat(LARGEST_POLICY + 1), "empty.fbp": "" };
    const lines = at(files, entry);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(message);
  });

  test("as a contract, at the place that names it", () => {
    const without: Partial<typeof FILES> = { ...FILES };
    delete without["policies/contracts/local.contract.json"];
    expect(at(without as typeof FILES)).toEqual([expect.stringMatching(/^error FBP3005 policies\/chat.fbp:2:21 /)]);
    const outside = { ...FILES, [ENTRY]: POLICY.replace("./contracts", "../../contracts") };
    expect(at(outside)).toEqual([expect.stringMatching(/^error FBP2013 policies\/chat.fbp:2:21 /)]);
    const broken = { ...FILES, "policies/contracts/local.contract.json": "\0" };
    expect(at(broken)).toEqual([expect.stringMatching(/^error FBP3006 .*it is no text in UTF-8$/)]);
  });
});

describe("compiling again", () => {
  const files = new Map(Object.entries(FILES));
  const compiler = new Compiler(memoryHost(files));

  test("does nothing while nothing changed", () => {
    const first = compiler.compile(ENTRY, OPTIONS);
    expect(compiler.compile(ENTRY, OPTIONS)).toBe(first);
    expect(compiler.compile(ENTRY, { ...OPTIONS, asOf: "2026-11-23" })).not.toBe(first);
  });

  test("sees a change in any file, also one that was missing", () => {
    const first = compiler.compile(ENTRY, OPTIONS);
    files.set("policies/paths.fbp", PATHS.replace('"a"', '"another"'));
    const second = compiler.compile(ENTRY, OPTIONS);
    expect(second).not.toBe(first);
    expect(second.policies()[0]?.paths[0]?.model).toBe("another");
    files.delete("policies/paths.fbp");
    expect(errors(compiler.compile(ENTRY, OPTIONS))).not.toEqual([]);
    files.set("policies/paths.fbp", PATHS);
    expect(errors(compiler.compile(ENTRY, OPTIONS))).toEqual([]);
  });

  test("sees a change in what an area was verified against", async () => {
    const name = "policies/contracts/local.contract.json";
    const contract = JSON.parse(CONTRACT) as { limits: { verification: { source: object[] } } };
    contract.limits.verification.source = [{ title: "Limits", file: "sources/limits.txt", digest: digestText("60") }];
    files.set(name, JSON.stringify(contract));
    files.set("sources/limits.txt", "60");
    const first = compiler.compile(ENTRY, OPTIONS);
    expect(errors(first)).toEqual([]);
    expect(first.files).toContain("sources/limits.txt");
    const manifest = (await first.artefacts()).find((artefact) => artefact.name.endsWith(".json"));
    expect(JSON.parse(manifest?.text ?? "")).toMatchObject({
      consulted: [{ file: "sources/limits.txt", digest: digestText("60"), as: "source" }],
    });
    expect(compiler.compile(ENTRY, OPTIONS)).toBe(first);

    files.set("sources/limits.txt", "10");
    expect(errors(compiler.compile(ENTRY, OPTIONS))).toEqual([expect.stringContaining("FBP3103")]);
    files.delete("sources/limits.txt");
    expect(errors(compiler.compile(ENTRY, OPTIONS))).toEqual([expect.stringContaining("FBP3104")]);
    files.set(name, CONTRACT);
    expect(errors(compiler.compile(ENTRY, OPTIONS))).toEqual([]);
  });
});
