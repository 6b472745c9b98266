/** Where the runtime runs: in every Node.js that it names, in a browser, and in bundles that take only what they use. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { runInNewContext } from "node:vm";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compilation } from "./support/compile.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const RUNTIME = join(ROOT, "packages/runtime");
const run = promisify(execFile);

const POLICY = `
contract local from "./contracts/local.contract.json"
path primary {
  contract local
  model    "model-a"
  timeout  8s
}
policy chat {
  start primary
  budget {
    deadline 20s
    attempts 2
    retries  1
  }
  repeat always
  stream visible
  on primary {
    any transient -> primary_failed -> retry else fail
    otherwise     -> failed -> fail
  }
}
`;

async function policyModule(): Promise<string> {
  const [module] = await compilation(POLICY).artefacts();
  return module?.text ?? "";
}

/** What a service's bundler makes of a module, for a browser. */
async function bundled(contents: string, globalName?: string) {
  const { outputFiles, metafile, warnings } = await build({
    stdin: { contents, resolveDir: join(ROOT, "test") },
    conditions: ["@fbp/source"],
    bundle: true,
    write: false,
    metafile: true,
    platform: "browser",
    target: "es2022",
    ...(globalName === undefined ? { format: "esm" as const } : { format: "iife" as const, globalName }),
    logLevel: "silent",
  });
  const [output] = Object.values(metafile.outputs);
  const inputs = Object.entries(output?.inputs ?? {});
  return {
    text: outputFiles[0]?.text ?? "",
    warnings,
    /** Files of which something is in it, below the runtime's sources. */
    files: inputs
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([file]) => file.replace(/^.*runtime\/src\//, "")),
    outside: Object.values(metafile.inputs).flatMap(({ imports }) => imports.filter((each) => each.external)),
  };
}

describe("a bundle takes what it uses and no more", () => {
  test("of an import that is not used, nothing", async () => {
    const { files } = await bundled('import "@fbp/runtime"; import "@fbp/runtime/core";');
    expect(files).toEqual([]);
  });

  test("of the core, nothing that does anything", async () => {
    const { files } = await bundled('export * from "@fbp/runtime/core";');
    expect(files.filter((file) => !file.startsWith("core/"))).toEqual([]);
    expect(files).toContain("core/machine.ts");
  });

  test("of the client, no transport, no sink, no store", async () => {
    const { files, outside } = await bundled('export { createFallback } from "@fbp/runtime";');
    const whatSinksAreHanded = "sink/invalid-output.ts";
    expect(
      files.filter((file) => /^(?:transport|sink|store|virtual)\//.test(file) && file !== whatSinksAreHanded),
    ).toEqual([]);
    expect(files).toContain("client.ts");
    expect(outside).toEqual([]);
  });
});

/** Only what a browser has; `fetch` is the test's own. */
const BROWSER = {
  AbortController,
  AbortSignal,
  DOMException,
  Headers,
  ReadableStream,
  Request,
  Response,
  TextDecoder,
  TextEncoder,
  URL,
  URLSearchParams,
  clearTimeout,
  crypto,
  performance,
  queueMicrotask,
  setTimeout,
};

test("in a browser it answers over fetch, with nothing of Node.js", async () => {
  const { text, warnings, outside } = await bundled(
    `export { createFallback } from "@fbp/runtime";
     export { fetchTransport } from "@fbp/runtime/fetch";`,
    "fbp",
  );
  expect([warnings, outside]).toEqual([[], []]);
  const policy = (await policyModule()).replace(/export \{[^}]*\};\s*$/, "");
  const asked: string[] = [];
  const fetch = (url: string, init: RequestInit): Promise<Response> => {
    asked.push(`${init.method} ${url}`);
    const answer = { choices: [{ index: 0, message: { role: "assistant", content: "hello" }, finish_reason: "stop" }] };
    return Promise.resolve(asked.length === 1 ? new Response("busy", { status: 503 }) : Response.json(answer));
  };
  const answered = runInNewContext(
    `${text}
     ${policy}
     const client = fbp.createFallback(chat, { transport: fbp.fetchTransport(), env: { FBP_LOCAL_KEY: "k" } });
     client.complete({ messages: [{ role: "user", content: "hi" }] })
       .then(({ kind, response, outcome }) =>
         JSON.stringify([kind, response?.choices[0].message.content, outcome.attempts.length]));`,
    { ...BROWSER, fetch },
  ) as Promise<string>;
  expect(JSON.parse(await answered)).toEqual(["answer", "hello", 2]);
  expect(asked).toHaveLength(2);
});

/** A request that is retried, one that streams, and the file of outcomes. */
const SMOKE = `
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createFallback, jsonlSink } from "@fbp/runtime";
import { fetchTransport } from "@fbp/runtime/fetch";
import policy from "./chat.policy.js";

let calls = 0;
const server = createServer(async (request, response) => {
  let body = "";
  for await (const part of request) body += part;
  calls += 1;
  if (calls === 1) return response.writeHead(503).end("busy");
  const choice = (key, finish) => ({ index: 0, [key]: { role: "assistant", content: "hello" }, finish_reason: finish });
  if (JSON.parse(body).stream !== true) {
    return response.setHeader("content-type", "application/json").end(JSON.stringify({ choices: [choice("message", "stop")] }));
  }
  response.setHeader("content-type", "text/event-stream");
  for (const each of [choice("delta", null), choice("delta", "stop")]) response.write("data: " + JSON.stringify({ choices: [each] }) + "\\n\\n");
  response.end("data: [DONE]\\n\\n");
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const baseUrl = "http://127.0.0.1:" + server.address().port;
const here = { ...policy, contracts: policy.contracts.map((contract) => ({ ...contract, baseUrl })) };
const chat = createFallback(here, { transport: fetchTransport(), sink: jsonlSink("outcomes.jsonl"), env: { FBP_LOCAL_KEY: "k" } });
const request = { messages: [{ role: "user", content: "hi" }] };
const { kind, outcome } = await chat.complete(request);
const said = [];
const stream = chat.stream(request);
for await (const { choices } of stream) said.push(choices[0].delta.content);
const completion = await stream.completion;
await chat.close();
server.closeAllConnections();
server.close();
const records = readFileSync("outcomes.jsonl", "utf8").trim().split("\\n").length;
console.log(JSON.stringify({ kind, attempts: outcome.attempts.length, said, streamed: completion.kind, records }));
`;

/** Every `node` on the path, and those of FBP_NODES (a list like PATH), by major version. */
async function nodes(): Promise<ReadonlyMap<number, string>> {
  const folders = [...(process.env.FBP_NODES ?? "").split(delimiter), ...(process.env.PATH ?? "").split(delimiter)];
  const found = new Map<number, string>();
  for (const command of [
    process.execPath,
    ...folders.filter((each) => each !== "").map((each) => join(each, "node")),
  ]) {
    if (!existsSync(command)) continue;
    const { stdout } = await run(command, ["--version"]).catch(() => ({ stdout: "" }));
    const major = Number(/^v(\d+)\./.exec(stdout)?.[1]);
    if (!Number.isNaN(major) && !found.has(major)) found.set(major, realpathSync(command));
  }
  return found;
}

const there = await nodes();

describe("what is built runs on Node.js", () => {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "fbp-nodes-")));

  beforeAll(async () => {
    if (!existsSync(join(RUNTIME, "dist/index.js")))
      throw new Error("packages/runtime is not built: run npm run build");
    mkdirSync(join(home, "node_modules/@fbp"), { recursive: true });
    symlinkSync(RUNTIME, join(home, "node_modules/@fbp/runtime"));
    writeFileSync(join(home, "package.json"), '{ "type": "module" }');
    writeFileSync(join(home, "chat.policy.js"), await policyModule());
    writeFileSync(join(home, "smoke.js"), SMOKE);
  });

  afterAll(() => rmSync(home, { recursive: true, force: true }));

  for (const major of [20, 22, 24]) {
    const command = there.get(major);
    if (command === undefined) {
      test.skip(`${major}: skipped, for there is none; FBP_NODES names the folder of one`, () => {});
      continue;
    }
    test(String(major), async () => {
      const cwd = mkdtempSync(join(home, "run-"));
      const env = { PATH: process.env.PATH ?? "" };
      const { stdout, stderr } = await run(command, ["../smoke.js"], { cwd, env });
      expect([stderr, JSON.parse(stdout)]).toEqual([
        "",
        { kind: "answer", attempts: 2, said: ["hello", "hello"], streamed: "answer", records: 2 },
      ]);
    });
  }
});
