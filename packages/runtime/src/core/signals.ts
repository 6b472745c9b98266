/** What a signal permits. The class rules of the language hang on these eight words. */
export type SignalClass =
  | "transient"
  | "capacity"
  | "quota"
  | "route_limit"
  | "client_defect"
  | "auth_defect"
  | "output_defect"
  | "health";

export interface SignalPlan {
  readonly name: string;
  readonly class: SignalClass;
}

/**
 * The built-in signals. Their place in this list is their number in every compiled policy;
 * signals that a policy declares follow from `BUILT_IN_SIGNALS.length` on.
 */
export const BUILT_IN_SIGNALS = [
  { name: "transport_timeout", class: "transient" },
  { name: "server_error", class: "transient" },
  { name: "route_unavailable", class: "transient" },
  { name: "rate_limited", class: "capacity" },
  { name: "quota_exhausted", class: "quota" },
  { name: "context_overflow", class: "route_limit" },
  { name: "client_invalid", class: "client_defect" },
  { name: "content_refused", class: "client_defect" },
  { name: "auth_or_account", class: "auth_defect" },
  { name: "unusable_output", class: "output_defect" },
  { name: "stream_interrupted", class: "output_defect" },
  { name: "latency_slo_breach", class: "health" },
  { name: "circuit_open", class: "health" },
  { name: "budget_exhausted", class: "health" },
] as const satisfies readonly SignalPlan[];

export type BuiltInSignal = (typeof BUILT_IN_SIGNALS)[number]["name"];

/** The number of each built-in signal, by name. */
export const SIGNAL = /* @__PURE__ */ Object.freeze(
  /* @__PURE__ */ Object.fromEntries(/* @__PURE__ */ BUILT_IN_SIGNALS.map((signal, index) => [signal.name, index])),
) as Readonly<Record<BuiltInSignal, number>>;

/** The numbers that the machine itself raises, by themselves, so that the core need not carry the table. */
export const LATENCY_SLO_BREACH = 11;
export const CIRCUIT_OPEN = 12;
export const BUDGET_EXHAUSTED = 13;

/** Classes after which no second call may ever be made, on any path. */
export function forbidsSecondCall(signalClass: SignalClass): boolean {
  return signalClass === "client_defect" || signalClass === "auth_defect";
}

/**
 * What an attempt that ended with this class says of the path's health. Defects of the caller, an
 * exhausted account and a request too large for the model say nothing about the path.
 */
export function countsAgainstPath(signalClass: SignalClass): boolean {
  return signalClass === "transient" || signalClass === "capacity" || signalClass === "output_defect";
}
