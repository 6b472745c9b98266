import { describe, expect, test } from "vitest";
import { LARGEST_DOCUMENT, LARGEST_POLICY, memoryHost, resolveName } from "./host.ts";

describe("a file's name, as another file writes it", () => {
  test.each([
    ["chat.fbp", "./contracts/a.json", "contracts/a.json"],
    ["policies/chat.fbp", "./contracts/a.json", "policies/contracts/a.json"],
    ["policies/chat.fbp", "../shared.fbp", "shared.fbp"],
    ["policies/chat.fbp", "contracts//./a.json", "policies/contracts/a.json"],
    ["a/b/c.fbp", "../../d.fbp", "d.fbp"],
    ["chat.fbp", "..data.json", "..data.json"],
  ])("%s: %s", (from, to, name) => {
    expect(resolveName(from, to)).toBe(name);
  });

  test.each([
    ["chat.fbp", "../outside.json"],
    ["policies/chat.fbp", "../../outside.json"],
    ["policies/chat.fbp", "x/../../../outside.json"],
    ["chat.fbp", "/etc/passwd"],
    ["chat.fbp", "C:/windows/system.ini"],
    ["chat.fbp", "c:secret"],
    ["chat.fbp", "..\\\\outside.json"],
    ["chat.fbp", "a\0.json"],
    ["chat.fbp", ""],
    ["chat.fbp", "."],
    ["policies/chat.fbp", ".."],
  ])("%s: %s lies outside", (from, to) => {
    expect(resolveName(from, to)).toBeNull();
  });
});

describe("files in memory", () => {
  const host = memoryHost({
    "a.fbp": "x",
    "b.fbp": "x\0",
    "c.fbp": "x".repeat(LARGEST_POLICY + 1),
    "d.json": "x".repeat(LARGEST_POLICY + 1),
  });

  test("are bounded as files on disk are", () => {
    expect(host.read("a.fbp")).toEqual({ kind: "text", text: "x" });
    expect(host.read("b.fbp")).toEqual({ kind: "binary" });
    expect(host.read("c.fbp")).toEqual({ kind: "too_large", limit: LARGEST_POLICY });
    expect(host.read("d.json").kind).toBe("text");
    expect(host.read("none")).toEqual({ kind: "missing" });
    expect(host.read("constructor")).toEqual({ kind: "missing" });
    expect(LARGEST_DOCUMENT).toBe(4 * 1024 * 1024);
  });

  test("have digests, also those that are no text for the compiler", () => {
    // printf x | sha256sum
    const digest = "sha256-2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
    expect(host.digest("a.fbp")).toEqual({ kind: "digest", digest });
    expect(host.digest("b.fbp").kind).toBe("digest");
    expect(host.digest("none")).toEqual({ kind: "missing" });
  });
});
