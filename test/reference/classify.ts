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

function documentedFits(condition: ErrorCondition, { status, error, transport, headers }: Facts): boolean {
  if (transport !== null) return false;
  const message = field(error, "message");
  const lower = typeof message === "string" ? message.toLowerCase() : null;
  return (
    (condition.status?.some((pattern) => statusFits(pattern, status)) ?? true) &&
    (condition.inBand === undefined || statusFits("2xx", status)) &&
    (condition.code?.some((code) => code === field(error, "code")) ?? true) &&
    (condition.type?.some((type) => type === field(error, "type")) ?? true) &&
    (condition.param?.some((param) => param === field(error, "param")) ?? true) &&
    (condition.message?.some((part) => lower?.includes(part.toLowerCase()) ?? false) ?? true) &&
    (condition.body === undefined || /^<(!doctype html|html|head|title)/.test(lower ?? "")) &&
    Object.entries(condition.header ?? {}).every(([name, wanted]) => {
      const value = headers[name.toLowerCase()]?.toLowerCase();
      if (value === undefined || wanted === "present") return value !== undefined;
      return wanted.some((beginning) => value.startsWith(beginning.toLowerCase()));
    })
  );
}

/** Section "The standard reading" of docs/language.md, row by row. */
function standard({ transport, status, error }: Facts): string {
  if (transport !== null) return "transport_timeout";
  const names = [field(error, "code"), field(error, "type")];
  const named = (...wanted: string[]) => names.some((name) => wanted.includes(name as string));
  const message = field(error, "message");
  const says = (...parts: string[]) =>
    typeof message === "string" && parts.some((part) => message.toLowerCase().includes(part));
  const answered = status >= 200 && status < 300;

  if (named("invalid_api_key", "authentication_error", "permission_error")) return "auth_or_account";
  if (says("incorrect api key", "invalid api key")) return "auth_or_account";
  if (named("insufficient_quota", "1113")) return "quota_exhausted";
  if (says("exceeded your current quota", "insufficient balance")) return "quota_exhausted";
  if (named("context_length_exceeded", "content_filter")) return "client_invalid";
  if (says("maximum context length", "request too large")) return "client_invalid";
  if (status >= 200 && status <= 500 && ![401, 402, 403, 408, 429].includes(status)) {
    if (named("rate_limit_exceeded")) return "rate_limited";
    if (named("overloaded_error")) return "route_unavailable";
    if (named("server_error", "internal_error", "internal_server_error")) return "server_error";
    if (says("server had an error", "internal server error")) return "server_error";
  }
  if ((answered || status === 500) && named("invalid_request_error", "invalid_request")) return "client_invalid";
  if (answered) {
    const code = field(error, "code");
    if (code === 401 || code === 403) return "auth_or_account";
    if (code === 402) return "quota_exhausted";
    if ([400, 404, 413, 422].includes(code as number)) return "client_invalid";
    return "unusable_output";
  }
  if ([408, 504, 524].includes(status)) return "transport_timeout";
  if ([401, 403].includes(status)) return "auth_or_account";
  if (status === 402) return "quota_exhausted";
  if (status === 429) return "rate_limited";
  if (status === 503 || status === 529) return "route_unavailable";
  if (status >= 500) return "server_error";
  return "client_invalid";
}

/** Does the provider perhaps charge for such a failed call? */
export function mayBeCharged(contract: Contract, facts: Facts): boolean {
  if (!facts.sent) return false;
  const taken = contract.errors.conditions.find((condition) => documentedFits(condition, facts));
  if (taken?.charged !== undefined) return taken.charged !== "no";
  return facts.status < 300 || contract.limits.charges.failed !== "no";
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
