import { expect, test } from "vitest";
import { signalOf } from "./classify.ts";
import type { TransportFault } from "./policy.ts";
import { SIGNAL } from "./signals.ts";
import { aContract } from "./testing/policy.ts";

test.each<[TransportFault | null, boolean, number]>([
  ["attempt_timeout", true, SIGNAL.budget_exhausted],
  ["attempt_timeout", false, SIGNAL.transport_timeout],
  ["reset", true, SIGNAL.transport_timeout],
  [null, true, SIGNAL.server_error],
])("transport %s, cut by the deadline: %s", (transport, cut, signal) => {
  const failure = { transport, sent: true, status: transport === null ? 500 : 0, headers: {}, error: null };
  expect(signalOf(aContract(), failure, cut)).toBe(signal);
});
