/** Errors in the shape of the chat-completion API, as its clients read them. */
import type { Outcome } from "../core/outcome.ts";
import type { SignalClass } from "../core/signals.ts";
import type { Completion, PolicyTypes } from "../types.ts";

export interface Problem {
  readonly status: number;
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly code: string;
    readonly param: string | null;
  };
}

export function problem(
  status: number,
  type: string,
  code: string,
  message: string,
  param: string | null = null,
): Problem {
  return { status, error: { message, type, code, param } };
}

/** What came of a request that was not answered; what is aborted is no problem but an exception. */
export type Unanswered = Extract<Completion<PolicyTypes>, { readonly kind: "failure" | "deferred" | "degraded" }>;

/**
 * Of the ways to say "somebody else does it later", this is one that no client repeats by itself, and
 * none takes for an answer: under 202 they would look for one.
 */
const DEFERRED_STATUS = 424;

export function problemOf(completion: Unanswered): Problem {
  const { outcome } = completion;
  if (completion.kind === "deferred") {
    return problem(DEFERRED_STATUS, "deferred", "deferred", `${reasonOf(outcome)}: deferred to ${completion.to}`);
  }
  if (completion.kind === "degraded")
    return problem(CLASSES.health.status, "server_error", "degraded", completion.text);
  const { signal, of } = decidedBy(outcome);
  const { status, type } = CLASSES[of];
  const { error } = completion;
  const told = [`${reasonOf(outcome)}: ${signal}${placeOf(outcome)}`, error?.message].filter(Boolean).join(": ");
  return problem(
    keeps(of, completion.status) ? completion.status : (SIGNALS.get(signal) ?? status),
    error?.type ?? type,
    error?.code ?? signal,
    told,
    error?.param ?? null,
  );
}

const CLASSES: Readonly<Record<SignalClass, { readonly status: number; readonly type: string }>> = {
  transient: { status: 502, type: "server_error" },
  output_defect: { status: 502, type: "server_error" },
  health: { status: 503, type: "server_error" },
  capacity: { status: 429, type: "rate_limit_error" },
  // Clients repeat what came with 429.
  quota: { status: 402, type: "insufficient_quota" },
  route_limit: { status: 400, type: "invalid_request_error" },
  client_defect: { status: 400, type: "invalid_request_error" },
  auth_defect: { status: 401, type: "authentication_error" },
};

/** Signals that have a status of their own, unlike the rest of their class. */
const SIGNALS: ReadonlyMap<string, number> = /* @__PURE__ */ new Map([
  ["transport_timeout", 504],
  ["budget_exhausted", 504],
  ["route_unavailable", 503],
]);

/** The signal that the last decision was about. What no attempt has shown is of a path's health, or the budget's. */
function decidedBy(outcome: Outcome): { readonly signal: string; readonly of: SignalClass } {
  const last = outcome.attempts.at(-1);
  const signal = outcome.decisions.at(-1)?.signal ?? last?.signal ?? "no_answer";
  return { signal, of: last?.signal === signal && last.class !== null ? last.class : "health" };
}

/** Of a request that is wrong the provider's own status tells most, unless clients would repeat it. */
function keeps(of: SignalClass, status: number | null): status is number {
  if (of !== "client_defect" && of !== "auth_defect" && of !== "route_limit") return false;
  return status !== null && status >= 400 && status < 500 && !REPEATED.has(status);
}

/** Besides 5xx, what the `openai` client and the AI SDK repeat by themselves. */
const REPEATED: ReadonlySet<number> = /* @__PURE__ */ new Set([408, 409, 429]);

function reasonOf({ reason, result }: Outcome): string {
  return reason ?? result;
}

function placeOf({ attempts, decisions }: Outcome): string {
  const path = decisions.at(-1)?.path;
  const made = attempts.length === 1 ? "1 attempt" : `${attempts.length} attempts`;
  return path === undefined ? `, ${made}` : ` on ${path}, ${made}`;
}
