/** The example service as a process of its own, against a provider that fails as each question says. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
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
} from "../packages/cli/src/provider/index.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const FOLDER = mkdtempSync(join(tmpdir(), "fbp-example-"));
const OUTCOMES = join(FOLDER, "outcomes.jsonl");

const KEY = "k-0123456789";

/** Which of them this machine has; the service does without, and then this test says less. */
const REDIS_SERVER = ["redis-server", "valkey-server"].find((name) => spawnSync(name, ["--version"]).status === 0);
const REDIS_SOCKET = join(FOLDER, "redis.sock");

/** A process that starts, with a compiler in it, may have to wait for its turn. */
const SLOW_MS = 90_000;

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
let service: Service;
let redis: ChildProcess | null = null;

beforeAll(async () => {
  provider = await Provider.start({ choose });
  if (REDIS_SERVER !== undefined) {
    redis = spawn(REDIS_SERVER, ["--port", "0", "--unixsocket", REDIS_SOCKET, "--save", "", "--dir", FOLDER]);
  }
  service = await Service.start({ OUTCOMES, TELEMETRY: "console" });
}, SLOW_MS);

afterAll(async () => {
  service?.kill();
  redis?.kill();
  await provider.close();
  rmSync(FOLDER, { recursive: true, force: true });
});

class Service {
  output = "";
  address = "";
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess) {
    this.#process = process;
  }

  static async start(env: Readonly<Record<string, string>>): Promise<Service> {
    const child = spawn(process.execPath, ["--conditions=@fbp/source", "examples/service/start.ts"], {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        PROVIDER_URL: provider.url,
        PROVIDER_KEY: KEY,
        PORT: "0",
        ...(redis === null ? {} : { REDIS_URL: REDIS_SOCKET }),
        ...env,
      },
    });
    const service = new Service(child);
    await new Promise<void>((resolve, reject) => {
      const take = (piece: Buffer): void => {
        service.output += piece.toString();
        service.address = /listening on (http:\S+)/.exec(service.output)?.[1] ?? "";
        if (service.address !== "") resolve();
      };
      child.stdout?.on("data", take);
      child.stderr?.on("data", take);
      child.on("exit", () => reject(new Error(`the service has ended:\n${service.output}`)));
    });
    return service;
  }

  ask(question: string, more: object = {}, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.address}/ask`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ question, ...more }),
      ...init,
    });
  }

  async health(): Promise<Health> {
    return (await (await fetch(`${this.address}/health`)).json()) as Health;
  }

  /** Asks it to close, and gives its exit status. */
  async stop(): Promise<number | null> {
    const ended = once(this.#process, "close");
    this.#process.kill("SIGTERM");
    const [code] = (await ended) as [number | null];
    return code;
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }
}

/** Lets what is on its way from the other process arrive. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Health {
  readonly status: string;
  readonly paths: readonly { readonly path: string; readonly breaker: string | null }[];
  readonly counters: { readonly results: object };
}

test("a question is answered", async () => {
  const response = await service.ask("Who are you?");
  expect(await response.json()).toEqual({ answer: SIXTY_WORDS_TEXT, source: "primary" });
});

test("where the first model is broken the second one answers", async () => {
  expect(await (await service.ask("Are you broken?")).json()).toEqual({ answer: SIXTY_WORDS_TEXT, source: "backup" });
});

test("a bad key is an error with its reason, and somebody is paged", async () => {
  const response = await service.ask("Is my key bad?");
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({ error: "invalid_api_key", reason: "bad_key" });
  while (!service.output.includes('"page":"platform"')) await turn();
});

test("what the caller pays for decides over a throttled request", async () => {
  expect(await (await service.ask("Do you throttle?")).json()).toMatchObject({
    answer: expect.stringMatching(/^Too many questions/),
  });
  expect(await (await service.ask("Do you throttle?", { tier: "paid" })).json()).toMatchObject({ source: "backup" });
});

test("an answer is streamed", async () => {
  const response = await service.ask("Who are you?", { stream: true });
  expect(response.headers.get("content-type")).toContain("text/plain");
  expect(await response.text()).toBe(SIXTY_WORDS_TEXT);
});

test("an answer that breaks off is not taken for whole", async () => {
  const response = await service.ask("Will you stop halfway?", { stream: true });
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow();
});

test("a caller that leaves takes the call to the provider along", async () => {
  const left = new AbortController();
  const response = await service.ask("Will you fall silent?", { stream: true }, { signal: left.signal });
  await response.body?.getReader().read();
  left.abort();
  while (provider.counts.underWay > 0) await turn();
  expect(provider.calls.at(-1)).toMatchObject({ end: "aborted" });
});

test("what is no question is refused", async () => {
  expect((await service.ask("")).status).toBe(400);
});

test("health and metrics tell of all of it", async () => {
  const health = await service.health();
  expect(health).toMatchObject({ status: "up", paths: [{ path: "primary", breaker: "closed" }, { path: "backup" }] });
  expect(health.counters.results).toEqual({ answer: 4, degraded: 1, deferred: 0, failure: 2, aborted: 1 });
  const metrics = await (await fetch(`${service.address}/metrics`)).text();
  expect(metrics).toContain(
    'fbp_requests_total{policy="chat",result="answer",source="backup",reason="primary_broken"} 1',
  );
});

test.skipIf(REDIS_SERVER === undefined)(
  "what another process finds out is known here, over Redis",
  async () => {
    const other = await Service.start({ OUTCOMES: join(FOLDER, "other.jsonl") });
    try {
      await Promise.all(Array.from({ length: 12 }, () => other.ask("Are you broken?")));
      while ((await service.health()).paths[0]?.breaker !== "open");
      expect(await other.stop()).toBe(0);
    } finally {
      other.kill();
    }
  },
  SLOW_MS,
);

test("it closes in order: one record and one span for each request, and the key in none of them", async () => {
  expect(await service.stop()).toBe(0);
  expect(service.output.trimEnd().endsWith("closed")).toBe(true);
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
  expect(service.output.match(/name: 'fbp chat'/g)).toHaveLength(8);
  expect(service.output).not.toContain(KEY);
  expect(records.join()).not.toContain(KEY);
});
