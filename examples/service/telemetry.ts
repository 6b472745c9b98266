/** OpenTelemetry, as a service has it anyway. `TELEMETRY=console` prints it; put your own exporters here. */
import { metrics, trace } from "@opentelemetry/api";
import { ConsoleMetricExporter, MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, ConsoleSpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";

export interface Telemetry {
  close(): Promise<void>;
}

export function startTelemetry(wanted: string | undefined): Telemetry {
  const printed = wanted === "console";
  const tracers = new BasicTracerProvider({
    spanProcessors: printed ? [new SimpleSpanProcessor(new ConsoleSpanExporter())] : [],
  });
  const meters = new MeterProvider({
    readers: printed ? [new PeriodicExportingMetricReader({ exporter: new ConsoleMetricExporter() })] : [],
  });
  trace.setGlobalTracerProvider(tracers);
  metrics.setGlobalMeterProvider(meters);
  return {
    async close() {
      await tracers.shutdown();
      await meters.shutdown();
    },
  };
}
