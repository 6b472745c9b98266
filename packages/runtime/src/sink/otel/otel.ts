/** Outcomes as OpenTelemetry's traces and metrics. `@opentelemetry/api` has to be there; what is done with them is the SDK's. */
import { type Context, context, type Meter, metrics, type Tracer, trace } from "@opentelemetry/api";
import type { Outcome } from "../../core/outcome.ts";
import type { Policy } from "../../core/policy.ts";
import type { Sink } from "../sink.ts";
import { type CallAttributes, callsOf } from "./calls.ts";
import { OutcomeMeter } from "./meters.ts";
import { traceOutcome } from "./spans.ts";

export interface OtelOptions {
  /** Left out: the global one, asked for with the first outcome; null: no spans. */
  readonly tracer?: Tracer | null;
  /** Left out: the global one, asked for with the first outcome; null: no metrics. */
  readonly meter?: Meter | null;
}

export interface OtelSink extends Sink {
  write(outcome: Outcome, origin?: unknown): void;
  origin(): Context;
}

const NAME = "@fbp/runtime";

/**
 * One span for each request, one in it for each attempt, and metrics. The request's span belongs to the span that was
 * active where `complete` or `stream` was called; where none was, to the one that the request's `traceId`
 * names as a W3C `traceparent`. The SDK's own exporters queue and export: close it after the client.
 */
export function otelSink(policy: Policy, options: OtelOptions = {}): OtelSink {
  const calls = callsOf(policy);
  let tracer = options.tracer;
  let meter: OutcomeMeter | null | undefined;
  return {
    origin: () => context.active(),
    write(outcome, origin) {
      // Not before there is something to tell: the SDK may be started after the client was made.
      if (tracer === undefined) tracer = trace.getTracer(NAME);
      if (meter === undefined) meter = meterOf(policy, options, calls);
      if (tracer !== null) traceOutcome(tracer, calls, outcome, origin as Context | undefined);
      meter?.record(outcome);
    },
  };
}

function meterOf(
  policy: Policy,
  options: OtelOptions,
  calls: ReadonlyMap<string, CallAttributes>,
): OutcomeMeter | null {
  if (options.meter === null) return null;
  const meter = options.meter ?? metrics.getMeter(NAME);
  return new OutcomeMeter(meter, policy.budget.currency, calls);
}
