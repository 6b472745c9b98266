/** A program whose contract extends another: what is read, what is digested, what is told, and compiling again. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { digestAll } from "./digest.ts";
import { loadValidators } from "./emit/load-validators.ts";
import { memoryHost } from "./host.ts";
import { type Compilation, Compiler, compile } from "./program.ts";
import { positionOf } from "./source.ts";

const OPTIONS = { profile: "development", asOf: "2026-11-22" } as const;
const BASE = readFileSync(new URL("../../../policies/contracts/local.contract.json", import.meta.url), "utf8");
const ENTRY = "chat.fbp";
const OWN = "contracts/mine.contract.json";
const SHARED = "shared/base.contract.json";

const POLICY = `
contract mine from "./contracts/mine.contract.json"

path primary {
  contract   mine
  model      "a"
  timeout    2s
  max_output 1k
}

policy chat {
  start primary
  budget {
    deadline 20s
    attempts 1
  }
  repeat always
  on primary {
    otherwise -> broken -> fail
  }
}
`;

const overlay = (patch: object) =>
  JSON.stringify({ fbp: 1, name: "mine", extends: "../shared/base.contract.json", ...patch }, null, 2);

function filesWith(patch: object, base = BASE): Map<string, string> {
  return new Map([
    [ENTRY, POLICY],
    [OWN, overlay(patch)],
    [SHARED, base],
  ]);
}

function errors(compilation: Compilation): readonly string[] {
  return compilation.diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ code, span }) => `${code} ${span.source.name}:${positionOf(span.source, span.start).line}`);
}

await loadValidators();

describe("a contract that extends another", () => {
  const files = filesWith({
    endpoint: { baseUrl: "https://api.example.com" },
    errors: { conditions: [{ signal: "rate_limited", status: [418], charged: "yes" }] },
    response: { schema: { required: ["choices", "id"] } },
  });
  const compilation = compile(ENTRY, memoryHost(files), OPTIONS);
  const [policy] = errors(compilation).length > 0 ? [] : compilation.policies();
  const plan = policy?.contracts[0];

  test("is one with it", () => {
    expect(errors(compilation)).toEqual([]);
    expect([plan?.baseUrl, plan?.path]).toEqual(["https://api.example.com", "/v1/chat/completions"]);
    const teapot = { transport: null, sent: true, status: 418, headers: {}, error: null };
    expect(policy?.signals[plan?.classify(teapot) ?? -1]?.name).toBe("rate_limited");
    expect([plan?.charged?.(teapot), plan?.charged?.({ ...teapot, status: 400 })]).toEqual([true, undefined]);
    const answer = { choices: [{ message: { content: "hello" }, finish_reason: "stop" }] };
    expect([plan?.accept(answer, {}), plan?.accept({ ...answer, id: "1" }, {})]).toEqual([0, -1]);
  });

  test("is read from both files, and digested over both", async () => {
    expect(compilation.files).toEqual([ENTRY, OWN, SHARED]);
    const manifest = (await compilation.artefacts()).find(({ name }) => name.endsWith(".json"));
    const { sources, contracts } = JSON.parse(manifest?.text ?? "{}") as {
      readonly sources: readonly { readonly file: string }[];
      readonly contracts: readonly { readonly file: string; readonly digest: string }[];
    };
    expect(sources.map(({ file }) => file)).toEqual([ENTRY, OWN, SHARED]);
    const texts = [OWN, SHARED].map((name) => ({ name, text: files.get(name) ?? "" }));
    expect(contracts).toMatchObject([{ file: OWN, digest: digestAll(texts) }]);
    expect(
      compile(ENTRY, memoryHost(filesWith({}, BASE.replace("Bearer", "Key"))), OPTIONS).policies()[0]?.digest,
    ).not.toBe(compile(ENTRY, memoryHost(filesWith({})), OPTIONS).policies()[0]?.digest);
  });

  test("takes no verification over: production asks for its own", () => {
    const production = compile(ENTRY, memoryHost(files), { ...OPTIONS, profile: "production" });
    expect(errors(production)).toContain(`FBP3101 ${ENTRY}:5`);
  });

  test("is told of in the file at fault", () => {
    const broken = filesWith({ auth: { env: "lower" } }, BASE.replace('"/v1/chat/completions"', '"v1"'));
    expect(errors(compile(ENTRY, memoryHost(broken), OPTIONS))).toEqual([
      expect.stringMatching(`^FBP3022 ${OWN}:`),
      expect.stringMatching(`^FBP3021 ${SHARED}:`),
    ]);
  });

  test("lies within the project, as does what it extends", () => {
    const outside = filesWith({ extends: "../../elsewhere/base.contract.json" });
    expect(errors(compile(ENTRY, memoryHost(outside), OPTIONS))).toEqual([expect.stringMatching(`^FBP3071 ${OWN}:`)]);
  });
});

describe("compiling again", () => {
  const files = filesWith({});
  const compiler = new Compiler(memoryHost(files));
  const compiled = () => compiler.compile(ENTRY, OPTIONS);

  test("sees a change in what a contract extends, also when that was missing", () => {
    const first = compiled();
    expect([compiled() === first, first.policies()[0]?.contracts[0]?.auth.scheme]).toEqual([true, "Bearer"]);
    files.set(SHARED, BASE.replace("Bearer", "Key"));
    expect(compiled().policies()[0]?.contracts[0]?.auth.scheme).toBe("Key");
    files.delete(SHARED);
    expect(errors(compiled())).toEqual([expect.stringMatching(`^FBP3070 ${OWN}:`)]);
    files.set(SHARED, BASE);
    expect(errors(compiled())).toEqual([]);
  });

  test("reads a contract anew only when one of its files has changed", () => {
    const before = compiled().program?.policies[0]?.contracts[0]?.root;
    files.set(ENTRY, POLICY.replace('"a"', '"b"'));
    expect(compiled().program?.policies[0]?.contracts[0]?.root).toBe(before);
    expect(compiled().files).toContain(SHARED);
    files.set(SHARED, `${BASE}\n`);
    expect(compiled().program?.policies[0]?.contracts[0]?.root).not.toBe(before);
  });
});
