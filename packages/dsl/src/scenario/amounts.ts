/** Amounts as an operator writes them. */

/** Milliseconds: `250ms`, `8s`, `1.5s`, `5m`. */
export function duration(ms: number): string {
  if (ms === 0) return "0s";
  if (ms >= 120_000 && ms % 60_000 === 0) return `${ms / 60_000}m`;
  const rounded = Math.round(ms);
  return rounded < 1000 ? `${rounded}ms` : `${rounded / 1000}s`;
}

/** Nano-units of a currency: `0.05 USD`. */
export function money(nanos: number, currency: string | null): string {
  const amount = (nanos / 1e9).toFixed(9).replace(/\.?0+$/, "");
  return currency === null ? amount : `${amount} ${currency}`;
}
