import { describe, expect, test } from "vitest";
import { resolveUri, splitFragment } from "./uri.ts";

describe("a reference seen from a base", () => {
  const BASE = "http://a/b/c/d;p?q";

  // RFC 3986, section 5.4, without the fragments.
  test.each([
    ["g:h", "g:h"],
    ["g", "http://a/b/c/g"],
    ["./g", "http://a/b/c/g"],
    ["g/", "http://a/b/c/g/"],
    ["/g", "http://a/g"],
    ["//g", "http://g"],
    ["?y", "http://a/b/c/d;p?y"],
    ["g?y", "http://a/b/c/g?y"],
    [";x", "http://a/b/c/;x"],
    ["", "http://a/b/c/d;p?q"],
    [".", "http://a/b/c/"],
    ["./", "http://a/b/c/"],
    ["..", "http://a/b/"],
    ["../g", "http://a/b/g"],
    ["../..", "http://a/"],
    ["../../g", "http://a/g"],
    ["../../../g", "http://a/g"],
    ["/./g", "http://a/g"],
    ["/../g", "http://a/g"],
    ["g.", "http://a/b/c/g."],
    [".g", "http://a/b/c/.g"],
    ["..g", "http://a/b/c/..g"],
    ["./../g", "http://a/b/g"],
    ["./g/.", "http://a/b/c/g/"],
    ["g/./h", "http://a/b/c/g/h"],
    ["g/../h", "http://a/b/c/h"],
    ["g;x=1/../y", "http://a/b/c/y"],
    ["g?y/../x", "http://a/b/c/g?y/../x"],
  ])("%s is %s", (reference, absolute) => expect(resolveUri(BASE, reference)).toBe(absolute));

  test.each([
    ["", "item.json", "item.json"],
    ["", "", ""],
    ["schemas/root.json", "item.json", "schemas/item.json"],
    ["http://a", "g", "http://a/g"],
    ["urn:example:root", "urn:example:part", "urn:example:part"],
    ["urn:example:root", "", "urn:example:root"],
    ["HTTP://EXAMPLE.com/Path", "g", "http://example.com/g"],
    ["file:///c:/folder/file.json", "other.json", "file:///c:/folder/other.json"],
  ])("from %j, %j is %j", (base, reference, absolute) => expect(resolveUri(base, reference)).toBe(absolute));
});

test("a fragment is apart", () => {
  expect(splitFragment("a#b#c")).toEqual({ uri: "a", fragment: "b#c" });
  expect(splitFragment("#")).toEqual({ uri: "", fragment: "" });
  expect(splitFragment("a")).toEqual({ uri: "a", fragment: null });
});
