import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { aContract, aPolicy } from "../core/testing/policy.ts";
import { createFallback, memorySink, StreamError, UsageError } from "../index.ts";
import { A_REQUEST } from "../testing/world.ts";
import { type Piece, ScriptedTransport, VirtualClock, type WorldEvent } from "../virtual/index.ts";

const contract = aContract({ streamField: "stream", stream: { end: "[DONE]", fits: () => true } });
const VISIBLE = { mode: "visible", heldTokens: null, heldMs: null, skipBadChunks: false } as const;

const word = (content: string): object => ({ choices: [{ index: 0, delta: { content } }] });
const FINISH = { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] };

function pieces(count: number, ...last: readonly object[]): readonly Piece[] {
  const chunks = [...Array.from({ length: count }, (_, nth) => word(`${nth} `)), ...last];
  return chunks.map((chunk) => ({ data: `data: ${JSON.stringify(chunk)}\n\n`, afterMs: 1 }));
}

function aClient(...events: readonly WorldEvent[]) {
  const clock = new VirtualClock();
  const transport = new ScriptedTransport(clock, { primary: events });
  const policy = aPolicy({ stream: VISIBLE, contracts: [contract] });
  return { clock, transport, chat: createFallback(policy, { transport, clock, random: () => 0, env: {} }) };
}

describe("a stream", () => {
  test("is read in a loop that ends quietly after a whole answer", async () => {
    const { clock, chat } = aClient({ kind: "streams", pieces: pieces(3, FINISH) });
    const stream = chat.stream(A_REQUEST);
    clock.run();
    const read: unknown[] = [];
    for await (const chunk of stream) read.push(chunk);
    expect(read).toEqual([word("0 "), word("1 "), word("2 "), FINISH]);
    expect(await stream.started).toBe("streaming");
    expect(await stream.completion).toMatchObject({
      kind: "answer",
      response: { choices: [{ message: { content: "0 1 2 " } }] },
    });
    expect(chat.counters()).toMatchObject({ requests: 1, inFlight: 0 });
  });

  test("that breaks throws what the request came to, behind what was seen", async () => {
    const { clock, chat } = aClient({ kind: "streams", pieces: pieces(2), ends: "reset" });
    const stream = chat.stream(A_REQUEST);
    clock.run();
    const read: unknown[] = [];
    const reading = (async () => {
      for await (const chunk of stream) read.push(chunk);
    })();
    const error = await reading.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(StreamError);
    expect((error as StreamError).completion).toMatchObject({ kind: "failure", reason: "unforeseen" });
    expect((error as StreamError).message).toBe("the request ended as failure, reason unforeseen");
    expect(read).toHaveLength(2);
  });

  test("that never begins is over", async () => {
    const { clock, chat } = aClient({ kind: "returns", status: 401, body: {} });
    const stream = chat.stream(A_REQUEST);
    clock.run();
    expect(await stream.started).toBe("over");
    expect(await stream.completion).toMatchObject({ kind: "failure", status: 401 });
  });

  test("holds the provider up while nobody reads", async () => {
    const { clock, chat } = aClient({ kind: "streams", pieces: pieces(100, FINISH) });
    const stream = chat.stream(A_REQUEST);
    clock.advance(1000);
    expect(chat.counters().inFlight).toBe(1);
    const reading = stream[Symbol.asyncIterator]();
    let read = 0;
    for (let result = await reading.next(); result.done !== true; result = await reading.next()) {
      read++;
      clock.advance(10);
    }
    expect(read).toBe(101);
    expect(await stream.completion).toMatchObject({ kind: "answer" });
  });

  test("is given up by whoever leaves its loop", async () => {
    const { clock, transport, chat } = aClient({ kind: "streams", pieces: pieces(10, FINISH) });
    const stream = chat.stream(A_REQUEST);
    clock.advance(3);
    for await (const _ of stream) break;
    expect(transport.active).toBe(0);
    expect(await stream.completion).toMatchObject({ kind: "aborted" });
  });

  test("ends with the signal of its caller", async () => {
    const { clock, transport, chat } = aClient({ kind: "streams", pieces: pieces(10, FINISH) });
    const controller = new AbortController();
    const stream = chat.stream(A_REQUEST, { signal: controller.signal });
    clock.advance(3);
    controller.abort();
    expect(transport.active).toBe(0);
    await expect(stream.completion).resolves.toMatchObject({ kind: "aborted" });
  });

  test.each([
    ["long after the end", async () => {}],
    ["right after it", null],
  ])("that is given up %s is read to its end: half of an answer never ends quietly", async (_title, between) => {
    const { clock, chat } = aClient({ kind: "streams", pieces: pieces(3, FINISH) });
    const stream = chat.stream(A_REQUEST);
    const reading = stream[Symbol.asyncIterator]();
    clock.run();
    if (between !== null) await stream.completion;
    stream.abort();
    const read: unknown[] = [];
    for (let next = await reading.next(); next.done !== true; next = await reading.next()) read.push(next.value);
    expect(read).toEqual([word("0 "), word("1 "), word("2 "), FINISH]);
    expect(await stream.completion).toMatchObject({ kind: "answer" });
  });

  test("that is given up before its end is read no further", async () => {
    const { clock, chat } = aClient({ kind: "streams", pieces: pieces(3, FINISH) });
    const stream = chat.stream(A_REQUEST);
    const reading = stream[Symbol.asyncIterator]();
    clock.advance(3);
    expect(await reading.next()).toMatchObject({ value: word("0 ") });
    stream.abort();
    await expect(reading.next()).rejects.toThrow("the request ended as aborted");
    await expect(reading.next()).rejects.toThrow("the request ended as aborted");
  });

  test("can be read once", () => {
    const { chat } = aClient({ kind: "streams", pieces: [] });
    const stream = chat.stream(A_REQUEST);
    stream[Symbol.asyncIterator]();
    expect(() => stream[Symbol.asyncIterator]()).toThrow(UsageError);
    stream.abort();
  });

  test("leaves no rejection behind when nobody looks at it", async () => {
    const { clock, chat } = aClient({ kind: "returns", status: 500, body: {} });
    const rejected = vi.fn();
    process.on("unhandledRejection", rejected);
    chat.stream(A_REQUEST);
    clock.run();
    await chat.close();
    process.off("unhandledRejection", rejected);
    expect(rejected).not.toHaveBeenCalled();
  });
});

test("whatever its reader does, it has read a beginning of the answer, and all of it where the end was quiet", async () => {
  const deed = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom("read", "four", "later", "much later", "turn") },
    { weight: 1, arbitrary: fc.constantFrom("abort", "signal", "leave") },
  );
  const play = async (words: number, ends: "end" | "reset", mode: "visible" | "held", deeds: readonly string[]) => {
    const chunks = [...Array.from({ length: words }, (_, nth) => word(`${nth} `)), ...(ends === "end" ? [FINISH] : [])];
    const sent = chunks.map((chunk) => ({ data: `data: ${JSON.stringify(chunk)}\n\n`, afterMs: 1 }));
    const broken = ends === "reset" ? { ends } : {};
    const clock = new VirtualClock();
    const transport = new ScriptedTransport(clock, { primary: [{ kind: "streams", pieces: sent, ...broken }] });
    const policy = aPolicy({ stream: { ...VISIBLE, mode }, contracts: [contract] });
    const sink = memorySink();
    const chat = createFallback(policy, { transport, clock, random: () => 0, env: {}, sink });
    const controller = new AbortController();
    const stream = chat.stream(A_REQUEST, { signal: controller.signal });
    const reading = stream[Symbol.asyncIterator]();
    const read: unknown[] = [];
    let end: "quiet" | "error" | null = null;
    const next = (): void => {
      reading.next().then(
        ({ done, value }) => {
          if (done !== true) read.push(value);
          else end ??= "quiet";
        },
        () => {
          end ??= "error";
        },
      );
    };
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    for (const each of deeds) {
      if (each === "read") next();
      else if (each === "four") for (let nth = 0; nth < 4; nth++) next();
      else if (each === "later") clock.advance(1);
      else if (each === "much later") clock.advance(100);
      else if (each === "turn") await turn();
      else if (each === "abort") stream.abort();
      else if (each === "signal") controller.abort();
      else void reading.return?.();
    }
    for (let turns = 0; end === null || sink.outcomes.length === 0; turns++) {
      if (turns === 1000) throw new Error("nobody told the reader of the end");
      next();
      clock.advance(10);
      await turn();
    }
    const { kind } = await stream.completion;
    expect(read).toEqual(chunks.slice(0, read.length));
    expect(end).toBe(kind === "answer" ? "quiet" : "error");
    if (kind === "answer" && !deeds.includes("leave")) expect(read).toHaveLength(chunks.length);
    if (kind !== "answer" && mode === "held") expect(read).toEqual([]);
    expect([sink.outcomes.length, transport.active, clock.scheduled]).toEqual([1, 0, 0]);
  };
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.nat(8), fc.nat(70)),
      fc.constantFrom("end" as const, "reset" as const),
      fc.constantFrom("visible" as const, "held" as const),
      fc.array(deed, { maxLength: 16, size: "max" }),
      play,
    ),
    { numRuns: 300 },
  );
});

test("a request that is none throws at once", () => {
  const { chat } = aClient();
  expect(() => chat.stream(null as never)).toThrow(UsageError);
  expect(chat.counters().requests).toBe(0);
});
