import { context, propagation } from '@opentelemetry/api';
import { Metadata, type ClientReadableStream, type ServiceError } from '@grpc/grpc-js';
import type { CallOptions, Client, Contract } from './contracts/contract';
import { fromServiceError } from './grpc-error';
import { plaintext, type GrpcSecurity } from './grpc-security';
import { LiveStub } from './live-stub';
import { channelOptions, loadService } from './load-service';

const DEFAULT_TIMEOUT = 10_000;

/** Calls take turns over all addresses of a name, so that replicas share them; a replica that is gone is looked up again at once. */
const clientOptions = {
  ...channelOptions,
  'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
  'grpc.dns_min_time_between_resolutions_ms': 1_000,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  'grpc.keepalive_time_ms': 30_000,
};

/**
 * A client of a contract at `host:port`. Connections are made when first needed and made again when lost. Failures are
 * RoamgridErrors: the server's own, or `unavailable`.
 */
export function connectGrpc<Calls>(contract: Contract<Calls>, address: string, security: GrpcSecurity = plaintext): Client<Calls> {
  const Service = loadService(contract.protoFile, contract.serviceName);
  const live = new LiveStub(() => new Service(address, security.client, clientOptions));
  const client: Record<string, unknown> = { close: () => live.close() };
  for (const [name, method] of Object.entries(Service.service)) {
    const call = (...args: unknown[]): unknown => {
      const stub = live.get();
      return (stub[name] as (...all: unknown[]) => unknown).apply(stub, args);
    };
    client[name] = method.responseStream
      ? (request: unknown, signal: AbortSignal) =>
          readStream(call(request) as ClientReadableStream<unknown>, signal, contract.serviceName)
      : (request: unknown, options?: CallOptions) => callUnary(call, request, options, contract.serviceName);
  }
  return client as unknown as Client<Calls>;
}

function callUnary(
  call: (...args: unknown[]) => unknown,
  request: unknown,
  options: CallOptions | undefined,
  serviceName: string,
): Promise<unknown> {
  const metadata = new Metadata();
  propagation.inject(context.active(), metadata, { set: (carrier, key, value) => carrier.set(key, value) });
  return new Promise((resolve, reject) => {
    const deadline = Date.now() + (options?.timeout ?? DEFAULT_TIMEOUT);
    call(request, metadata, { deadline }, (error: ServiceError | null, reply: unknown) =>
      error ? reject(fromServiceError(error, serviceName)) : resolve(reply),
    );
  });
}

async function* readStream(
  stream: ClientReadableStream<unknown>,
  signal: AbortSignal,
  serviceName: string,
): AsyncGenerator<unknown> {
  const cancel = (): void => stream.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  try {
    for await (const message of stream) yield message;
  } catch (error) {
    if (!signal.aborted) throw fromServiceError(error as ServiceError, serviceName);
  } finally {
    signal.removeEventListener('abort', cancel);
    stream.cancel();
  }
}
