import type { Sink } from "./sink/sink.ts";

/** Apart from the sinks, so that a client without any carries nothing of them. */
export function keepsSamples({ keep, keeps }: Sink): boolean {
  return keep !== undefined && keeps !== false;
}
