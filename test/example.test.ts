/** The example service as a process of its own, against a provider that fails as each question says. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Outcome } from "@fbp/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type Behaviour,
  HEALTHY,
  Provider,
  type ProviderCall,
  refusal,
  SIXTY_WORDS_TEXT,
} from "./support/provider/index.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const OUTCOMES_IN = mkdtempSync(join(tmpdir(), "fbp-example-"));
const OUTCOMES = join(OUTCOMES_IN, "outcomes.jsonl");

/** What the first model does, by the question; the second one is healthy. */
const BY_QUESTION: Readonly<Record<string, Behaviour>> = {
  "Are you broken?": refusal(500, "boom", { type: "server_error" }),
  "Is my key bad?": refusal(401, "invalid_api_key"),
  "Do you throttle?": refusal(429, "rate_limit_exceeded"),
  "Will you stop halfway?": { kind: "streamed", stop: { afterTokens: 20, how: "close" } },
  "Will you fall silent?": { kind: "streamed", stop: { afterTokens: 20, how: "silence" } },
};

function choose({ model, request }: ProviderCall): Behaviour {
  const [message] = (request?.messages ?? []) as readonly { readonly content: string }[];
  return model === "model-a" ? (BY_QUESTION[message?.content ?? ""] ?? HEALTHY) : HEALTHY;
}

let provider: Provider;
let service: ChildProcess;
let output = "";
let address = "";

beforeAll(async () => {
  provider = await Provider.start({ choose });
  service = spawn(process.execPath, ["--conditions=@fbp/source", "examples/service/start.ts"], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      PROVIDER_URL: provider.url,
      PROVIDER_KEY: "k-0123456789",
      OUTCOMES,
      PORT: "0",
      TELEMETRY: "console",
    },
  });
  const listening = new Promise<string>((resolve, reject) => {
    const take = (piece: Buffer): void => {
      output += piece.toString();
      const found = /listening on (http:\S+)/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    };
    service.stdout?.on("data", take);
    service.stderr?.on("data", take);
    service.on("exit", () => reject(new Error(`the service has ended:\n${output}`)));
  });
  address = await listening;
});

afterAll(async () => {
  if (service.exitCode === null) service.kill("SIGKILL");
  await provider.close();
  rmSync(OUTCOMES_IN, { recursive: true, force: true });
});

const ask = (question: string, more: object = {}, init: RequestInit = {}): Promise<Response> =>
  fetch(`${address}/ask`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ question, ...more }),
    ...init,
  });

test("a question is answered", async () => {
  const response = await ask("Who are you?");
  expect(await response.json()).toEqual({ answer: SIXTY_WORDS_TEXT, source: "primary" });
});

test("where the first model is broken the second one answers", async () => {
  expect(await (await ask("Are you broken?")).json()).toEqual({ answer: SIXTY_WORDS_TEXT, source: "backup" });
});

test("a bad key is an error with its reason, and somebody is paged", async () => {
  const response = await ask("Is my key bad?");
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({ error: "invalid_api_key", reason: "bad_key" });
  expect(output).toContain('"page":"platform"');
});

test("what the caller pays for decides over a throttled request", async () => {
  expect(await (await ask("Do you throttle?")).json()).toMatchObject({ answer: expect.stringMatching(/^Too many questions/) });
  expect(await (await ask("Do you throttle?", { tier: "paid" })).json()).toMatchObject({ source: "backup" });
});

test("an answer is streamed", async () => {
  const response = await ask("Who are you?", { stream: true });
  expect(response.headers.get("content-type")).toContain("text/plain");
  expect(await response.text()).toBe(SIXTY_WORDS_TEXT);
});

test("an answer that breaks off is not taken for whole", async () => {
  const response = await ask("Will you stop halfway?", { stream: true });
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow();
});

test("a caller that leaves takes the call to the provider along", async () => {
  const left = new AbortController();
  const response = await ask("Will you fall silent?", { stream: true }, { signal: left.signal });
  await response.body?.getReader().read();
  left.abort();
  while (provider.counts.underWay > 0) await new Promise((resolve) => setImmediate(resolve));
  expect(provider.calls.at(-1)).toMatchObject({ end: "aborted" });
});

test("what is no question is refused", async () => {
  expect((await ask("")).status).toBe(400);
});

test("health and metrics tell of all of it", async () => {
  const health = (await (await fetch(`${address}/health`)).json()) as { counters: { results: object } };
  expect(health).toMatchObject({ status: "up", paths: [{ path: "primary", breaker: "closed" }, { path: "backup" }] });
  expect(health.counters.results).toEqual({ answer: 4, degraded: 1, deferred: 0, failure: 2, aborted: 1 });
  const metrics = await (await fetch(`${address}/metrics`)).text();
  expect(metrics).toContain(
    'fbp_requests_total{policy="chat",result="answer",source="backup",reason="primary_broken"} 1',
  );
});

test("it closes in order: one record and one span for each request, and the key in none of them", async () => {
  service.kill("SIGTERM");
  const [code] = (await once(service, "exit")) as [number | null];
  expect(code).toBe(0);
  expect(output.trimEnd().endsWith("closed")).toBe(true);
  const records = readFileSync(OUTCOMES, "utf8").trimEnd().split("\n");
  const outcomes = records.map((record) => JSON.parse(record) as Outcome);
  expect(outcomes.map(({ reason }) => reason)).toEqual([
    null,
    "primary_broken",
    "bad_key",
    "provider_limits",
    "provider_limits",
    null,
    "answer_broke_off",
    null,
  ]);
  expect(output.match(/name: 'fbp chat'/g)).toHaveLength(8);
  expect(output).not.toContain("k-0123456789");
  expect(records.join()).not.toContain("k-0123456789");
});
