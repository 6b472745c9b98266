/** What a gateway's configuration comes to, before it is written as a policy. Times are milliseconds. */
import type { BuiltInSignal } from "@fbp/runtime/core";

export interface Plan {
  /** As people call it: `LiteLLM`. */
  readonly gateway: string;
  readonly contracts: readonly ContractNeed[];
  readonly paths: readonly PathNeed[];
  readonly policies: readonly PolicyNeed[];
  /** What differs in all of it, a paragraph each. */
  readonly notes: readonly string[];
}

/** A contract that is shipped, or one that extends it by an address and the name of a variable. */
export interface ContractNeed {
  /** As the policy names it. */
  readonly name: string;
  /** `openai.contract.json`, of those that are shipped. */
  readonly shipped: string;
  /** null: the shipped one as it is. */
  readonly overlay: Overlay | null;
  readonly notes: readonly string[];
}

export interface Overlay {
  readonly file: string;
  readonly endpoint: { readonly baseUrl: string; readonly path?: string } | null;
  readonly env: string | null;
}

export interface PathNeed {
  readonly name: string;
  readonly contract: string;
  readonly model: string;
  readonly timeoutMs: number;
  readonly contextWindow: number | null;
  /** null: as the contract has it, which says nothing. */
  readonly maxOutput: number | null;
  /** Nano-units of USD; null: the configuration does not say. */
  readonly price: { readonly inputNanosPerToken: number; readonly outputNanosPerToken: number } | null;
  readonly notes: readonly string[];
}

export interface PolicyNeed {
  readonly name: string;
  readonly doc: string;
  /** Names of paths, in the order in which requests come to them; the first is where they start. */
  readonly chain: readonly string[];
  readonly retries: number;
  readonly deadlineMs: number;
  readonly breakers: readonly BreakerNeed[];
  readonly rules: ReadonlyMap<string, readonly RuleNeed[]>;
  readonly before: Worst;
  readonly notes: readonly string[];
}

export interface BreakerNeed {
  readonly path: string;
  readonly minimumCalls: number;
  /** One of the two. */
  readonly failedPercent: number | null;
  readonly inARow: number | null;
  readonly openMs: number;
  readonly notes: readonly string[];
}

/** The rules of a path are made of what happens to each signal; those alike are written as one line. */
export interface RuleNeed {
  readonly signal: BuiltInSignal;
  /** A condition beside the signal; null: none. */
  readonly when: string | null;
  /** `retry after 1s..16s`; null: none. */
  readonly retry: string | null;
  /** Names of paths, each tried where the one before is not permitted. */
  readonly fallbacks: readonly string[];
  readonly notes: readonly string[];
}

/** The most that one request takes with the gateway's own rules. */
export interface Worst {
  readonly calls: number;
  /** null: nothing bounds it. */
  readonly ms: number | null;
}

/** As `policies.budget` will have it. */
export function after({ chain, retries, deadlineMs }: PolicyNeed): Worst {
  return { calls: chain.length + retries, ms: deadlineMs };
}

/** Room for every call to run into its timeout, and for every wait: no action comes too late by the deadline alone. */
export function deadlineOf(
  rules: PolicyNeed["rules"],
  paths: ReadonlyMap<string, PathNeed>,
  retries: number,
  waitsMs: number,
): number {
  const timeoutOf = (name: string): number => paths.get(name)?.timeoutMs ?? 0;
  const retried = [...rules]
    .filter(([, all]) => all.some(({ retry }) => retry !== null))
    .map(([name]) => timeoutOf(name));
  const once = [...rules.keys()].reduce((sum, name) => sum + timeoutOf(name), 0);
  return Math.ceil((once + retries * Math.max(0, ...retried) + waitsMs) / 1000) * 1000;
}

/** As the language writes it, in whole milliseconds: it has no shorter ones. */
export function time(ms: number): string {
  const whole = Math.max(1, Math.round(ms));
  return whole % 1000 === 0 ? `${whole / 1000}s` : `${whole}ms`;
}

export function retryAfter(fromMs: number, toMs: number): string {
  return `retry after ${time(fromMs)}..${time(Math.max(fromMs, toMs))}`;
}

/** What the policies come to: a path or a contract that is never used would be a warning. */
export function usedOf(
  contracts: readonly ContractNeed[],
  paths: readonly PathNeed[],
  policies: readonly PolicyNeed[],
): Pick<Plan, "contracts" | "paths"> {
  const chained = new Set(policies.flatMap(({ chain }) => chain));
  const used = paths.filter(({ name }) => chained.has(name));
  return { paths: used, contracts: contracts.filter(({ name }) => used.some(({ contract }) => contract === name)) };
}
