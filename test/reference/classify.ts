/** Which signal a failure is: the lines of `signals`, the contract's conditions, the plain reading of HTTP. */

import type { tree } from "@fbp/dsl";
import type { Contract, ErrorCondition } from "../../packages/dsl/src/contract/document.ts";
import { type Facts, holds } from "./predicate.ts";

function field(error: unknown, name: string): unknown {
  return typeof error === "object" && error !== null && Object.hasOwn(error, name)
    ? (error as Record<string, unknown>)[name]
    : undefined;
}

function statusFits(pattern: number | string, status: number): boolean {
  if (typeof pattern === "number") return pattern === status;
  return /^[1-5]xx$/.test(pattern) ? Math.floor(status / 100) === Number(pattern[0]) : Number(pattern) === status;
}

function documentedFits(condition: ErrorCondition, { status, error, transport }: Facts): boolean {
  if (transport !== null) return false;
  const message = field(error, "message");
  const lower = typeof message === "string" ? message.toLowerCase() : null;
  return (
    (condition.status?.some((pattern) => statusFits(pattern, status)) ?? true) &&
    (condition.code?.some((code) => code === field(error, "code")) ?? true) &&
    (condition.type?.some((type) => type === field(error, "type")) ?? true) &&
    (condition.param?.some((param) => param === field(error, "param")) ?? true) &&
    (condition.message?.some((part) => lower?.includes(part.toLowerCase()) ?? false) ?? true)
  );
}

function standard({ transport, status }: Facts): string {
  if (transport !== null) return "transport_timeout";
  if ([408, 504, 524].includes(status)) return "transport_timeout";
  if ([401, 403].includes(status)) return "auth_or_account";
  if (status === 402) return "quota_exhausted";
  if (status === 429) return "rate_limited";
  if (status === 503 || status === 529) return "route_unavailable";
  if (status >= 500) return "server_error";
  if (status >= 200 && status < 300) return "unusable_output";
  return "client_invalid";
}

export function classify(block: tree.SignalsBlock | null, contract: Contract, facts: Facts): string {
  const lines: readonly { readonly kind: string }[] = block?.lines ?? [{ kind: "documented" }];
  for (const line of lines as readonly tree.SignalsLine[]) {
    if (line.kind === "signals_line" && (line.when === null || holds(line.when, facts))) return line.signal.text;
    if (line.kind === "documented") {
      const found = contract.errors.conditions.find((condition) => documentedFits(condition, facts));
      if (found !== undefined) return found.signal;
    }
    if (line.kind === "standard") break;
  }
  return standard(facts);
}
