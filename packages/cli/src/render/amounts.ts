/** Amounts of many requests, short enough for tables and charts. */
import { money } from "@fbp/dsl";

/** `12,345` */
export function amount(count: number): string {
  return count.toLocaleString("en-US");
}

/** `99.25%`; of nothing a dash. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? "-" : `${((part / whole) * 100).toFixed(2)}%`;
}

/** `850ms`, `4.27s`, `12m05s`; null is a dash. */
export function time(ms: number | null): string {
  if (ms === null) return "-";
  if (ms < 1000) return `${Math.round(ms)}ms`;
  if (ms < 120_000) return `${Number((ms / 1000).toFixed(ms < 10_000 ? 2 : 1))}s`;
  return clock(ms);
}

/** A moment from the start: `3m29s`, `2h05m`. */
export function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  const two = (number: number): string => String(number).padStart(2, "0");
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${two(seconds % 60)}s`;
  return `${Math.floor(seconds / 3600)}h${two(Math.floor((seconds % 3600) / 60))}m`;
}

/** To four digits, for amounts that were added up. */
export function roundMoney(nanos: number, currency: string | null): string {
  return money(Number(nanos.toPrecision(4)), currency);
}
