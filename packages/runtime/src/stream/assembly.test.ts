import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Assembly, chunksOf } from "./assembly.ts";

type Json = Readonly<Record<string, unknown>>;

function assembled(chunks: readonly unknown[]): Assembly {
  const assembly = new Assembly();
  for (const chunk of chunks) assembly.add(chunk);
  return assembly;
}

const answerOf = (chunks: readonly unknown[]): unknown => assembled(chunks).answer();

/** One chunk with one choice. */
const chunk = (delta: unknown, rest: Json = {}): Json => ({ choices: [{ index: 0, delta, ...rest }] });
const deltas = (...all: readonly unknown[]): Json[] => all.map((delta) => chunk(delta));

function messageOf(...all: readonly unknown[]): unknown {
  const answer = answerOf(deltas(...all)) as { choices: { message: unknown }[] };
  return answer.choices[0]?.message;
}

const call = (index: number | null, rest: Json): Json => ({ tool_calls: [index === null ? rest : { index, ...rest }] });
const named = (id: string, name: string, text = ""): Json => ({
  id,
  type: "function",
  function: { name, arguments: text },
});
const more = (text: string): Json => ({ function: { arguments: text } });

describe("the whole answer", () => {
  test("has the texts joined, the finish reason, and the usage from an empty chunk", () => {
    const frame = { id: "c-1", object: "chat.completion.chunk", created: 5, model: "m" };
    const chunks = [
      { ...frame, ...chunk({ role: "assistant", content: "" }), usage: null },
      { ...frame, ...chunk({ content: "Hel" }), usage: null },
      { ...frame, ...chunk({ content: "lo" }), usage: null },
      { ...frame, ...chunk({}, { finish_reason: "stop" }), usage: null },
      { ...frame, choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } },
    ];
    expect(answerOf(chunks)).toEqual({
      id: "c-1",
      object: "chat.completion",
      created: 5,
      model: "m",
      choices: [{ index: 0, message: { role: "assistant", content: "Hello" }, finish_reason: "stop" }],
      usage: { prompt_tokens: 1, completion_tokens: 2 },
    });
  });

  test("has the role once, however often it is repeated, and is the assistant's where nobody said", () => {
    expect(messageOf({ role: "assistant", content: "a" }, { role: "assistant", content: "b" })).toEqual({
      role: "assistant",
      content: "ab",
    });
    expect(messageOf({ content: "a" })).toEqual({ role: "assistant", content: "a" });
    expect(messageOf({ role: null, content: null })).toEqual({ role: "assistant", content: null });
  });

  test("keeps reasoning, refusals and texts that nobody knows apart, each joined", () => {
    expect(
      messageOf(
        { reasoning_content: "Thin", content: null },
        { reasoning_content: "king" },
        { refusal: "I ", thoughts: "x" },
        { refusal: "can't", thoughts: "y" },
      ),
    ).toEqual({ role: "assistant", content: null, reasoning_content: "Thinking", refusal: "I can't", thoughts: "xy" });
  });

  test("joins a content that comes as lists, part by part", () => {
    expect(
      messageOf(
        { content: [{ type: "thinking", thinking: [{ type: "text", text: "2+2" }] }] },
        { content: [{ type: "thinking", thinking: [{ type: "text", text: " is" }] }] },
        { content: [{ type: "text", text: "It" }] },
        { content: [{ type: "text", text: " is 4" }] },
        { content: "" },
        { content: "." },
        {
          content: [
            { type: "image_url", image_url: { url: "a" } },
            { type: "image_url", image_url: { url: "b" } },
          ],
        },
      ),
    ).toEqual({
      role: "assistant",
      content: [
        { type: "thinking", thinking: [{ type: "text", text: "2+2 is" }] },
        { type: "text", text: "It is 4." },
        { type: "image_url", image_url: { url: "a" } },
        { type: "image_url", image_url: { url: "b" } },
      ],
    });
    expect(messageOf({ content: "a" }, { content: [{ type: "text", text: "b" }] })).toEqual({
      role: "assistant",
      content: [{ type: "text", text: "ab" }],
    });
  });

  test("has the first of the other fields that says something, and no padding", () => {
    const chunks = [
      { id: "", model: "", object: "", created: 0, choices: [], prompt_filter_results: [1], obfuscation: "xx" },
      { id: "c", model: "m", object: "chat.completion.chunk", created: 7, ...chunk({ content: "a" }) },
      { id: "d", citations: ["e"], ...chunk({}) },
    ];
    expect(answerOf(chunks)).toEqual({
      id: "c",
      model: "m",
      object: "chat.completion",
      created: 7,
      choices: [{ index: 0, message: { role: "assistant", content: "a" }, finish_reason: null }],
      prompt_filter_results: [1],
      citations: ["e"],
    });
  });

  test("takes the last usage that is one: some providers count up", () => {
    const chunks = [{ usage: { completion_tokens: 1 } }, { usage: { completion_tokens: 2 } }, { usage: null }];
    expect(answerOf(chunks)).toEqual({ usage: { completion_tokens: 2 } });
  });

  test("has the choices by their index, each with its own finish reason and log probabilities", () => {
    const chunks = [
      { choices: [{ index: 1, delta: { content: "b" }, logprobs: { content: [{ token: "b", logprob: -1 }] } }] },
      { choices: [{ index: 0, delta: { content: "a" }, logprobs: null }] },
      {
        choices: [
          { index: 0, delta: {}, finish_reason: "stop" },
          { index: 1, delta: { content: "c" }, logprobs: { content: [{ token: "c", logprob: -2 }] } },
        ],
      },
      { choices: [{ index: 1, delta: {}, finish_reason: "length" }] },
    ];
    expect(answerOf(chunks)).toEqual({
      choices: [
        { index: 0, message: { role: "assistant", content: "a" }, finish_reason: "stop", logprobs: null },
        {
          index: 1,
          message: { role: "assistant", content: "bc" },
          finish_reason: "length",
          logprobs: {
            content: [
              { token: "b", logprob: -1 },
              { token: "c", logprob: -2 },
            ],
          },
        },
      ],
    });
  });

  test("does not say a message twice that stands beside its deltas", () => {
    const cumulative = ["a", "ab"].map((content, at) => ({
      choices: [{ index: 0, delta: { content: content[at] }, message: { role: "assistant", content } }],
    }));
    expect(answerOf(cumulative)).toMatchObject({ choices: [{ message: { content: "ab" } }] });
    expect(answerOf([{ choices: [{ message: { role: "assistant", content: "whole" } }] }])).toMatchObject({
      choices: [{ message: { content: "whole" } }],
    });
  });
});

describe("tool calls", () => {
  const weather = { id: "t1", type: "function", function: { name: "weather", arguments: '{"at":1}' } };
  const clock = { id: "t2", type: "function", function: { name: "clock", arguments: "{}" } };

  test.each<[string, readonly Json[], readonly unknown[]]>([
    ["in fragments", [call(0, named("t1", "weather")), call(0, more('{"at"')), call(0, more(":1}"))], [weather]],
    ["whole", [{ tool_calls: [weather] }], [weather]],
    ["two at once", [{ tool_calls: [weather, clock] }], [weather, clock]],
    [
      "whose id and name are repeated, or empty",
      [call(0, named("t1", "weather", '{"at"')), call(0, named("t1", "weather", ":1")), call(0, named("", "", "}"))],
      [weather],
    ],
    [
      "whose fragments are mixed",
      [
        call(1, named("t2", "clock", "{")),
        call(0, named("t1", "weather", "{")),
        call(1, more("}")),
        call(0, more('"at":1}')),
      ],
      [weather, clock],
    ],
    ["all at index 0", [call(0, named("t1", "weather", '{"at":1}')), call(0, named("t2", "clock", "{}"))], [weather, clock]], // biome-ignore format: one a line
    [
      "whose every fragment has an id of its own",
      [call(0, named("t1", "weather", '{"at"')), call(0, { id: "other", ...more(":1}") })],
      [weather],
    ],
    [
      "without an index",
      [
        call(null, named("t1", "weather", '{"at"')),
        call(null, more(":1}")),
        call(null, named("t2", "clock", "{")),
        call(null, { id: "t2", ...more("}") }),
      ],
      [weather, clock],
    ],
    ["from an index above 0", [call(3, named("t1", "weather", '{"at"')), call(3, more(":1}"))], [weather]],
  ])("%s", (_, pieces, calls) => {
    expect(messageOf(...pieces)).toEqual({ role: "assistant", content: null, tool_calls: calls });
  });

  test("of the older form", () => {
    expect(
      messageOf({ function_call: { name: "f", arguments: "" } }, { function_call: { arguments: "{" } }, { function_call: { arguments: "}" } }), // biome-ignore format: one a line
    ).toEqual({ role: "assistant", content: null, function_call: { name: "f", arguments: "{}" } });
  });

  test("null for none stays null", () => {
    expect(messageOf({ tool_calls: null }, { tool_calls: null })).toMatchObject({ tool_calls: null });
    expect(messageOf(call(0, weather), { tool_calls: null })).toMatchObject({ tool_calls: [weather] });
  });
});

describe("what has come so far", () => {
  test("a role, an empty text and a chunk without choices are no token", () => {
    expect(assembled(deltas({ role: "assistant" }, { content: "", refusal: null })).hasToken).toBe(false);
    expect(assembled([{ id: "x", model: "m", choices: [] }]).hasToken).toBe(false);
    expect(assembled(deltas(call(0, { id: "t1", type: "function", index: 0 }))).hasToken).toBe(false);
  });

  test.each([
    [{ content: "a" }],
    [{ reasoning_content: "a" }],
    [{ refusal: "a" }],
    [{ thoughts: "a" }],
    [{ content: [{ type: "text", text: "a" }] }],
    [call(0, named("t1", "weather"))],
    [call(0, more("{"))],
    [{ function_call: { name: "f" } }],
  ])("%j is one", (delta) => {
    expect(assembled(deltas(delta)).hasToken).toBe(true);
  });

  test("tokens are a quarter of the bytes of all texts, rounded up", () => {
    expect(assembled(deltas({ role: "assistant", content: "12345678" })).tokens).toBe(2);
    expect(assembled(deltas({ content: "1234" }, { content: "5" })).tokens).toBe(2);
    expect(assembled(deltas({ content: "\ud83d" }, { content: "\ude00" })).tokens).toBe(1);
    expect(assembled(deltas({ reasoning_content: "1234" }, call(0, named("id", "12", "34")))).tokens).toBe(2);
  });

  test("an answer is finished when each choice that began has a finish reason", () => {
    expect(assembled([]).finished).toBe(false);
    expect(assembled([{ choices: [], usage: {} }]).finished).toBe(false);
    expect(assembled([chunk({ content: "a" })]).finished).toBe(false);
    expect(assembled([chunk({}, { finish_reason: "" })]).finished).toBe(false);
    expect(assembled([chunk({}, { finish_reason: "stop" })]).finished).toBe(true);
    const second = { choices: [{ index: 1, delta: { content: "b" } }] };
    expect(assembled([chunk({}, { finish_reason: "stop" }), second]).finished).toBe(false);
  });
});

describe("whatever the chunks hold", () => {
  const value = fc.jsonValue({ maxDepth: 6 });
  const name = fc.constantFrom(
    "choices",
    "delta",
    "index",
    "id",
    "content",
    "tool_calls",
    "function",
    "__proto__",
    "type",
  );
  const odd = fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 6 },
      value,
      fc.array(tie("node"), { maxLength: 3 }),
      fc.array(fc.tuple(name, tie("node")), { maxLength: 4 }).map((pairs) => Object.fromEntries(pairs)),
    ),
  })).node;

  test("nothing throws, nothing reaches a prototype, and the chunks stay as they were", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            odd,
            odd.map((delta) => chunk(delta)),
          ),
          { maxLength: 6 },
        ),
        (chunks) => {
          const before = JSON.stringify(chunks);
          const answer = answerOf(chunks);
          expect(JSON.stringify(chunks)).toBe(before);
          expect(Object.getPrototypeOf(answer)).toBe(Object.prototype);
          expect(() => JSON.stringify(answer)).not.toThrow();
          for (const each of chunks) chunksOf(each);
        },
      ),
      { numRuns: 400 },
    );
    expect(({} as Json).content).toBeUndefined();
  });

  test("nesting without end is kept, not followed", () => {
    const deep = JSON.parse(`${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`) as unknown;
    expect(() => answerOf([chunk(deep), chunk(deep), { a: deep }])).not.toThrow();
  });

  test("200,000 pieces of one text are no long work", () => {
    const assembly = new Assembly();
    const piece = chunk({ content: "abcd", ...call(0, more("1234")) });
    for (let i = 0; i < 200_000; i++) assembly.add(piece);
    expect(assembly.tokens).toBe(400_000);
    expect(JSON.stringify(assembly.answer()).length).toBeGreaterThan(1_600_000);
  });
});

// Answers of every kind, and each way to say one in chunks.

const text = fc.string({ minLength: 1, maxLength: 30, unit: "grapheme" });

const toolCalls = fc
  .array(fc.record({ name: fc.constantFrom("weather", "clock"), text }), { minLength: 1, maxLength: 3 })
  .map((calls) =>
    calls.map((each, at) => ({
      id: `call_${at}`,
      type: "function",
      function: { name: each.name, arguments: each.text },
    })),
  );

const message = fc.record(
  {
    role: fc.constant("assistant"),
    content: fc.oneof(
      fc.constant(null),
      text,
      fc.tuple(text, text).map(([thinking, said]) => [
        { type: "thinking", thinking: [{ type: "text", text: thinking }] },
        { type: "text", text: said },
      ]),
    ),
    reasoning_content: text,
    refusal: fc.oneof(fc.constant(null), text),
    tool_calls: toolCalls,
    function_call: fc.record({ name: fc.constant("f"), arguments: text }),
  },
  { requiredKeys: ["role", "content"] },
);

const answers = fc.record(
  {
    id: fc.constant("chatcmpl-1"),
    object: fc.constant("chat.completion"),
    model: fc.constant("m"),
    choices: fc
      .array(fc.record({ message, finish_reason: fc.constantFrom("stop", "length", "tool_calls") }), {
        minLength: 1,
        maxLength: 3,
      })
      .map((choices) => choices.map((choice, index) => ({ index, ...choice }))),
    usage: fc.record({ prompt_tokens: fc.nat(), completion_tokens: fc.nat() }),
  },
  { requiredKeys: ["choices", "object"] },
);

type Answer = typeof answers extends fc.Arbitrary<infer Type> ? Type : never;

/** The pieces of one message, in order: the first of each thing names it. `cut` says into how long ones texts fall. */
function piecesOf(whole: Answer["choices"][number]["message"], cut: () => number): unknown[] {
  const all: unknown[] = [{ role: "assistant" }];
  const say = (value: string, delta: (piece: string) => unknown): void => {
    for (let from = 0; from < value.length; ) {
      const to = from + cut();
      all.push(delta(value.slice(from, to)));
      from = to;
    }
  };
  for (const [name, value] of Object.entries(whole)) {
    if (name === "role") continue;
    if (value === null) all.push({ [name]: null });
    else if (typeof value === "string") say(value, (piece) => ({ [name]: piece }));
    else if (name === "tool_calls") {
      for (const [index, each] of (value as { function: { arguments: string } }[]).entries()) {
        all.push(call(index, { ...each, function: { ...each.function, arguments: "" } }));
        say(each.function.arguments, (piece) => call(index, more(piece)));
      }
    } else if (name === "function_call") {
      all.push({ function_call: { ...(value as Json), arguments: "" } });
      say((value as { arguments: string }).arguments, (piece) => ({ function_call: { arguments: piece } }));
    } else {
      for (const part of value as { type: string; text?: string; thinking?: { text: string }[] }[]) {
        if (part.text !== undefined) say(part.text, (piece) => ({ content: [{ type: "text", text: piece }] }));
        else
          say(part.thinking?.[0]?.text ?? "", (piece) => ({
            content: [{ type: "thinking", thinking: [{ type: "text", text: piece }] }],
          }));
      }
    }
  }
  return all;
}

function chunked(answer: Answer, cut: () => number): unknown[] {
  const { choices, usage, ...rest } = answer;
  const frame = { ...rest, object: "chat.completion.chunk" };
  const queues = choices.map((choice) => [
    ...piecesOf(choice.message, cut).map((delta) => ({ index: choice.index, delta, finish_reason: null })),
    { index: choice.index, delta: {}, finish_reason: choice.finish_reason },
  ]);
  const chunks: unknown[] = [];
  while (queues.some((queue) => queue.length > 0)) {
    const from = queues.filter((queue) => queue.length > 0);
    const next = from[cut() % from.length]?.shift();
    chunks.push({ ...frame, choices: [next] });
  }
  return usage === undefined ? chunks : [...chunks, { ...frame, choices: [], usage }];
}

describe("an answer said in chunks", () => {
  test("is the answer again, whatever way it was cut", () => {
    fc.assert(
      fc.property(answers, fc.infiniteStream(fc.integer({ min: 1, max: 9 })), (answer, sizes) => {
        const cut = (): number => sizes.next().value as number;
        const assembly = assembled(chunked(answer, cut));
        expect(assembly.answer()).toEqual(answer);
        expect(assembly.finished).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  test("all at once is the answer again", () => {
    fc.assert(
      fc.property(answers, (answer) => {
        const assembly = assembled(chunksOf(answer));
        expect(assembly.answer()).toEqual(answer);
        expect(assembly.finished).toBe(true);
      }),
    );
  });

  test("begins with the message, ends with the finish reason and the usage", () => {
    const answer = {
      id: "c",
      object: "chat.completion",
      choices: [
        { index: 0, message: { role: "assistant", tool_calls: [named("t", "f")] }, finish_reason: "tool_calls" },
      ],
      usage: { prompt_tokens: 1 },
    };
    const frame = { id: "c", object: "chat.completion.chunk" };
    const delta = { role: "assistant", ...call(0, named("t", "f")) };
    expect(chunksOf(answer)).toEqual([
      { ...frame, choices: [{ index: 0, delta, finish_reason: null }] },
      { ...frame, choices: [{ index: 0, delta: {}, finish_reason: "tool_calls" }], usage: { prompt_tokens: 1 } },
    ]);
  });

  test("is one chunk where it is no answer", () => {
    for (const other of [null, "a", [], {}, { choices: [] }, { choices: "a" }])
      expect(chunksOf(other)).toEqual([other]);
  });
});
