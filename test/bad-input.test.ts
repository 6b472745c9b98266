/** What is no policy, no contract or no answer gets a clear message or a clear outcome, and no stack trace. */

import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pipeline, Readable } from "node:stream";
import { createFallback, type Policy, undiciTransport } from "@fbp/runtime";
import { describe, expect, it } from "vitest";
import { fbp } from "../packages/cli/src/testing/fbp.ts";
import { folderWith } from "../packages/cli/src/testing/folder.ts";
import { compilation, compileText } from "./support/compile.ts";

const LOCAL = readFileSync(join(import.meta.dirname, "../policies/contracts/local.contract.json"), "utf8");
const POLICY = readFileSync(join(import.meta.dirname, "../bench/chat.fbp"), "utf8");

async function check(files: Readonly<Record<string, string | Uint8Array>>): Promise<{ status: number; said: string }> {
  const cwd = folderWith({ "contracts/local.contract.json": LOCAL, ...files });
  const { status, out, err } = await fbp(["check", "chat.fbp"], { cwd });
  const said = out + err;
  expect(said).not.toMatch(/^\s+at .*:\d+:\d+/m);
  expect(said).not.toContain("node_modules");
  expect(said.length).toBeLessThan(100_000);
  return { status, said };
}

describe("a policy file", () => {
  it.each([
    ["that is missing", {}, 1, /chat\.fbp/],
    ["that is empty", { "chat.fbp": "" }, 1, /FBP\d{4}/],
    [
      "of binary data",
      { "chat.fbp": new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1, 2, 0xff, 0xfe]) },
      1,
      /FBP\d{4}|text/,
    ],
    ["of 10 MB", { "chat.fbp": "// nothing\n".repeat(1_000_000) }, 1, /large|1 MiB/],
    [
      "nested a thousand deep",
      { "chat.fbp": POLICY.replace("request.tools is absent", `${"(".repeat(1000)}sent${")".repeat(1000)}`) },
      1,
      /FBP1\d{3}/,
    ],
    ["of a thousand closing braces", { "chat.fbp": "}".repeat(1000) }, 1, /FBP1\d{3}/],
  ] as const)("%s", async (_, files, wanted, words) => {
    const { status, said } = await check(files);
    expect(status).toBe(wanted);
    expect(said).toMatch(words);
  });
});

const contractWith = (change: (contract: Record<string, unknown>) => void): string => {
  const contract = JSON.parse(LOCAL) as Record<string, unknown>;
  change(contract);
  return JSON.stringify(contract, null, 2);
};

const withResponse = (schema: unknown, defs: Record<string, unknown> = {}) =>
  contractWith((contract) => {
    (contract.response as { schema: unknown }).schema = schema;
    contract.$defs = { ...(contract.$defs as object), ...defs };
  });

describe("a contract", () => {
  it.each([
    ["that is missing", null, /FBP3\d{3}|FBP2\d{3}/],
    ["that is no JSON", '{ "fbp": 1, ', /FBP3\d{3}/],
    ["that is empty", "", /FBP3\d{3}/],
    ["with a $ref that leads nowhere", withResponse({ $ref: "#/$defs/nowhere" }), /nowhere/],
    ["with a $ref to another host", withResponse({ $ref: "https://example.com/a.json" }), /FBP3\d{3}/],
    [
      "with a $ref that only leads to itself",
      withResponse({ $ref: "#/$defs/a" }, { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } }),
      /FBP3\d{3}/,
    ],
    ["nested ten thousand deep", `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`, /FBP3\d{3}/],
  ] as const)("%s", async (_, text, words) => {
    const files = { "chat.fbp": POLICY, ...(text === null ? {} : { "contracts/local.contract.json": text }) };
    const cwd = folderWith(files);
    const { status, out, err } = await fbp(["check", "chat.fbp"], { cwd });
    expect(status).toBe(1);
    expect(out + err).toMatch(words);
    expect(out + err).not.toMatch(/^\s+at .*:\d+:\d+/m);
  });
});

it("the runtime refuses a policy of another format", () => {
  const policy = { ...compileText(POLICY), format: 99 } as unknown as Policy;
  expect(() => createFallback(policy, { transport: undiciTransport(), env: { FBP_LOCAL_KEY: "k" } })).toThrow(
    /format 99/,
  );
});

describe("a provider's body", () => {
  const MIB = 1 << 20;

  async function against(body: Iterable<Uint8Array>) {
    const server: Server = createServer((request, response) => {
      request.resume();
      response.writeHead(200, { "content-type": "application/json" });
      pipeline(Readable.from(body), response, () => {});
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    const { port } = server.address() as AddressInfo;
    const contract = LOCAL.replace(/"baseUrl": "[^"]*"/, `"baseUrl": "http://127.0.0.1:${port}"`);
    const [policy] = compilation(POLICY, { "contracts/local.contract.json": contract }).policies();
    if (policy === undefined) throw new Error("the policy does not compile");
    const transport = undiciTransport();
    const chat = createFallback(policy, { transport, env: { FBP_LOCAL_KEY: "k" } });
    const completion = await chat.complete({ messages: [{ role: "user", content: "hello" }] });
    await chat.close();
    await transport.close?.();
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
    return completion;
  }

  it("of 100 MB is unusable, and is not read to its end", async () => {
    let written = 0;
    function* hundred() {
      for (; written < 100; written++) yield new Uint8Array(MIB).fill(0x20);
    }
    const { outcome } = await against(hundred());
    expect(outcome).toMatchObject({ result: "failure", reason: "primary_failed" });
    expect(outcome.attempts[0]).toMatchObject({ signal: "unusable_output", check: "json" });
    expect(written).toBeLessThan(50);
  });

  it("of broken UTF-8 is unusable where the JSON is broken too", async () => {
    const { outcome } = await against([new Uint8Array([0xff, 0xfe, 0x7b, 0x80])]);
    expect(outcome.attempts[0]).toMatchObject({ signal: "unusable_output", check: "json" });
  });
});
