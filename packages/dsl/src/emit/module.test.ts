import type { Policy } from "@fbp/runtime/core";
import { SIGNAL } from "@fbp/runtime/core";
import { describe, expect, test } from "vitest";
import type { PolicyModel } from "../check/model.ts";
import { lowerPolicies } from "../lower/policy.ts";
import {
  CONTRACT,
  contractModel,
  equal,
  FAIL,
  NOWHERE,
  pathModel,
  policyModel,
  read,
  rule,
  signalsLine,
} from "../testing/models.ts";
import { loadValidators, validatorsFor } from "./load-validators.ts";
import { moduleText } from "./module.ts";

await loadValidators();

function textOf(models: readonly PolicyModel[], entry = "chat.fbp"): string {
  const { fits, text } = validatorsFor(models);
  const lowered = lowerPolicies(models, { digest: "sha256-0", fits, validators: text });
  return moduleText(lowered, { entry, digest: "sha256-0" });
}

type Module = Readonly<Record<string, Policy>>;

async function imported(text: string): Promise<Module> {
  return (await import(`data:text/javascript;base64,${Buffer.from(text).toString("base64")}`)) as Module;
}

describe("the module", () => {
  test("exports the first policy by default and each by its name", async () => {
    const module = await imported(textOf([policyModel(), policyModel({ name: "other" })]));
    expect(Object.keys(module).sort()).toEqual(["chat", "default", "other"]);
    expect(module.default).toBe(module.chat);
    expect(module.other?.name).toBe("other");
  });

  test("depends on nothing and evaluates nothing", () => {
    const text = textOf([policyModel()]);
    expect(text).not.toMatch(/\bimport\b|\brequire\b|\beval\b|\bFunction\b|globalThis|process/);
  });

  test("tells a reader where each rule stands", () => {
    const text = textOf([policyModel()]);
    expect(text).toContain("// Fallback policies of chat.fbp, compiled by fbp: chat.\n// sha256-0\n");
    expect(text).toContain("return 0; // primary_timeout, chat.fbp:1");
    expect(text).toContain("case 0: // transport_timeout");
  });

  test("has no space at the end of a line, and one newline at its end", () => {
    const text = textOf([policyModel()]);
    expect(text).not.toMatch(/[ \t]\n/);
    expect(text).toMatch(/[^\n]\n$/);
  });

  test("exports names that are no identifiers, or reserved words", async () => {
    const names = ["class", "default", "na-me", "f", "Object", "fits$1", "await"];
    const module = await imported(textOf(names.map((name) => policyModel({ name }))));
    for (const name of names.filter((one) => one !== "default")) expect(module[name]?.name).toBe(name);
    expect(module.default?.name).toBe("class");
  });
});

describe("a stream's chunks", () => {
  const response = {
    ...CONTRACT.response,
    stream: { format: "sse" as const, end: "[DONE]", chunk: { type: "object", required: ["choices"] } },
  };
  const streaming = { ...CONTRACT, request: { ...CONTRACT.request, stream: "stream" }, response };

  test("are held against the contract's schema", async () => {
    const contracts = [contractModel({ contract: streaming, root: streaming })];
    const stream = (await imported(textOf([policyModel({ contracts })]))).chat?.contracts[0]?.stream;
    expect(stream?.end).toBe("[DONE]");
    expect(stream?.fits({ choices: [] })).toBe(true);
    for (const other of [{}, [], null, "choices"]) expect(stream?.fits(other)).toBe(false);
  });

  test("are none where the contract does not say how a stream is asked for, or what comes then", async () => {
    const unasked = { ...CONTRACT, response };
    const unsaid = { ...streaming, response: CONTRACT.response };
    for (const contract of [unasked, unsaid]) {
      const module = await imported(
        textOf([policyModel({ contracts: [contractModel({ contract, root: contract })] })]),
      );
      expect(module.chat?.contracts[0]).not.toHaveProperty("stream");
    }
  });
});

describe("hostile text in a policy or a contract", () => {
  const HOSTILE = [
    '"; globalThis.broken = 1; "',
    "'; globalThis.broken = 1; '",
    ["`; globalThis.broken = 1; $", "{globalThis.broken = 1} `"].join(""),
    "*/ globalThis.broken = 1; /*",
    "\n globalThis.broken = 1; //",
    "\r globalThis.broken = 1; //",
    "\u2028 globalThis.broken = 1; //",
    "\u2029 globalThis.broken = 1; //",
    "</script><script>globalThis.broken = 1</script><!--",
    "\\",
    "\ud800",
    "__proto__",
    "constructor",
    "toString",
    "",
  ];

  test.each(HOSTILE)("stays text: %j", async (text) => {
    const source = { name: text, text };
    const span = { source, start: 0, end: 0 };
    const predicate = equal(read("error", text), text);
    const contract = contractModel({
      name: text,
      source,
      signals: [signalsLine(0, predicate), signalsLine(6, null)].map((line) => ({ ...line, span })),
      accept: [
        { kind: "standard", name: "standard", span },
        { kind: "check", name: text, predicate: equal(read("response", text, 0), text), span },
        { kind: "matches_schema", name: text, schema: { properties: { [text]: { const: text } } }, span },
      ],
      contract: {
        ...CONTRACT,
        endpoint: {
          ...CONTRACT.endpoint,
          baseUrl: text,
          headers: JSON.parse(`{${JSON.stringify(text)}: ${JSON.stringify(text)}}`),
        },
        request: { ...CONTRACT.request, model: text, outputLimits: [text] },
        response: {
          ...CONTRACT.response,
          finishReason: `/${text.replaceAll("~", "~0").replaceAll("/", "~1")}`,
          cutReasons: [text],
        },
      },
    });
    const path = pathModel({
      name: text,
      model: text,
      account: text,
      adapter: text,
      rules: [
        rule([SIGNAL.server_error], {
          reason: text,
          span,
          when: predicate,
          actions: [{ kind: "respond", text, span: NOWHERE }, { kind: "defer", to: text, span: NOWHERE }, FAIL],
          hooks: [{ kind: "page", target: text }],
        }),
      ],
    });
    const model = policyModel({
      name: text,
      doc: text,
      span,
      contracts: [contract],
      paths: [path],
      context: [{ name: text, doc: text, type: "enum", values: [text], default: text }],
      signals: policyModel().signals.map((signal, index) => (index === 0 ? { ...signal, name: text } : signal)),
      record: { errorFields: [text], errorBytes: 1, keepInvalidOutput: false },
      repeat: { mode: "when", when: equal(read("context", text), text) },
    });
    const code = textOf([model], text);
    expect(code).not.toMatch(/<\/|<!--|[\u2028\u2029]/);
    const module = await imported(code);
    const policy = module.default;
    expect("broken" in globalThis).toBe(false);
    expect(policy).toMatchObject({ name: text, reasons: expect.arrayContaining([text]) });
    expect(Object.keys(policy?.context ?? {})).toEqual([text]);
    expect(policy?.context[text]).toEqual({ type: "enum", values: [text], default: text });
    expect(policy?.paths[0]).toMatchObject({ name: text, model: text, account: text });
    expect(policy?.paths[0]?.rules[0]).toMatchObject({
      reason: text,
      actions: [{ text }, { to: text }, { kind: "fail" }],
      hooks: [{ target: text }],
    });
    expect(policy?.contracts[0]).toMatchObject({ name: text, baseUrl: text, modelField: text });
    expect(Object.entries(policy?.contracts[0]?.headers ?? {})).toEqual([[text, text]]);
    const failure = { transport: null, sent: true, status: 500, headers: {} };
    const hit = JSON.parse(`{${JSON.stringify(text)}: ${JSON.stringify(text)}}`) as unknown;
    expect(policy?.contracts[0]?.classify({ ...failure, error: hit })).toBe(0);
    expect(policy?.contracts[0]?.classify({ ...failure, error: {} })).toBe(6);
    expect(Object.prototype).not.toHaveProperty("broken");
  });
});
