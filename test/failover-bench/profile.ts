/** How long everything takes: the real timings, or shortened ones that a gate can wait for. */
export interface Profile {
  readonly name: "full" | "fast";
  /** Every time of a fault, of a check and of the policy is multiplied by this. */
  readonly factor: number;
  /** A server asks in whole seconds, so this one is not scaled. */
  readonly retryAfterS: number;
  readonly tokenIntervalMs: number;
}

export const FULL: Profile = { name: "full", factor: 1, retryAfterS: 2, tokenIntervalMs: 15 };

export const FAST: Profile = { name: "fast", factor: 1 / 5, retryAfterS: 1, tokenIntervalMs: 3 };

const UNIT_MS = { ms: 1, s: 1000, m: 60_000 } as const;

/** A policy's text with each of its durations multiplied by `factor`. */
export function scaledPolicy(text: string, factor: number): string {
  if (factor === 1) return text;
  return text.replace(/\b(\d+)(ms|s|m)\b/g, (_, amount: string, unit: keyof typeof UNIT_MS) => {
    return `${Math.max(1, Math.round(Number(amount) * UNIT_MS[unit] * factor))}ms`;
  });
}
