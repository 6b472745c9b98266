import fc from "fast-check";
import { expect, test } from "vitest";
import { at } from "./pointer.ts";

const body = { error: { code: "x" }, list: [{ a: 1 }, null], nothing: null, "": 0 };

test.each<[readonly (string | number)[], unknown]>([
  [[], body],
  [["error", "code"], "x"],
  [["list", 0, "a"], 1],
  [["list", "0", "a"], 1],
  [["list", 1], null],
  [["list", 1, "a"], undefined],
  [["list", 2], undefined],
  [["list", -1], undefined],
  [["list", "length"], undefined],
  [["list", "map"], undefined],
  [["error", "code", "length"], undefined],
  [["error", "toString"], undefined],
  [["__proto__"], undefined],
  [["constructor", "name"], undefined],
  [["nothing", "x"], undefined],
  [[""], 0],
])("%j", (pointer, value) => {
  expect(at(body, pointer)).toEqual(value);
});

test("never throws, and finds nothing that JSON text does not hold", () => {
  const segment = fc.oneof(fc.constantFrom("length", "__proto__", "constructor", "a", "0"), fc.string(), fc.nat(3));
  fc.assert(
    fc.property(fc.jsonValue(), fc.array(segment, { maxLength: 5 }), (value, pointer) => {
      const found = at(value, pointer);
      expect(typeof found).not.toBe("function");
    }),
  );
});
