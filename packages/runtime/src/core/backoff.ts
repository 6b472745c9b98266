/**
 * The wait before the k-th retry on a path, k from 0: exponential from `fromMs` to `toMs` with full
 * jitter, `floor(dice * min(toMs, fromMs * 2^k))` (Brooker, "Exponential Backoff And Jitter", AWS
 * Architecture Blog, 2015: "Full Jitter").
 *
 * @param dice from 0 (inclusive) to 1 (exclusive)
 * @returns whole milliseconds
 */
export function backoffMs(fromMs: number, toMs: number, k: number, dice: number): number {
  // 2^53 is past every cap; 0 * 2^1024 would be no number.
  return Math.floor(dice * Math.min(toMs, fromMs * 2 ** Math.min(k, 53)));
}
