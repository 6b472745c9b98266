import fc from "fast-check";
import { expect, test } from "vitest";
import { hull, isWithin, overlap, parts, type Sizes } from "./sizes.ts";

const sizes: fc.Arbitrary<Sizes> = fc
  .tuple(fc.nat(20), fc.nat(20), fc.nat(20), fc.nat(20))
  .map(([prompt, output, more, longer]) => ({
    least: { prompt, output },
    most: { prompt: prompt + more, output: output + longer },
  }));
const turning = fc.record({
  prompts: fc.array(fc.nat(40), { maxLength: 3 }),
  outputs: fc.array(fc.nat(40), { maxLength: 3 }),
});

function holds({ least, most }: Sizes, prompt: number, output: number): boolean {
  return least.prompt <= prompt && prompt <= most.prompt && least.output <= output && output <= most.output;
}

test("parts hold every size once, and no turning point lies inside of one", () => {
  fc.assert(
    fc.property(sizes, turning, (whole, points) => {
      const made = parts(whole, [points]);
      for (let prompt = whole.least.prompt; prompt <= whole.most.prompt; prompt++) {
        for (let output = whole.least.output; output <= whole.most.output; output++) {
          expect(made.filter((part) => holds(part, prompt, output))).toHaveLength(1);
        }
      }
      for (const part of made) {
        expect(isWithin(whole, part)).toBe(true);
        expect(points.prompts.some((at) => part.least.prompt <= at && at < part.most.prompt)).toBe(false);
        expect(points.outputs.some((at) => part.least.output <= at && at < part.most.output)).toBe(false);
      }
    }),
  );
});

test("an overlap is in both, and both are in the hull", () => {
  fc.assert(
    fc.property(sizes, sizes, (a, b) => {
      const both = overlap(a, b);
      const all = hull(a, b);
      expect([isWithin(all, a), isWithin(all, b)]).toEqual([true, true]);
      if (both !== null) expect([isWithin(a, both), isWithin(b, both)]).toEqual([true, true]);
      else
        expect(
          a.most.prompt < b.least.prompt ||
            b.most.prompt < a.least.prompt ||
            a.most.output < b.least.output ||
            b.most.output < a.least.output,
        ).toBe(true);
    }),
  );
});
