import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Request, Response } from 'express';

const tracer = trace.getTracer('roamgrid');

/** Runs the handling of a request inside a span named after its route; costs next to nothing while telemetry is off. */
export async function traceRequest(request: Request, response: Response, handle: () => Promise<void>): Promise<void> {
  const parent = propagation.extract(context.active(), request.headers);
  const route = (request.route as { path?: unknown } | undefined)?.path;
  const name = `${request.method} ${typeof route === 'string' ? route : 'unknown'}`;
  await tracer.startActiveSpan(name, { kind: SpanKind.SERVER }, parent, async (span) => {
    span.setAttribute('client.address', request.ip ?? '');
    try {
      await handle();
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.setAttribute('http.response.status_code', response.statusCode).end();
    }
  });
}
