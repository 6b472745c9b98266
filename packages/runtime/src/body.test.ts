import fc from "fast-check";
import { expect, test } from "vitest";
import { Body } from "./body.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

test("a body is the same in whatever pieces it comes, cut at the bound", () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 30 });
  fc.assert(
    fc.property(pieces, fc.integer({ min: 0, max: 600 }), (chunks, limit) => {
      const body = new Body();
      const fitted = chunks.map((chunk) => body.add(chunk, limit));
      const whole = Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
      expect(body.text()).toBe(new TextDecoder().decode(whole.subarray(0, limit)));
      expect(fitted.every(Boolean)).toBe(whole.length <= limit);
    }),
  );
});

test("a character that is torn between pieces is whole again", () => {
  const body = new Body();
  for (const byte of bytesOf("a€b😀c")) body.add(Uint8Array.of(byte), 100);
  expect(body.text()).toBe("a€b😀c");
});

test("pieces are copied: what the sender's memory holds later does not matter", () => {
  const body = new Body();
  const memory = bytesOf("xy");
  body.add(bytesOf("ab"), 100);
  body.add(memory, 100);
  memory.fill(0);
  expect(body.text()).toBe("abxy");
});

test("nothing at all is an empty text", () => {
  expect(new Body().text()).toBe("");
});
