import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LARGEST_COPY, LARGEST_DOCUMENT, LARGEST_POLICY } from "./host.ts";
import { nodeHost } from "./node.ts";

let folder = "";
let root = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fbp-host-"));
  root = join(folder, "project");
  mkdirSync(join(root, "sub"), { recursive: true });
  writeFileSync(join(folder, "secret.json"), "{}");
  writeFileSync(join(root, "a.fbp"), "policy");
  writeFileSync(join(root, "empty.fbp"), "");
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const read = (name: string) => nodeHost(root).read(name);

test("reads text, also none", () => {
  expect(read("a.fbp")).toEqual({ kind: "text", text: "policy" });
  expect(read("empty.fbp")).toEqual({ kind: "text", text: "" });
});

test("leaves out a byte order mark", () => {
  writeFileSync(join(root, "bom.fbp"), "\ufeffpolicy");
  expect(read("bom.fbp")).toEqual({ kind: "text", text: "policy" });
});

test("says that a file is missing", () => {
  expect(read("none.fbp")).toEqual({ kind: "missing" });
  expect(read("a.fbp/b.fbp")).toEqual({ kind: "missing" });
});

test("takes bytes that are no text for binary", () => {
  writeFileSync(join(root, "nul.fbp"), "a\0b");
  writeFileSync(join(root, "latin.fbp"), Buffer.from([0x61, 0xe9, 0x62]));
  expect(read("nul.fbp")).toEqual({ kind: "binary" });
  expect(read("latin.fbp")).toEqual({ kind: "binary" });
});

test("gives the digest of a file's bytes, whatever they are", () => {
  // printf '\xef\xbb\xbfa\0' | sha256sum
  writeFileSync(join(root, "page.pdf"), Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0]));
  const known = createHash("sha256")
    .update(Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0]))
    .digest("hex");
  expect(nodeHost(root).digest("page.pdf")).toEqual({ kind: "digest", digest: `sha256-${known}` });
  expect(nodeHost(root).digest("none.pdf")).toEqual({ kind: "missing" });
  expect(nodeHost(root).digest("sub").kind).toBe("unreadable");
  expect(nodeHost(root).digest("../secret.json")).toEqual({
    kind: "unreadable",
    why: "it lies outside the project's root",
  });
  truncateSync(join(root, "page.pdf"), LARGEST_COPY + 1);
  expect(nodeHost(root).digest("page.pdf")).toEqual({ kind: "too_large", limit: LARGEST_COPY });
});

test("reads no more than the bound", () => {
  writeFileSync(join(root, "full.fbp"), "a".repeat(LARGEST_POLICY));
  writeFileSync(join(root, "large.fbp"), "a".repeat(10 * LARGEST_POLICY));
  writeFileSync(join(root, "large.json"), "a".repeat(LARGEST_DOCUMENT + 1));
  expect(read("full.fbp").kind).toBe("text");
  expect(read("large.fbp")).toEqual({ kind: "too_large", limit: LARGEST_POLICY });
  expect(read("large.json")).toEqual({ kind: "too_large", limit: LARGEST_DOCUMENT });
});

test("reads nothing outside of the root", () => {
  symlinkSync(join(folder, "secret.json"), join(root, "link.json"));
  symlinkSync(folder, join(root, "up"));
  symlinkSync(join(root, "a.fbp"), join(root, "sub/inside.fbp"));
  expect(read("../secret.json").kind).toBe("unreadable");
  expect(read("/etc/passwd").kind).toBe("unreadable");
  expect(read("link.json")).toEqual({ kind: "unreadable", why: "it leads outside the project's root" });
  expect(read("up/secret.json").kind).toBe("unreadable");
  expect(read("sub/inside.fbp").kind).toBe("text");
});

test("does not hang on what is no plain file", () => {
  expect(read("sub")).toEqual({ kind: "unreadable", why: "it is no plain file" });
  execFileSync("mkfifo", [join(root, "pipe.fbp")]);
  expect(read("pipe.fbp")).toEqual({ kind: "unreadable", why: "it is no plain file" });
});

test("says in words why the system refuses a file", () => {
  symlinkSync("circle.fbp", join(root, "circle.fbp"));
  expect(read("circle.fbp")).toEqual({ kind: "unreadable", why: "its symbolic links form a circle" });
  expect(read(`${"a".repeat(300)}.fbp`)).toEqual({ kind: "unreadable", why: "its name is too long" });
});

test.skipIf(process.getuid?.() === 0)("says that permission is denied (skipped for root, who may read all)", () => {
  writeFileSync(join(root, "mine.fbp"), "x");
  chmodSync(join(root, "mine.fbp"), 0);
  expect(read("mine.fbp")).toEqual({ kind: "unreadable", why: "permission denied" });
});

test("a root that is no folder is told at once", () => {
  expect(() => nodeHost(join(folder, "none"))).toThrow(/ENOENT/);
});
