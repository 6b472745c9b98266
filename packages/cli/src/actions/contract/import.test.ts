import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadContract, Report } from "@fbp/dsl";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { fbp } from "../../testing/fbp.ts";
import { folderWith } from "../../testing/folder.ts";

const FIXTURES = join(import.meta.dirname, "fixtures");
const ACME = readFileSync(join(FIXTURES, "acme-3.0.yaml"), "utf8");
const ORBIT = readFileSync(join(FIXTURES, "orbit-3.1.json"), "utf8");

const project = (more: Readonly<Record<string, string | Uint8Array>> = {}) =>
  folderWith({ "acme.yaml": ACME, "orbit.json": ORBIT, ...more });

const importing = (cwd: string, ...argv: readonly string[]) => fbp(["contract", "import", ...argv], { cwd });

/** What is said of a contract when it is loaded. */
function loading(text: string): readonly string[] {
  const report = new Report();
  loadContract({ name: "made.contract.json", text }, report);
  return report.diagnostics.map(({ code, text: said }) => `${code} ${said}`);
}

describe("a contract to a file", () => {
  test("is written, loads without a word, and is told in a few lines", async () => {
    const cwd = project();
    const { status, out, err } = await importing(cwd, "acme.yaml", "--out", "contracts/acme.contract.json");
    expect({ status, err }).toEqual({ status: 0, err: "" });
    expect(loading(readFileSync(join(cwd, "contracts/acme.contract.json"), "utf8"))).toEqual([]);
    await expect(out).toMatchFileSnapshot("./snapshots/import.txt");
  });

  test("names the document by its place in the project, with the digest of its bytes", async () => {
    const cwd = project();
    await importing(cwd, "acme.yaml", "--out", "acme.contract.json");
    const { auth } = JSON.parse(readFileSync(join(cwd, "acme.contract.json"), "utf8"));
    expect(auth.verification).toMatchObject({
      status: "pending_review",
      source: [
        { title: "Acme AI API 1.4.0", file: "acme.yaml", digest: expect.stringMatching(/^sha256-[0-9a-f]{64}$/) },
      ],
    });
    // The digest is the one that `contract status` compares.
    const { out } = await fbp(["contract", "status", "acme.contract.json", "--json"], { cwd });
    expect(JSON.parse(out).diagnostics).toEqual([]);
  });

  test("that is there already is left, unless --force says otherwise", async () => {
    const cwd = project({ "acme.contract.json": "{}" });
    expect(await importing(cwd, "acme.yaml", "--out", "acme.contract.json")).toEqual({
      status: 1,
      out: "",
      err: "fbp: acme.contract.json is there already; --force replaces it, with all that was verified in it\n",
    });
    expect(readFileSync(join(cwd, "acme.contract.json"), "utf8")).toBe("{}");
    expect((await importing(cwd, "acme.yaml", "--out", "acme.contract.json", "--force")).status).toBe(0);
    expect(readFileSync(join(cwd, "acme.contract.json"), "utf8")).toContain('"name": "acme"');
  });

  test("is only told of with --dry-run", async () => {
    const cwd = project();
    const { status, out } = await importing(cwd, "acme.yaml", "--out", "acme.contract.json", "--dry-run");
    expect(status).toBe(0);
    expect(out).toContain("would write acme.contract.json from POST /chat/completions (createChatCompletion)");
    expect(existsSync(join(cwd, "acme.contract.json"))).toBe(false);
  });
});

describe("a contract to standard output", () => {
  test("is all that goes there", async () => {
    const { status, out, err } = await importing(project(), "orbit.json", "--path", "/v2/chat/completions");
    expect(status).toBe(0);
    expect(loading(out)).toEqual([]);
    expect(err).toContain("orbit from POST /v2/chat/completions (createChat)");
  });

  test("from standard input, which is no file to name", async () => {
    const { out } = await fbp(["contract", "import", "-"], { input: ACME });
    expect(JSON.parse(out).auth.verification.source).toEqual([
      { title: "Acme AI API 1.4.0", digest: expect.stringMatching(/^sha256-/) },
    ]);
  });

  test("as data, with all that was found", async () => {
    const { out } = await importing(project(), "orbit.json", "--operation", "createChat", "--json");
    expect(JSON.parse(out)).toMatchObject({
      version: 1,
      document: "orbit.json",
      operation: "POST /v2/chat/completions (createChat)",
      file: null,
      written: false,
      contract: { name: "orbit" },
      diagnostics: [{ code: "FBP3365" }],
    });
  });
});

test("OpenAPI 3.1 keeps what JSON Schema has, and counts names of places anew", async () => {
  const { out } = await importing(
    project(),
    "orbit.json",
    "--operation",
    "createChat",
    "--chunk-schema",
    "ChatCompletionChunk",
  );
  const { auth, endpoint, request, response, errors, limits, $defs } = JSON.parse(out);
  expect(endpoint).toMatchObject({ baseUrl: "https://orbit.test/openai", path: "/v2/chat/completions" });
  expect(auth).toMatchObject({ header: "x-orbit-key", scheme: "", env: "ORBIT_API_KEY" });
  expect(request.schema).toEqual({ $ref: "#/$defs/ChatRequest" });
  expect(response).toMatchObject({
    usage: { input: "/usage/input_tokens", output: "/usage/output_tokens" },
    requestIdHeader: "request-id",
    stream: { end: "[DONE]", chunk: { $ref: "#/$defs/ChatCompletionChunk" } },
  });
  expect(errors).toMatchObject({ at: [""], schema: { $ref: "#/$defs/Failure" } });
  expect(limits.headers["retry-after-ms"]).toEqual({ retryHint: "milliseconds" });
  expect($defs.ChatRequest).toMatchObject({
    unevaluatedProperties: false,
    properties: {
      model: { $ref: "#/$defs/ChatRequest.model" },
      metadata: { patternProperties: { "^x-": { type: "string" } } },
    },
  });
  expect($defs["ChatRequest.message"]).toHaveProperty("then.properties.name", false);
  expect(JSON.stringify($defs)).not.toContain("$id");
});

describe("JSON and YAML", () => {
  const withoutSource = (text: string) => text.replace(/^ *"(?:file|digest)": .*\n/gm, "");

  test("give the same contract", async () => {
    const yaml = await import("yaml");
    const cwd = project({
      "acme.json": JSON.stringify(yaml.parse(ACME, { merge: true })),
      "orbit.yaml": stringify(JSON.parse(ORBIT)),
    });
    for (const [json, other] of [
      ["acme.json", "acme.yaml"],
      ["orbit.json", "orbit.yaml"],
    ] as const) {
      const argv = ["--path", json === "acme.json" ? "/chat/completions" : "/v2/chat/completions"];
      const [a, b] = [await importing(cwd, json, ...argv), await importing(cwd, other, ...argv)];
      expect(a.status).toBe(0);
      expect(withoutSource(a.out)).toBe(withoutSource(b.out));
    }
  });
});

describe("lenient", () => {
  test("accepts what a strict contract refuses", async () => {
    const answer = {
      choices: [{ message: { content: [{ type: "text", text: "hi" }] }, finish_reason: "eos", more: 1 }],
      usage: null,
    };
    const cwd = project({ "answer.json": JSON.stringify(answer) });
    for (const [name, status, ...more] of [
      ["strict", 1],
      ["lenient", 0, "--lenient"],
    ] as const) {
      await importing(cwd, "acme.yaml", "--out", `${name}.json`, ...more);
      expect((await fbp(["contract", "check", `${name}.json`, "answer.json"], { cwd })).status).toBe(status);
    }
  });
});

describe("what cannot be imported", () => {
  test.each<[string, Readonly<Record<string, string | Uint8Array>>, string, string]>([
    ["a file that is not there", {}, "none.yaml", 'FBP3370: "none.yaml" cannot be read: there is no such file'],
    [
      "a file that is no text",
      { "a.yaml": new Uint8Array([0]) },
      "a.yaml",
      'FBP3370: "a.yaml" cannot be read: it is no text',
    ],
    ["a text that is neither", { "a.yaml": 'a: "b' }, "a.yaml", "FBP3359: this is neither JSON nor YAML: "],
    ["an empty file", { "a.yaml": "" }, "a.yaml", "FBP3351: this is neither OpenAPI nor a JSON Schema"],
    ["a document that holds itself", { "a.yaml": "openapi: 3.1.0\npaths: &a\n  b: *a\n" }, "a.yaml", "FBP33"],
    [
      "a document that is nested without end",
      { "a.json": `${"[".repeat(5000)}${"]".repeat(5000)}` },
      "a.json",
      "FBP3360: this document is nested deeper than 200 levels",
    ],
  ])("%s", async (_, files, name, message) => {
    const { status, out, err } = await importing(project(files), name, "--out", "made.json");
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toContain(`error ${message}`);
  });

  test("a document too large", async () => {
    const { status, err } = await importing(project({ "a.json": " ".repeat(17 * 1024 * 1024) }), "a.json");
    expect(status).toBe(1);
    expect(err).toContain("it is larger than 16 MiB");
  });
});

test("a contract that has to be mended is written all the same, and what is wrong is shown in it", async () => {
  const cwd = project({ "a.yaml": ACME.replace("https://{region}.api.acme.test/v1", "http://api.acme.test/v1") });
  const { status, out } = await importing(cwd, "a.yaml", "--out", "a.contract.json");
  expect(status).toBe(1);
  expect(out).toContain("error FBP3020: the base address is plain http to another machine\n");
  expect(out).toMatch(/--> a\.contract\.json:\d+:\d+/);
  expect(existsSync(join(cwd, "a.contract.json"))).toBe(true);
});
