import { expect, test } from "vitest";
import { invalidOutput, SAMPLE_BYTES } from "./invalid-output.ts";

const sample = (text: string) =>
  invalidOutput({ id: "r1", traceId: null, path: "primary", attempt: 0, check: "json", text });

test("a short answer is kept as it is", () => {
  expect(sample("<html>é</html>")).toEqual({
    id: "r1",
    traceId: null,
    path: "primary",
    attempt: 0,
    check: "json",
    text: "<html>é</html>",
    cut: false,
  });
});

test.each([SAMPLE_BYTES, SAMPLE_BYTES + 1, 10 * SAMPLE_BYTES])(
  "an answer of %d characters is cut to the bound",
  (length) => {
    const { text, cut } = sample("é".repeat(length));
    expect(Buffer.byteLength(text)).toBe(SAMPLE_BYTES);
    expect(cut).toBe(true);
  },
);

test("one that just fits is whole", () => {
  expect(sample(". ".repeat(SAMPLE_BYTES / 2))).toMatchObject({ cut: false });
});

test("what looks like a key is taken out, also where the cut would divide it", () => {
  expect(sample("here: sk-abcdefghijkl").text).toBe("here: [redacted]");
  const { text } = sample(`${". ".repeat(SAMPLE_BYTES / 2 - 4)} sk-abcdefghijkl`);
  expect(text).not.toContain("sk-");
});
