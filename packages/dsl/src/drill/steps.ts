/** The runbook's ten validation steps before fallback is turned on. */

export const STEPS = [
  { name: "contract", title: "contract check" },
  { name: "primary-canary", title: "primary canary" },
  { name: "fallback-canary", title: "fallback canary" },
  { name: "timeout", title: "timeout" },
  { name: "server-error", title: "5xx" },
  { name: "auth", title: "auth" },
  { name: "malformed", title: "malformed request" },
  { name: "rate-limit", title: "rate limit" },
  { name: "streaming", title: "streaming" },
  { name: "cost", title: "cost review" },
] as const;

export type StepName = (typeof STEPS)[number]["name"];
