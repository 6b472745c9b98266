/** What a provider on a bad day does, by weight. */
import { type Behaviour, refusal, type Streamed } from "../../packages/cli/src/provider/index.ts";

const WORDS = ["The ", "answer ", "to ", "this ", "is ", "forty", "-", "two."];

/** Two seconds long: at a thousand requests a second two thousand are open at once. */
const LONG: Streamed = { kind: "streamed", tokens: WORDS, firstTokenMs: 200, intervalMs: 250 };
const SHORT: Streamed = { kind: "streamed", tokens: WORDS, firstTokenMs: 20, intervalMs: 10 };

const data = (value: object) => JSON.stringify(value);

const MIX: readonly (readonly [weight: number, behaviour: Behaviour])[] = [
  [52, LONG],
  [8, SHORT],
  [4, refusal(500, "internal_error", { type: "server_error", afterMs: 50 })],
  [3, refusal(503, "overloaded", { type: "server_error" })],
  [3, refusal(429, "rate_limit_exceeded", { headers: { "retry-after": "1" } })],
  [1, refusal(401, "invalid_api_key")],
  [1, refusal(400, "content_filter")],
  [2, { kind: "reset" }],
  [2, { kind: "never" }],
  [1, { ...LONG, stop: { afterBytes: 0, how: "silence" } }],
  [2, { ...LONG, firstTokenMs: 4000 }],
  [3, { ...LONG, stop: { afterTokens: 5, how: "close" } }],
  [2, { ...SHORT, stop: { afterTokens: 1, how: "reset" } }],
  [2, { ...SHORT, stop: { afterBytes: 777, how: "end" } }],
  [2, { ...SHORT, stop: { afterTokens: 3, how: "silence" } }],
  [1, { ...SHORT, odd: [{ at: 5, data: "{oops" }] }],
  [1, { ...SHORT, odd: [{ at: 1, data: data({ message: "overloaded", code: "overloaded" }), name: "error" }] }],
  [1, { ...SHORT, odd: [{ at: 6, data: data({ error: { message: "no", code: "server_error" } }) }] }],
  [2, { ...SHORT, done: false, usage: "with_finish" }],
  [1, { ...SHORT, finish: false }],
  [1, { ...SHORT, writes: "byte", newline: "\r\n", comments: 2 }],
  [1, { ...SHORT, writes: "whole" }],
  [1, { kind: "whole", body: { error: { message: "the server had an error", type: "server_error" } } }],
  [1, { kind: "whole", headers: { "content-type": "text/html" }, body: "<html><title>502</title></html>" }],
  [1, { kind: "whole", body: '{"choices": [{"index": 0, "mess', afterMs: 100 }],
];

const TOTAL = MIX.reduce((sum, [weight]) => sum + weight, 0);

const DOWN = refusal(503, "overloaded", { type: "server_error" });

/** Of each minute the primary is down for so long, from its thirtieth second on. */
const OUTAGE_MS = 6000;

/**
 * @param dice from 0 to 1
 * @param nowMs since the provider began
 */
export function behaviourOf(model: string, dice: number, nowMs: number): Behaviour {
  const ofMinute = nowMs % 60_000;
  if (model === "primary" && ofMinute >= 30_000 && ofMinute < 30_000 + OUTAGE_MS) return DOWN;
  // The backup fails less often.
  if (model !== "primary" && dice < 0.7) return SHORT;
  let left = dice * TOTAL;
  for (const [weight, behaviour] of MIX) {
    left -= weight;
    if (left < 0) return behaviour;
  }
  return LONG;
}
