import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nearest } from "./did-you-mean.ts";

describe("nearest", () => {
  it.each([
    ["mesage", ["message", "type"], "message"],
    ["stauts", ["status", "sent"], "status"],
    ["Status", ["sent", "status"], "status"],
    ["primry", ["backup", "primary"], "primary"],
    ["tset", ["test", "rest"], "test"],
    ["stat", ["stop", "state", "status"], "state"],
  ])("takes %s for the nearest of %j", (word, candidates, meant) => {
    expect(nearest(word, candidates)).toBe(meant);
  });

  it.each([
    ["backup", ["primary"]],
    ["a", ["b", "c"]],
    ["", ["a"]],
    ["foo", ["header", "error", "sent"]],
    ["status", ["status"]],
    ["x".repeat(65), ["x".repeat(64)]],
  ])("takes %s for none of %j", (word, candidates) => {
    expect(nearest(word, candidates)).toBeUndefined();
  });

  it("prefers the first of equally near ones", () => {
    expect(nearest("carx", ["cart", "card"])).toBe("cart");
  });

  it("finds a name of four letters or more again after one slip", () => {
    const name = fc.stringMatching(/^[a-z]{4,20}$/);
    fc.assert(
      fc.property(name, fc.nat(), fc.constantFrom("drop", "double", "swap"), (word, at, slip) => {
        const place = at % (word.length - 1);
        const [before, one, two, after] = [word.slice(0, place), word[place], word[place + 1], word.slice(place + 2)];
        const slips = { drop: `${before}${two}${after}`, double: `${before}${one}${one}${two}${after}` };
        const slipped = slip === "swap" ? `${before}${two}${one}${after}` : slips[slip as "drop" | "double"];
        fc.pre(slipped !== word);
        expect(nearest(slipped, ["#########", word])).toBe(word);
      }),
    );
  });
});
