/** Captures of our own making, held against shipped contracts: what is counted, and what is said of it. */
import { describe, expect, test } from "vitest";
import { Report } from "../../diagnostics/index.ts";
import { AjvTruth } from "../../emit/schema-truth.ts";
import { textOf } from "../../source.ts";
import { plainReading } from "../testing/reading.ts";
import { load, loadShipped, localWith } from "../testing/shipped.ts";
import { CaptureCheck, type CaptureOptions } from "./check.ts";
import { reportCaptures } from "./report.ts";

const shipped = loadShipped("openai-compatible");

interface Options extends Partial<Pick<CaptureOptions, "as">> {
  readonly field?: string;
  readonly words?: Readonly<Record<string, readonly string[]>>;
  readonly contract?: typeof shipped;
}

/** Files by name; a list stands for one value a line. */
function check(files: Readonly<Record<string, string | readonly unknown[]>>, options: Options = {}) {
  const { as = "auto", field = "expect", words = {}, contract = shipped } = options;
  const checked = new CaptureCheck(contract, new AjvTruth(contract.root), {
    as,
    classify: ({ status }) => plainReading(status),
    expectations: { field, words: new Map(Object.entries(words)), signals: new Set(["model_moved"]) },
  });
  for (const [name, held] of Object.entries(files)) {
    const file = checked.file(name);
    const text = typeof held === "string" ? held : held.map((one) => JSON.stringify(one)).join("\n");
    for (const line of text.split("\n")) file.line(line);
    file.end();
  }
  const result = checked.result();
  const report = new Report();
  reportCaptures(result, contract, report);
  return { result, messages: report.diagnostics.map(({ code, text }) => `${code} ${text}`), report };
}

const answer = {
  choices: [{ message: { content: "hi" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 1, completion_tokens: 2 },
};
const chunk = (delta: object, more: object = {}) => ({ choices: [{ index: 0, delta, finish_reason: null }], ...more });

describe("what each file was taken for", () => {
  test("by its values, and an odd one by its neighbours", () => {
    const { result, messages } = check({
      "mixed.jsonl": [{ model: "m", messages: [{ role: "user" }] }, answer, { error: { code: "x" } }],
      "chunks.jsonl": [
        chunk({ content: "a" }, { usage: answer.usage }),
        { choices: null },
        chunk({}, { usage: answer.usage }),
      ],
    });
    expect(result.files.map(({ file, took }) => [file, took])).toEqual([
      ["mixed.jsonl", { request: 1, response: 1, chunk: 0, error: 1 }],
      ["chunks.jsonl", { request: 0, response: 0, chunk: 3, error: 0 }],
    ]);
    expect(messages).toContain("FBP3301 `/choices` is null in 1 of 3 chunks, and the contract allows only a list");
  });

  test("by --as, whatever it looks like", () => {
    const { result } = check({ "a.json": [{ hello: 1 }] }, { as: "response" });
    expect(result.totals.response).toBe(1);
  });

  test("a list stands for its items", () => {
    expect(check({ "a.json": JSON.stringify([answer, answer], null, 2) }).result.totals.response).toBe(2);
  });

  test("what has no shape is an error, for it was not checked", () => {
    expect(check({ "a.json": [{ hello: 1 }], "b.json": [42] }).messages).toEqual([
      "FBP3323 2 values cannot be told to be a request, an answer, a chunk or an error",
    ]);
  });
});

describe("what does not fit", () => {
  test("is gathered by place and cause, over files, with what was found", () => {
    const tool = (role: unknown) => ({ messages: [{ role: "user" }, { role }] });
    const { result, messages, report } = check({
      "a.jsonl": [tool("wizard"), tool("user"), tool("elf")],
      "b.jsonl": [tool("elf")],
    });
    expect(messages).toEqual([
      'FBP3302 `/messages/1/role` is "elf" or "wizard" in 3 of 4 requests, and the contract allows only "system", "developer", "user", "assistant", "tool" or "function"',
    ]);
    expect(result.misfits[0]).toMatchObject({
      found: [
        { what: '"elf"', count: 2 },
        { what: '"wizard"', count: 1 },
      ],
      first: { file: "a.jsonl", line: 1, item: null },
    });
    expect(report.diagnostics.map(({ span }) => textOf(span))).toEqual(['"enum"']);
  });

  test("positions that differ become a star", () => {
    const { messages } = check({ "a.json": [{ messages: [{ role: 1 }, { role: "user" }, { role: 2 }] }] });
    expect(messages).toEqual([
      expect.stringMatching(
        /^FBP3302 `\/messages\/\*\/role` is 1 or 2 in the one request, and the contract allows only /,
      ),
    ]);
  });

  test("nothing of a prompt, an answer or a key is in a message or in the result", () => {
    const prompt = "the patient is called Jo and the code is 1234";
    const key = "sk-abcdefghijklmnopqrstuvwxyz";
    const { result, messages } = check({
      "a.jsonl": [
        { messages: [{ role: prompt, content: prompt }], temperature: prompt, [prompt]: prompt },
        { messages: prompt, model: 5, tools: [{ type: key }] },
        { choices: [{ message: { content: { text: prompt } }, finish_reason: [prompt] }], usage: prompt },
        { status: 400, body: { error: { code: key, type: prompt, message: prompt, param: 1 } }, provider: key },
        { status: 500, body: prompt, expect: key },
      ],
    });
    const said = JSON.stringify([result, messages]);
    expect(messages.length).toBeGreaterThan(5);
    for (const secret of [prompt, "patient", key]) expect(said).not.toContain(secret);
  });
});

describe("the contract's own places", () => {
  test("an answer, a finish reason, a usage", () => {
    const without = { choices: [{ message: { content: "" } }] };
    const refused = { choices: [{ message: { content: null }, finish_reason: "content_filter" }], usage: answer.usage };
    expect(check({ "a.jsonl": [answer, without, refused] }).messages).toEqual([
      "FBP3307 nothing stands where the contract looks for the answer, in 1 of 3 answers",
      "FBP3308 no finish reason stands where the contract looks for it, in 1 of 3 answers",
      "FBP3309 no usage stands where the contract looks for it, in 1 of 3 answers",
    ]);
  });

  const event = (value: unknown) => `data: ${typeof value === "string" ? value : JSON.stringify(value)}\n\n`;
  const last = chunk({}, { choices: [{ delta: {}, finish_reason: "stop" }], usage: answer.usage });

  test("a stream's end, finish reason and usage", () => {
    const whole = event(chunk({ content: "a" })) + event(last) + event("[DONE]");
    const cut = event(chunk({ content: "a" })) + event(chunk({ content: "b" }));
    expect(check({ "whole.sse": whole }).messages).toEqual([]);
    expect(check({ "whole.sse": whole, "cut.sse": cut }).messages).toEqual([
      'FBP3311 the end marker "[DONE]" did not come in 1 of 2 streams',
      "FBP3308 no finish reason stands where the contract looks for it, in 1 of 2 streams",
      "FBP3309 no usage stands where the contract looks for it, in 1 of 2 streams",
    ]);
  });

  test("chunks without their framing cannot say that the end is missing", () => {
    expect(check({ "a.jsonl": [chunk({ content: "a" }), last] }).messages).toEqual([]);
  });

  test("of a stream that ended in an error nothing more is expected", () => {
    const broken = event(chunk({ content: "a" })) + event(chunk({ content: "b" })) + event({ error: { code: "x" } });
    const { messages, result } = check({ "a.sse": broken });
    expect(messages).toEqual([]);
    expect(result.signals).toMatchObject([
      { signal: "stream_interrupted", inStream: "after_first_token", status: 200 },
    ]);
  });

  test("an event by the name of error is one, and a role alone is no token", () => {
    const text = `${event(chunk({ role: "assistant", content: "" }))}event: error\n${event({ error: { type: "overloaded_error" } })}`;
    expect(check({ "a.sse": text }).result.signals).toMatchObject([
      { signal: "stream_interrupted", inStream: "before_first_token", type: "overloaded_error" },
    ]);
  });

  test("comments, and events that are no JSON", () => {
    expect(check({ "a.sse": `: PROCESSING\n\n${event(last)}${event("{oops")}` }).messages).toEqual([
      "FBP3321 1 value cannot be read as JSON: of an event's data",
    ]);
  });

  test("a contract without streams", () => {
    const { loaded } = load(localWith({ response: { stream: null } }));
    if (loaded === null) throw new Error("the contract does not load");
    expect(check({ "a.jsonl": [chunk({}), chunk({})] }, { contract: loaded }).messages).toEqual([
      "FBP3325 the contract describes no streams, and 2 chunks came",
    ]);
  });

  test("a request's id, where headers are known", () => {
    const row = (headers: object) => ({ status: 200, headers, body: answer });
    expect(check({ "a.jsonl": [row({ "X-Request-Id": "1" }), row({ date: "x" }), row({})] }).messages).toEqual([
      'FBP3312 the header "x-request-id" with the request\'s id did not come in 1 of 2 answers with headers',
    ]);
  });
});

describe("errors", () => {
  const row = (status: number, body: unknown, more: object = {}) => ({ status, body, ...more });

  test("each row gets its signal; bodies as text, as JSON in a text, and as JSON", () => {
    const { result } = check({
      "a.jsonl": [
        row(401, "<html>401</html>", { provider: "acme (nginx)" }),
        row(429, '{"error":{"code":"slow_down","type":"limits"}}'),
        row(500, { error: { code: 5 } }),
        row(200, { error: "broken" }),
      ],
    });
    expect(
      result.signals.map(({ provider, status, code, type, signal }) => [provider, status, code, type, signal]),
    ).toEqual([
      ["acme (nginx)", 401, null, null, "auth_or_account"],
      [null, 429, "slow_down", "limits", "rate_limited"],
      [null, 500, "5", null, "server_error"],
      [null, 200, null, null, "unusable_output"],
    ]);
  });

  test("are held against the schema of the error object, wherever it stands", () => {
    expect(check({ "a.jsonl": [row(400, [{ error: { message: 5 } }])] }).messages).toEqual([
      "FBP3301 `/0/error/message` is a whole number in the one error, and the contract allows only text or null",
    ]);
  });

  test("without an object, and without a status", () => {
    expect(check({ "a.jsonl": [row(418, { a: 1 })], "b.json": [{ error: { code: "x" } }] }).messages).toEqual([
      "FBP3310 no error object stands where the contract looks for it, in 1 of 2 errors",
      "FBP3315 no signal can be told for 1 error body: the status is not known",
    ]);
  });

  test("a row whose body is a stream", () => {
    const body = `data: ${JSON.stringify(chunk({ content: "a" }))}\n\ndata: {"error":{"code":"x"}}\n\n`;
    const { result } = check({ "a.jsonl": [row(200, body, { expect: "stream_interrupted" })] });
    expect(result.totals).toMatchObject({ chunk: 1, error: 1 });
    expect(result.signals).toMatchObject([
      { signal: "stream_interrupted", reads: "unusable_output", expected: ["stream_interrupted"] },
    ]);
  });

  test("what is expected: a signal, several, a declared one, a word that was mapped", () => {
    const { messages, result } = check(
      {
        "a.jsonl": [
          row(401, {}, { class: "auth_or_account" }),
          row(500, {}, { class: ["server_error", "transport_timeout"] }),
          row(404, {}, { class: "model_moved" }),
          row(429, {}, { class: "slow" }),
          row(402, {}, { class: "odd" }),
        ],
      },
      { field: "class", words: { slow: ["rate_limited", "quota_exhausted"] } },
    );
    expect(result.signals.map(({ expected }) => expected)).toEqual([
      ["auth_or_account"],
      ["server_error", "transport_timeout"],
      ["model_moved"],
      ["rate_limited", "quota_exhausted"],
      null,
    ]);
    expect(messages.filter((message) => !message.startsWith("FBP3310"))).toEqual([
      'FBP3314 "odd" is expected, and no signal is called so',
      "FBP3313 `client_invalid` is what the contract makes of 1 error, and `model_moved` was expected",
    ]);
  });
});

describe("files that hold no captures", () => {
  test("are told, each in its way", () => {
    const deep = `${"[".repeat(300)}${"]".repeat(300)}`;
    expect(
      check({ "a.json": "", "b.jsonl": "{", "c.json": "<html>", "d.json": deep, "e.json": " \n" }).messages,
    ).toEqual([
      'FBP3324 nothing is in "a.json"',
      "FBP3321 1 value cannot be read as JSON",
      "FBP3321 1 value cannot be read as JSON: it is HTML",
      "FBP3322 nested deeper than 200 levels: 1 value",
      'FBP3324 nothing is in "e.json"',
    ]);
  });

  test("places that differ without end are told up to a bound", () => {
    const open = load(localWith({ request: { schema: { additionalProperties: { type: "null" } } } }));
    if (open.loaded === null) throw new Error("the contract does not load");
    const wrong = Array.from({ length: 30 }, (_, row) => ({
      messages: [],
      ...Object.fromEntries(Array.from({ length: 10 }, (__, at) => [`f${row}_${at}`, 1])),
    }));
    const { result, messages } = check({ "a.jsonl": wrong }, { contract: open.loaded });
    expect(result.misfits).toHaveLength(200);
    expect(messages.at(-1)).toMatch(
      /^FBP3326 more than 200 different places do not fit; those of \d+ captures are not listed$/,
    );
  });
});
