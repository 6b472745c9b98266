/** A soak on real sockets: requests at a steady rate against a provider in another process, and what is held meanwhile. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ProviderCounts } from "../../packages/cli/src/provider/index.ts";
import { type Holding, Load } from "./load.ts";

export interface SoakOptions {
  readonly seconds: number;
  /** Requests a second. */
  readonly rate: number;
  /** Requests that are open at once. */
  readonly mostOpen: number;
  readonly sampleEveryMs: number;
  readonly told?: (sample: Sample) => void;
}

export interface Sample extends Holding {
  readonly second: number;
  readonly providerOpen: number;
}

export interface Report {
  readonly started: number;
  readonly ended: Readonly<Record<string, number>>;
  /** Outcomes by result, source and reason. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Requests without an outcome, and outcomes that came twice or for no request. */
  readonly lost: number;
  readonly doubled: number;
  readonly attempts: number;
  readonly mostOpen: number;
  readonly mostAtProvider: number;
  readonly rejections: number;
  /** At rest, after the first half of the load, and the most that were open in it. */
  readonly before: Sample;
  readonly mostOpenBefore: number;
  readonly samples: readonly Sample[];
  /** At rest again, with nothing closed yet. */
  readonly after: Sample;
}

export async function soak(options: SoakOptions): Promise<Report> {
  const child = fork(fileURLToPath(new URL("./provider-process.ts", import.meta.url)), { stdio: "inherit" });
  let rejections = 0;
  const onRejection = () => {
    rejections += 1;
  };
  process.on("unhandledRejection", onRejection);
  try {
    const { url } = await told<{ url: string }>(child);
    const report = await against(url, () => ask<ProviderCounts>(child), options);
    return { ...report, rejections };
  } finally {
    process.off("unhandledRejection", onRejection);
    child.disconnect();
  }
}

async function against(
  url: string,
  counts: () => Promise<ProviderCounts>,
  { seconds, rate, mostOpen, sampleEveryMs, told: tell }: SoakOptions,
): Promise<Omit<Report, "rejections">> {
  const load = new Load(url);
  const beganMs = performance.now();
  const sample = async (): Promise<Sample> => {
    const { underWay } = await counts();
    return { second: Math.round((performance.now() - beganMs) / 1000), ...load.holds(), providerOpen: underWay };
  };
  const atRest = async (): Promise<Sample> => {
    await load.idle();
    const taken = await sample();
    tell?.(taken);
    return taken;
  };

  const samples: Sample[] = [];
  let sampledMs = performance.now();
  const watch = async (): Promise<void> => {
    if (performance.now() - sampledMs < sampleEveryMs) return;
    sampledMs = performance.now();
    const taken = await sample();
    samples.push(taken);
    tell?.(taken);
  };
  await load.run(seconds * 500, rate, mostOpen, watch);
  const before = await atRest();
  const mostOpenBefore = load.mostOpen;
  sampledMs = performance.now();
  await load.run(seconds * 500, rate, mostOpen, watch);
  const after = await atRest();
  await load.close();
  const { mostUnderWay: mostAtProvider } = await counts();
  const { started, ended, outcomes, lost, doubled, attempts } = load;
  return {
    started,
    ended,
    outcomes,
    lost,
    doubled,
    attempts,
    mostOpen: load.mostOpen,
    mostAtProvider,
    before,
    mostOpenBefore,
    samples,
    after,
  };
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
