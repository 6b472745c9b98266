/**
 * The sixteen scenarios of Failover Bench 0.1 (failoverbench/failoverbench), built anew from what is
 * published of them: the fault, its timings, and what is checked. Times are the real ones; a profile
 * shortens them. That a cut answer is never a success, and that nothing hangs, is checked in each.
 */
import { type Behaviour, HEALTHY, refusal, type Streamed } from "../../packages/cli/src/provider/index.ts";
import type { Profile } from "./profile.ts";
import { BACKUP, type Check, PRIMARY, type Scenario, type Seen } from "./scenario.ts";
import { isWhole } from "./verdict.ts";

export const TIMINGS = {
  retry_after_s: 2,
  slow_first_token_s: 20,
  stall_s: 30,
  silence_s: 120,
  outage_s: 60,
  token_interval_ms: 15,
  cut_after: 40,
  stall_after: 20,
  bad_chunk_at: 10,
} as const;

const OUTAGE_MS = TIMINGS.outage_s * 1000;
const RECOVERY_MS = 30_000;

const healthy = ({ tokenIntervalMs }: Profile): Streamed => ({ ...HEALTHY, intervalMs: tokenIntervalMs });

const overloaded = refusal(503, "overloaded", { type: "server_error" });

const cut = (profile: Profile): Streamed => {
  return { ...healthy(profile), stop: { afterTokens: TIMINGS.cut_after, how: "close" } };
};

// ------------------------------------------------------------------ checks

const required = (text: string, holds: Check["holds"]): Check => ({ text, advisory: false, holds });
const advisory = (text: string, holds: Check["holds"]): Check => ({ text, advisory: true, holds });

const ofFallback = (check: Check): Check => ({ ...check, needsFallback: true });

const mostCalls = (most: number): Check =>
  required(`more than ${most} primary calls`, ({ primary }) => primary.length <= most);

const oneCall = required("not exactly 1 primary call", ({ primary }) => primary.length === 1);

const leastCalls = (least: number): Check =>
  advisory(`fewer than ${least} primary calls`, ({ primary }) => primary.length >= least);

const callsWithin = (most: number, ms: number): Check =>
  required(`more than ${most} primary calls within ${ms / 1000} s`, ({ primary }, { factor }) => {
    const first = primary[0]?.atMs ?? 0;
    return primary.filter(({ atMs }) => atMs - first <= ms * factor).length <= most;
  });

const endsWithin = (ms: number, check = required): Check =>
  check(`later than ${ms / 1000} s`, ({ heard }, { factor }) =>
    heard.every(({ elapsedMs }) => elapsedMs <= ms * factor),
  );

const aliveAfter = required("a healthy call failed afterwards", ({ after }) => after !== null && isWhole(after));

const usageTold = advisory("no usage", ({ heard }) => heard.every(({ usage }) => usage));

/** As much as the server asked for, less a tenth. */
const waited = advisory("the second call came before its time", ({ primary }, { retryAfterS }) => {
  const [first, second] = primary;
  return first !== undefined && second !== undefined && second.atMs - first.atMs >= retryAfterS * 900;
});

// ------------------------------------------------------------------ the scenarios

/** The first call meets one thing, all later ones are healthy. */
const once =
  (first: (profile: Profile) => Behaviour): Scenario["primary"] =>
  ({ nth }, _since, profile) =>
    nth === 0 ? first(profile) : healthy(profile);

/** A prefill: the conversation ends with a half of the assistant's own. */
function isPrefilled(request: Readonly<Record<string, unknown>> | null): boolean {
  const messages = request?.messages;
  const last: unknown = Array.isArray(messages) ? messages.at(-1) : null;
  return typeof last === "object" && last !== null && "role" in last && last.role === "assistant";
}

export const SCENARIOS: readonly Scenario[] = [
  {
    id: "S01",
    fault: "429 with Retry-After once, then healthy",
    maxMs: 20_000,
    primary: once(({ retryAfterS }) =>
      refusal(429, "rate_limit_exceeded", { type: "requests", headers: { "retry-after": String(retryAfterS) } }),
    ),
    checks: [leastCalls(2), waited, callsWithin(2, 1500)],
  },
  {
    id: "S02",
    fault: "429 without Retry-After, always",
    maxMs: 40_000,
    primary: () => refusal(429, "rate_limit_exceeded", { type: "requests" }),
    checks: [callsWithin(4, 3000), mostCalls(6)],
  },
  {
    id: "S03",
    fault: "500 once, then healthy",
    maxMs: 20_000,
    primary: once(() => refusal(500, "internal_error", { type: "server_error" })),
    checks: [leastCalls(2)],
  },
  {
    id: "S04",
    fault: "503 overloaded, always",
    maxMs: 40_000,
    primary: () => overloaded,
    checks: [mostCalls(6)],
  },
  {
    id: "S05",
    fault: "reset before any byte once, then healthy",
    maxMs: 20_000,
    primary: once(() => ({ kind: "reset" })),
    checks: [],
  },
  {
    id: "S06",
    fault: "accepts and never answers",
    maxMs: 130_000,
    // Longer than the 120 s of the original: whoever waits for the end waits too long in both.
    primary: () => ({ kind: "never" }),
    checks: [endsWithin(100_000), advisory("more than 1 primary call", ({ primary }) => primary.length <= 1)],
  },
  {
    id: "S07",
    fault: "headers at once, first token after 20 s",
    maxMs: 60_000,
    primary: (_call, _since, profile) => ({
      ...healthy(profile),
      firstTokenMs: TIMINGS.slow_first_token_s * 1000 * profile.factor,
    }),
    checks: [ofFallback(endsWithin(15_000, advisory))],
  },
  {
    id: "S08",
    fault: "dies after 40 of 60 tokens",
    maxMs: 40_000,
    primary: (_call, _since, profile) => cut(profile),
    checks: [],
  },
  {
    id: "S09",
    fault: "silent for 30 s after 20 tokens, then closes",
    maxMs: 70_000,
    callsAfter: true,
    primary: (_call, _since, profile) => ({
      ...healthy(profile),
      stop: { afterTokens: TIMINGS.stall_after, how: "silence", silenceMs: TIMINGS.stall_s * 1000 * profile.factor },
    }),
    checks: [endsWithin(45_000), aliveAfter],
  },
  {
    id: "S10",
    fault: "the tenth event is not JSON",
    maxMs: 30_000,
    callsAfter: true,
    primary: (_call, _since, profile) => ({
      ...healthy(profile),
      odd: [{ at: TIMINGS.bad_chunk_at, data: '{"choices":[{"delta":{"content":' }],
    }),
    checks: [aliveAfter, advisory("not the whole answer", ({ heard }) => heard.every(isWhole))],
  },
  {
    id: "S11",
    fault: "a complete stream, no [DONE]",
    maxMs: 30_000,
    primary: (_call, _since, profile) => ({ ...healthy(profile), done: false }),
    checks: [endsWithin(8000), usageTold],
  },
  {
    id: "S12",
    fault: "400 context_length_exceeded, always",
    maxMs: 20_000,
    primary: () => refusal(400, "context_length_exceeded"),
    checks: [oneCall],
  },
  {
    id: "S13",
    fault: "400 content_policy_violation, always",
    maxMs: 20_000,
    ideal: "error",
    primary: () => refusal(400, "content_policy_violation"),
    checks: [
      oneCall,
      required("not the provider's error", ({ heard }) =>
        heard.every(({ kind, code }) => kind !== "error" || code === "content_policy_violation"),
      ),
    ],
  },
  {
    id: "S14",
    fault: "as S08, and the fallback takes no prefill",
    maxMs: 40_000,
    primary: (_call, _since, profile) => cut(profile),
    backup: ({ request }) => (isPrefilled(request) ? refusal(400, "invalid_prefill") : HEALTHY),
    checks: [
      required("the fallback's 400 is the final error", ({ heard }) =>
        heard.every(({ code }) => code !== "invalid_prefill"),
      ),
    ],
  },
  {
    id: "S15",
    fault: "503 for 60 s, then healthy; a request every 4 s",
    maxMs: 200_000,
    requests: { count: 20, everyMs: 4000, maxMs: 30_000 },
    primary: (_call, sinceMs, profile) => (sinceMs < OUTAGE_MS ? overloaded : healthy(profile)),
    checks: [
      ofFallback(
        required("not answered during the outage", ({ heard }, { factor }) =>
          heard.every((one) => one.startMs >= OUTAGE_MS * factor || isWhole(one)),
        ),
      ),
      ofFallback(required("the primary was not back within 30 s", comesBack)),
    ],
  },
  {
    id: "S16",
    fault: "503 always; the accounting counts",
    maxMs: 40_000,
    primary: () => overloaded,
    checks: [
      ofFallback(
        required("the answer does not name the fallback's model", ({ heard }) =>
          heard.every(({ kind, model }) => kind !== "answer" || model === BACKUP),
        ),
      ),
      ofFallback(usageTold),
      mostCalls(6),
    ],
  },
];

function comesBack({ heard }: Seen, { factor }: Profile): boolean {
  return heard.some(
    (one) => isWhole(one) && one.model === PRIMARY && one.startMs <= (OUTAGE_MS + RECOVERY_MS) * factor,
  );
}
