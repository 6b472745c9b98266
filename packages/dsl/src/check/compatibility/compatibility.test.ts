import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CRITERIA } from "../../evidence/document.ts";
import { memoryHost } from "../../host.ts";
import { type Compilation, compile } from "../../program.ts";
import { textOf } from "../../source.ts";

const LOCAL = readFileSync(new URL("../../../../../policies/contracts/local.contract.json", import.meta.url), "utf8");

/** RFC 7396. */
function merged(target: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const into: Record<string, unknown> = { ...(typeof target === "object" && target !== null ? target : {}) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete into[key];
    else into[key] = merged(into[key], value);
  }
  return into;
}

interface Given {
  /** What the contract of `backup` says otherwise than the one of `primary`. */
  readonly other?: object;
  /** What the contract of `primary` says otherwise than the shipped one. */
  readonly own?: object;
  readonly primary?: string;
  readonly backup?: string;
  readonly accept?: string;
  readonly budget?: string;
  readonly policy?: string;
  /** Rules of `primary` before the others. */
  readonly rules?: string;
  readonly onBackup?: string;
  readonly evidence?: object;
  readonly profile?: "production";
}

function compiled(given: Given): Compilation {
  const local = merged(JSON.parse(LOCAL), given.own ?? {});
  const text = `contract local from "./local.json"
contract other from "./other.json"

path primary {
  contract local
  model    "model-a"
  timeout  8s
  ${given.primary ?? ""}
}

path backup {
  contract ${given.other === undefined ? "local" : "other"}
  model    "model-b"
  timeout  2s..6s
  ${given.backup ?? ""}
  ${given.evidence === undefined ? "" : 'validated for primary by "./evidence.json"'}
}

${given.accept ?? ""}

policy chat {
  start primary
  budget { deadline 20s  attempts 2  fallbacks 1  ${given.budget ?? ""} }
  repeat always
  ${given.policy ?? ""}
  on primary {
    ${given.rules ?? ""}
    any transient -> failed -> fallback backup else fail
    otherwise     -> failed -> fail
  }
  ${given.onBackup ?? "on backup { otherwise -> failed -> fail }"}
}
`.replace("repeat always\n  repeat", "repeat");
  const host = memoryHost({
    "entry.fbp": text,
    "local.json": JSON.stringify(local, null, 2),
    "other.json": JSON.stringify(merged(local, given.other ?? {}), null, 2),
    ...(given.evidence === undefined ? {} : { "evidence.json": JSON.stringify(given.evidence) }),
  });
  return compile("entry.fbp", host, { profile: given.profile ?? "development", asOf: "2026-11-22" });
}

/** What is said of the joint, and any error at all. */
function told(given: Given): readonly string[] {
  return compiled(given).diagnostics.flatMap(({ code, severity, text }) =>
    code.startsWith("FBP81") || (severity === "error" && given.profile === undefined) ? [`${code} ${text}`] : [],
  );
}

const answers = (properties: object): object => ({ response: { schema: { properties } } });
const message = (properties: object): object =>
  answers({ choices: { items: { properties: { message: { properties } } } } });
const requests = (properties: object): object => ({ request: { schema: { properties } } });

describe("two paths on one contract", () => {
  it("go together without a word", () => {
    expect(told({})).toEqual([]);
    expect(told({ other: {} })).toEqual([]);
    expect(told({ other: { name: "other", title: "the same schemas in another file" } })).toEqual([]);
  });
});

describe("what is read of an answer", () => {
  it("may be narrower than what the start gives, and may come with more beside it", () => {
    expect(told({ other: message({ content: { type: "string", minLength: 1 } }) })).toEqual([]);
    expect(told({ other: message({ mood: { type: "string" } }) })).toEqual([]);
  });

  it("may not be of another kind", () => {
    const other = message({ content: { type: ["string", "null", "array"] } });
    expect(told({ other })).toEqual([
      "FBP8101 `backup` does not answer as `primary` does: `response.choices[0].message.content` may be a list, and only text fits",
    ]);
  });

  it("is shown in both contracts, and where the policy asks for it", () => {
    const other = message({ refusal: { type: "boolean" } });
    const accept = "accept {\n  standard\n  kind response.choices[0].message.refusal is absent\n}";
    const [found] = compiled({ other, accept }).diagnostics.filter(({ code }) => code === "FBP8101");
    expect(found?.text).toContain("`response.choices[0].message.refusal` may be true or false, and only text fits");
    expect(found && textOf(found.span)).toBe("fallback backup");
    expect(found?.related.map(({ span, text }) => [span.source.name, textOf(span), text])).toEqual([
      [
        "other.json",
        '"refusal"',
        "`response.choices[0].message.refusal` in the contract `other`: true or false, or absent",
      ],
      ["local.json", '"refusal"', "`response.choices[0].message.refusal` in the contract `local`: text, or absent"],
      ["entry.fbp", "kind response.choices[0].message.refusal is absent", "the policy uses it here"],
    ]);
  });

  it("may not be missing where `accept` asks for it", () => {
    const accept = "accept for local {\n  standard\n  kind response.choices[0].message.refusal is absent\n}";
    expect(told({ other: message({ refusal: null }), accept })).toEqual([
      "FBP8101 `backup` does not answer as `primary` does: `response.choices[0].message.refusal` is not there in `other`",
    ]);
  });

  it("may not be missing where the policy says that it is read, however little the schema forbids", () => {
    const policy = "reads response.id";
    expect(told({ other: answers({ id: null }), policy })).toEqual([
      "FBP8101 `backup` does not answer as `primary` does: `response.id` is not there in `other`",
    ]);
    expect(told({ other: answers({ id: null }) })).toEqual([]);
  });

  it("may not be absent where it never is for the start; null is absent", () => {
    const own = { response: { schema: { required: ["choices", "id"] } } };
    const policy = "reads response.id";
    const sentence =
      "FBP8101 `backup` does not answer as `primary` does: `response.id` may be absent, and never is in `local`";
    expect(told({ own, other: { response: { schema: { required: ["choices"] } } }, policy })).toEqual([sentence]);
    expect(told({ own, other: answers({ id: { type: ["string", "null"] } }), policy })).toEqual([sentence]);
    expect(told({ own, other: {}, policy })).toEqual([]);
  });

  it("is compared to its last part", () => {
    const other = {
      $defs: { toolCall: { properties: { function: { properties: { arguments: { type: "object" } } } } } },
    };
    const policy = "reads response.choices[0].message.tool_calls";
    expect(told({ other, policy })).toEqual([
      "FBP8101 `backup` does not answer as `primary` does: `response.choices[0].message.tool_calls[].function.arguments` may be an object, and only text fits",
      // The same definition serves the messages that are sent back.
      "FBP8102 `backup` does not take the requests that `primary` takes: `request.messages[].tool_calls[].function.arguments` may be text, and only an object fits",
    ]);
  });

  it("is what the contract names, where the policy has no `reads`; lists of values count only where it has", () => {
    const reason = (schema: object): object => ({ $defs: { finishReason: { enum: null, ...schema } } });
    const wrong = "FBP8101 `backup` does not answer as `primary` does: `response.choices[0].finish_reason` may be";
    const listed = 'and only one of "stop", "length", "tool_calls", "content_filter" fits';
    expect(told({ other: reason({ type: ["string", "integer"] }) })).toEqual([`${wrong} a whole number, ${listed}`]);
    expect(
      told({ other: reason({ type: ["string", "integer"] }), policy: "reads response.choices[0].message.content" }),
    ).toEqual([]);
    expect(told({ other: reason({ type: "string" }) })).toEqual([]);
    const policy = "reads response.choices[0].finish_reason";
    expect(told({ other: reason({ type: "string" }), policy })).toEqual([`${wrong} text, ${listed}`]);
  });

  it("is one of the answer's places at least", () => {
    expect(told({ other: message({ tool_calls: null }) })).toEqual([]);
    expect(told({ other: message({ tool_calls: null, content: null }) })).toEqual([
      "FBP8101 `backup` does not answer as `primary` does: none of `response.choices[0].message.content` and `response.choices[0].message.tool_calls` is there in `other`",
    ]);
  });

  it("is an error in production", () => {
    const severities = (profile?: "production"): readonly string[] => {
      const given: Given = {
        other: message({ content: { type: "array" } }),
        ...(profile === undefined ? {} : { profile }),
      };
      return compiled(given).diagnostics.flatMap(({ code, severity }) => (code === "FBP8101" ? [severity] : []));
    };
    expect(severities()).toEqual(["warning"]);
    expect(severities("production")).toEqual(["error"]);
  });
});

describe("what is sent", () => {
  const format = (names: readonly string[]): object =>
    requests({ response_format: { properties: { type: { enum: names } } } });

  it("must be taken, to its last part", () => {
    const policy = "sends request.response_format";
    expect(told({ other: format(["text", "json_object"]), policy })).toEqual([
      'FBP8102 `backup` does not take the requests that `primary` takes: `request.response_format.type` may be "json_schema", and only one of "text", "json_object" fits',
    ]);
    expect(told({ other: format(["text", "json_object", "json_schema", "xml"]), policy })).toEqual([]);
    expect(told({ other: format(["text"]) })).toEqual([]);
  });

  it("is also what `repeat` and guards ask of a request", () => {
    const other = requests({ tools: null });
    const sentence =
      "FBP8102 `backup` does not take the requests that `primary` takes: `request.tools` is not taken by `other`";
    expect(told({ other })).toEqual([]);
    expect(told({ other, policy: "repeat only when request.tools is absent" })).toEqual([sentence]);
    const rules = "server_error when request.tools is present -> odd -> fail\n    server_error -> odd -> fail";
    expect(told({ other, rules })).toEqual([sentence]);
  });

  it("is the prompt in any case", () => {
    const other = { request: { prompt: "turns", schema: { required: [], properties: { turns: {}, messages: null } } } };
    expect(told({ other, policy: "sends request.temperature" })).toEqual([
      "FBP8102 `backup` does not take the requests that `primary` takes: `request.messages` is not taken by `other`",
    ]);
  });

  it("is some limit for the answer, where the policy has no `sends`", () => {
    expect(told({ other: requests({ max_tokens: null }) })).toEqual([]);
    const none = requests({ max_tokens: null, max_completion_tokens: null });
    expect(told({ other: none })).toEqual([
      "FBP8102 `backup` does not take the requests that `primary` takes: none of `request.max_completion_tokens` and `request.max_tokens` is taken by `other`",
    ]);
    expect(told({ other: none, policy: "sends request.temperature" })).toEqual([]);
  });

  it("must hold what the target cannot do without; what `sends` names does", () => {
    const other = { request: { schema: { required: ["messages", "model", "max_tokens"] } } };
    expect(told({ other })).toEqual([
      "FBP8102 `backup` does not take the requests that `primary` takes: `request.max_tokens` has to be there, and may be left out for `local`",
    ]);
    expect(told({ other, policy: "sends request.max_tokens" })).toEqual([]);
  });

  it("does not hold what its schema has no word on", () => {
    const other = requests({ tools: { items: { additionalProperties: false } } });
    expect(told({ other, policy: "sends request.tools" })).toEqual([]);
  });
});

describe("what the contracts do not tell", () => {
  const other = { request: { schema: { properties: null, required: null } } };
  const policy = "sends request.temperature, request.user";
  const note =
    "FBP8103 the contracts do not tell whether `backup` takes `request.messages`, `request.temperature` and `request.user` as `primary` does";

  it("is a note that names the criterion of the evidence", () => {
    const found = compiled({ other, policy }).diagnostics.filter(({ code }) => code.startsWith("FBP81"));
    expect(found.map(({ code, text }) => `${code} ${text}`)).toEqual([note]);
    expect(found[0]).toMatchObject({ severity: "note", hint: expect.stringContaining("under `prompt`") });
    expect(told({ own: message({ content: true }), other: message({ content: { type: "string" } }) })).toEqual([]);
    const open = { response: { schema: { properties: null, required: null } } };
    expect(told({ other: open })[0]).toMatch(/^FBP8103 the contracts do not tell whether `backup` answers with /);
  });

  it("is settled by evidence that shows it", () => {
    const evidence = (against: unknown): object => {
      const passed = { status: "passed", day: "2026-11-20", validDays: 30, check: "fbp drill", against };
      const signed = { by: "A. Person", day: "2026-11-20", statement: "the provider may hold the data" };
      const criteria = Object.fromEntries(CRITERIA.map((name) => [name, { ...passed, signed }]));
      return { fbp: 1, path: "backup", for: "primary", criteria };
    };
    const none = `sha256-${"0".repeat(64)}`;
    const open = { other, policy, evidence: evidence({ policy: none, contracts: none }) };
    const subject = compiled(open).program?.policies[0]?.fallbacks[0]?.subject ?? null;
    const before = compiled({ other, policy, evidence: evidence(subject) });
    const fresh = before.program?.policies[0]?.fallbacks[0];
    expect(fresh?.criteria.map(({ state }) => state.kind)).toEqual(CRITERIA.map(() => "passed"));
    expect(before.diagnostics.filter(({ code }) => code.startsWith("FBP81"))).toEqual([]);
  });
});

describe("adapters", () => {
  const other = {
    response: {
      schema: {
        properties: { choices: { items: { properties: { message: { properties: { content: { type: "array" } } } } } } },
      },
    },
    ...requests({ messages: { minItems: 2 } }),
  };

  it("settle what differs between two contracts", () => {
    expect(told({ other })).toHaveLength(2);
    expect(told({ other, backup: 'adapter "x"' })).toEqual([]);
  });

  it("must rewrite answers only where those differ", () => {
    const rewritten = (given: Given) =>
      compiled({ ...given, backup: 'adapter "x"' }).program?.policies[0]?.paths.map((path) => path.rewritten);
    expect(rewritten({ other })).toEqual([false, true]);
    expect(rewritten({ other: requests({ messages: { minItems: 2 } }) })).toEqual([false, false]);
  });

  it("that nothing calls for are a note", () => {
    expect(told({ other: {}, backup: 'adapter "x"' })).toEqual([
      'FBP8109 the contracts do not call for the adapter "x": `backup` takes and gives what `primary` does, as far as it is used',
    ]);
    expect(told({ primary: 'adapter "x"' })).toEqual([
      'FBP8109 the contracts do not call for the adapter "x": requests start on `primary` and come in its form',
    ]);
  });

  it("serve one contract each", () => {
    const both = told({ other, primary: 'adapter "x"', backup: 'adapter "x"' });
    expect(both).toContain(
      'FBP8110 the adapter "x" serves `primary` and `backup`, which are on unlike contracts: `local` and `other`',
    );
  });

  it("do not cure what a path cannot hold, nor how it streams", () => {
    const found = told({
      other: { ...other, response: { ...other.response, stream: null } },
      primary: "context_window 128k",
      backup: 'adapter "x"  context_window 32k',
      policy: "stream held",
    });
    expect(found.map((text) => text.split(" ")[0])).toEqual(["FBP8107", "FBP8104"]);
  });
});

describe("room", () => {
  it.each([
    ["128k", "128k", "", []],
    ["32k", "128k", "", []],
    ["128k", "32k", "", ["128000 tokens (the context window of `primary`), and it holds 32000"]],
    ["128k", "32k", "tokens 64k", ["64000 tokens (the budget's `tokens`), and it holds 32000"]],
    ["128k", "32k", "tokens 24k", []],
    [null, "32k", "tokens 64k", ["64000 tokens (the budget's `tokens`), and it holds 32000"]],
    [null, "32k", "", []],
    ["128k", null, "tokens 64k", []],
  ])("a window of %s before one of %s, with %j", (primary, backup, budget, expected) => {
    const window = (size: string | null) => (size === null ? "" : `context_window ${size}\n  max_output 1k`);
    const found = told({ primary: window(primary), backup: window(backup), budget });
    expect(found.filter((text) => text.startsWith("FBP81"))).toEqual(
      expected.map((rest) => `FBP8107 \`backup\` cannot take the largest requests: they have up to ${rest}`),
    );
  });

  it("is not told twice of a path that an overflow leads to", () => {
    const rules = "context_overflow -> long -> fallback backup else fail";
    const found = told({ primary: "context_window 64k", backup: "context_window 32k", rules });
    expect(found.map((text) => text.split(" ")[0])).toEqual(["FBP4004"]);
  });

  it("for an answer is compared too", () => {
    expect(told({ primary: "max_output 4k", backup: "max_output 1k" })).toEqual([
      "FBP8108 `backup` cuts answers that `primary` gives whole: its `max_output` is 1000 tokens, against 4000",
    ]);
    expect(told({ primary: "max_output 1k", backup: "max_output 4k" })).toEqual([]);
  });
});

describe("streams", () => {
  const policy = "stream held";
  const stream = (changes: object | null): object => ({ response: { stream: changes } });

  it("must be there, in a policy that streams", () => {
    expect(told({ other: stream(null), policy })).toEqual([
      "FBP8104 this policy streams, and `backup` cannot stand in for `primary`: the contract `other` has no streams",
    ]);
    expect(told({ other: stream(null) })).toEqual([]);
  });

  it("are compared by how they end", () => {
    expect(told({ other: stream({ end: "[END]" }), policy })).toEqual([
      'FBP8105 a stream of `backup` ends with "[END]", and one of `primary` with "[DONE]"',
    ]);
  });

  it("are compared by what a chunk may be, but not by what it may lack", () => {
    const delta = (properties: object): object =>
      stream({ chunk: { properties: { choices: { items: { properties: { delta: { properties } } } } } } });
    expect(told({ other: delta({ content: { type: "array" } }), policy })).toEqual([
      "FBP8106 the chunks of `backup` are not those of `primary`: `chunk.choices[].delta.content` may be a list, and only text or null fits",
    ]);
    expect(told({ other: stream({ chunk: { required: [] } }), policy })).toEqual([]);
  });
});

describe("`sends` and `reads`", () => {
  it("name places of the contract that requests start on", () => {
    expect(told({ policy: "sends request.tool\n  reads response.usage.total_token" })).toEqual([
      expect.stringMatching(/^FBP2101 .*`tool`/),
      expect.stringMatching(/^FBP2101 .*`total_token`/),
    ]);
  });

  it("are told apart", () => {
    const found = compiled({ policy: "sends response.id, messages\n  reads request.tools, id" }).diagnostics;
    expect(found.flatMap(({ code, text, hint }) => (code === "FBP8111" ? [`${text}; ${hint}`] : []))).toEqual([
      "`sends` names places in the request, and `response.id` is none; write it as `reads response.id`",
      "`sends` names places in the request, and `messages` is none; write it as `request.messages`",
      "`reads` names places in the answer, and `request.tools` is none; write it as `sends request.tools`",
      "`reads` names places in the answer, and `id` is none; write it as `response.id`",
    ]);
  });

  it("rely on what the contract says of requests and answers", () => {
    const { program } = compiled({ policy: "sends request.tools\n  reads response.id" });
    const relied = program?.policies[0]?.reliance.map(({ area, what }) => `${area}: ${what}`);
    expect(relied).toContain("request: request.tools");
    expect(relied).toContain("response: response.id");
  });
});

describe("the service's own request", () => {
  it("is in the form of the start's contract, on every path", () => {
    const other = requests({ tools: null, messages: null, turns: {} });
    const given = { other, backup: 'adapter "x"', policy: "repeat only when request.tools is absent" };
    expect(told(given)).toEqual([]);
    const wrong = { other, backup: 'adapter "x"', policy: "repeat only when request.turns is absent" };
    expect(compiled(wrong).diagnostics.map(({ code }) => code)).toContain("FBP2136");
    const { program } = compiled(given);
    expect(program?.policies[0]?.repeat).toMatchObject({ mode: "when", when: { operand: { segments: ["tools"] } } });
  });

  it("is what guards ask on a path of another contract", () => {
    const other = requests({ tools: null, messages: null, turns: {} });
    const found = (field: string): readonly string[] => {
      const backup = `server_error when request.${field} is present -> odd -> fail\n`;
      const text = `on backup { ${backup} otherwise -> failed -> fail }`;
      return compiled({ other, backup: 'adapter "x"', onBackup: text }).diagnostics.map(({ code }) => code);
    };
    expect(found("tools")).not.toContain("FBP2136");
    expect(found("turns")).toContain("FBP2136");
  });
});
