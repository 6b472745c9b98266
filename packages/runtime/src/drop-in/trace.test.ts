import { expect, test } from "vitest";
import { traceIdOf } from "./trace.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";

test.each<[string, Record<string, string>, string | null]>([
  ["nothing", {}, null],
  ["W3C's header", { traceparent: `00-${TRACE}-b7ad6b7169203331-01`, "x-request-id": "r-1" }, TRACE],
  ["W3C's header of a later version", { traceparent: `01-${TRACE}-b7ad6b7169203331-01-more` }, TRACE],
  ["W3C's header with no trace", { traceparent: `00-${"0".repeat(32)}-b7ad6b7169203331-01` }, null],
  ["W3C's header, broken", { traceparent: "00-abc", "x-trace-id": "t-1" }, "t-1"],
  ["a trace before a request", { "x-request-id": "r-1", "x-trace-id": "t-1" }, "t-1"],
  ["a request", { "x-request-id": "r-1" }, "r-1"],
  ["the client's own", { "x-client-request-id": "c-1" }, "c-1"],
  ["a correlation", { "x-correlation-id": "k-1" }, "k-1"],
  ["an empty one", { "x-request-id": " ", "x-correlation-id": "k-1" }, "k-1"],
  ["a very long one", { "x-request-id": "r".repeat(5000) }, "r".repeat(128)],
])("%s", (_name, headers, trace) => {
  expect(traceIdOf(new Headers(headers))).toBe(trace);
});
