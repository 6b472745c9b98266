/** Amounts as an operator writes them, for the causes of refusals. */

/** Milliseconds: `250ms`, `8s`, `1.5s`. Whole milliseconds; round before, in the direction that stays true. */
export function duration(ms: number): string {
  return ms < 1000 && ms > 0 ? `${ms}ms` : `${ms / 1000}s`;
}

/** Nano-units of a currency: `0.05 USD`. */
export function money(nanos: number, currency: string | null): string {
  const amount = (nanos / 1e9).toFixed(9).replace(/\.?0+$/, "");
  return currency === null ? amount : `${amount} ${currency}`;
}
