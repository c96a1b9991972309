/** Stops telemetry and sends what is still held. */
export type StopTelemetry = () => Promise<void>;

/**
 * Starts OpenTelemetry when an endpoint is configured by its standard variables (OTEL_EXPORTER_OTLP_ENDPOINT …). Spans are
 * set by hand where they tell something; instrumentation of whole frameworks costs more than the work it watches. The SDK is
 * loaded only then: it is the largest part of a start.
 */
export async function startTelemetry(serviceName: string, env: NodeJS.ProcessEnv): Promise<StopTelemetry> {
  if (!env['OTEL_EXPORTER_OTLP_ENDPOINT']) return () => Promise.resolve();
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  const sdk = new NodeSDK({ serviceName: `roamgrid-${serviceName}`, instrumentations: [] });
  sdk.start();
  return () => sdk.shutdown();
}
