/** How values are said in messages. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Milliseconds as an operator would write them: `250ms`, `1.5s`, `20s`, `5m`, `1d`. */
export function duration(ms: number): string {
  if (ms < SECOND) return `${ms}ms`;
  if (ms < 2 * MINUTE) return `${ms / SECOND}s`;
  if (ms % DAY === 0) return `${ms / DAY}d`;
  if (ms % HOUR === 0) return `${ms / HOUR}h`;
  if (ms % MINUTE === 0) return `${ms / MINUTE}m`;
  return `${ms / SECOND}s`;
}

/** Nano-units as money: `0.05 USD`. */
export function money(nanos: number, currency: string): string {
  const digits = (nanos / 1e9).toFixed(9).replace(/\.?0+$/, "");
  return `${digits} ${currency}`;
}

/** `1 call`, `20 calls` */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** An action as the operator writes it, without its waits: `retry`, `fallback backup`, `fail with partial`. */
export function action(node: {
  readonly kind: string;
  readonly path?: { readonly text: string };
  readonly partial?: boolean;
}): string {
  if (node.path !== undefined) return `${node.kind} ${node.path.text}`;
  return node.partial === true ? `${node.kind} with partial` : node.kind;
}
