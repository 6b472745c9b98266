/** A soak on real sockets: requests at a steady rate against a provider in another process, and what is held meanwhile. */
import { type ChildProcess, fork } from "node:child_process";
import { getEventListeners } from "node:events";
import { fileURLToPath } from "node:url";
import { createFallback, type Outcome, undiciTransport } from "@fbp/runtime";
import type { ProviderCounts } from "../support/provider/index.ts";
import { call } from "./callers.ts";
import { soakPolicy } from "./policy.ts";

export interface SoakOptions {
  readonly seconds: number;
  /** Requests a second. */
  readonly rate: number;
  readonly sampleEveryMs: number;
  readonly told?: (sample: Sample) => void;
}

/** What is held at one moment, after the garbage was collected. */
export interface Sample {
  readonly second: number;
  readonly started: number;
  readonly open: number;
  readonly heapMb: number;
  readonly sockets: number;
  readonly timers: number;
  /** On the one signal that most requests share. */
  readonly listeners: number;
  readonly providerOpen: number;
}

export interface Report {
  readonly started: number;
  readonly ended: Readonly<Record<string, number>>;
  /** Outcomes by result, reason and source. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Requests without an outcome, and outcomes that came twice or for no request. */
  readonly lost: number;
  readonly doubled: number;
  readonly attempts: number;
  readonly mostOpen: number;
  readonly mostAtProvider: number;
  readonly rejections: number;
  readonly samples: readonly Sample[];
  /** When everything had ended, and idle connections had their time to go. */
  readonly after: Sample;
}

/** Idle connections go soon, so that those which stay are seen. */
const KEEP_ALIVE_MS = 500;
const MOST_IDLE_MS = 8000;

export async function soak(options: SoakOptions): Promise<Report> {
  const child = fork(fileURLToPath(new URL("./provider-process.ts", import.meta.url)), { stdio: "inherit" });
  try {
    const { url } = await told<{ url: string }>(child);
    return await against(url, () => ask<ProviderCounts>(child), options);
  } finally {
    child.disconnect();
  }
}

async function against(
  url: string,
  counts: () => Promise<ProviderCounts>,
  { seconds, rate, sampleEveryMs, told: tell }: SoakOptions,
): Promise<Report> {
  let rejections = 0;
  const onRejection = () => {
    rejections += 1;
  };
  process.on("unhandledRejection", onRejection);
  /** Requests that have no outcome yet. */
  const pending = new Set<string>();
  let made = 0;
  let doubled = 0;
  let attempts = 0;
  const outcomes: Record<string, number> = {};
  const sink = {
    write(outcome: Outcome) {
      attempts += outcome.attempts.length;
      const { result, reason, source } = outcome;
      const name = `${result}${source === null ? "" : ` from ${source}`}${reason === null ? "" : `, ${reason}`}`;
      outcomes[name] = (outcomes[name] ?? 0) + 1;
      if (!pending.delete(outcome.id)) doubled += 1;
    },
  };
  const ids = () => {
    made += 1;
    const id = `request-${made}`;
    pending.add(id);
    return id;
  };
  const transport = undiciTransport({ keepAliveMs: KEEP_ALIVE_MS });
  const chat = createFallback(soakPolicy(url), { transport, sink, ids, env: { FBP_LOCAL_KEY: "soak-key" } });
  const { signal: shared } = new AbortController();
  const ended: Record<string, number> = {};
  let started = 0;
  let open = 0;
  let mostOpen = 0;
  const samples: Sample[] = [];
  const beganMs = performance.now();

  const sample = async (): Promise<Sample> => {
    const { underWay } = await counts();
    collect();
    const resources = process.getActiveResourcesInfo();
    return {
      second: Math.round((performance.now() - beganMs) / 1000),
      started,
      open,
      heapMb: process.memoryUsage().heapUsed / 2 ** 20,
      sockets: resources.filter((name) => name === "TCPSocketWrap").length,
      timers: resources.filter((name) => name === "Timeout").length,
      listeners: getEventListeners(shared, "abort").length,
      providerOpen: underWay,
    };
  };

  let sampledMs = beganMs;
  for (;;) {
    const now = performance.now();
    if (now - beganMs >= seconds * 1000) break;
    const due = Math.floor(((now - beganMs) / 1000) * rate);
    for (; started < due; started += 1) {
      open += 1;
      mostOpen = Math.max(mostOpen, open);
      void call(chat, started, shared).then((kind) => {
        open -= 1;
        ended[kind] = (ended[kind] ?? 0) + 1;
      });
    }
    if (now - sampledMs >= sampleEveryMs) {
      sampledMs = now;
      const taken = await sample();
      samples.push(taken);
      tell?.(taken);
    }
    await pause(5);
  }

  while (open > 0) await pause(50);
  await chat.close();
  // Not closed before it is measured: what is idle must go by itself.
  let after = await sample();
  for (const idle = performance.now(); after.sockets > 0 && performance.now() - idle < MOST_IDLE_MS; ) {
    await pause(250);
    after = await sample();
  }
  await transport.close?.();
  const { mostUnderWay } = await counts();
  process.off("unhandledRejection", onRejection);
  return {
    started,
    ended,
    outcomes,
    lost: pending.size + started - made,
    doubled,
    attempts,
    mostOpen,
    mostAtProvider: mostUnderWay,
    rejections,
    samples,
    after,
  };
}

function collect(): void {
  if (globalThis.gc === undefined) throw new Error("start with --expose-gc");
  globalThis.gc();
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function told<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const gone = (code: number | null) => reject(new Error(`the provider ended with status ${code}`));
    child.once("exit", gone);
    child.once("message", (message) => {
      child.off("exit", gone);
      resolve(message as T);
    });
  });
}

function ask<T>(child: ChildProcess): Promise<T> {
  const answer = told<T>(child);
  child.send("counts");
  return answer;
}
