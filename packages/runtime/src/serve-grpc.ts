import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import {
  Server,
  type handleServerStreamingCall,
  type handleUnaryCall,
  type Metadata,
  type ServiceDefinition,
  type UntypedHandleCall,
} from '@grpc/grpc-js';
import type { Contract, Handlers } from './contracts/contract';
import { toServiceError } from './grpc-error';
import { plaintext, type GrpcSecurity } from './grpc-security';
import { channelOptions, loadService } from './load-service';
import type { Logger } from './logger';
import { RoamgridError } from './roamgrid-error';

const tracer = trace.getTracer('roamgrid');

/**
 * Connections are ended after some minutes, so that clients look up the addresses again and find replicas that came later;
 * the calls under way are finished.
 */
const connectionAge = { 'grpc.max_connection_age_ms': 300_000, 'grpc.max_connection_age_grace_ms': 60_000 };

/** A gRPC server that several contracts can be added to before it listens. */
export class GrpcServer {
  readonly #server = new Server({ ...channelOptions, ...connectionAge });
  readonly #streams = new Set<AbortController>();
  readonly #logger: Logger;
  readonly #security: GrpcSecurity;

  constructor(logger: Logger, security: GrpcSecurity = plaintext) {
    this.#logger = logger;
    this.#security = security;
  }

  /** Serves a contract. Errors reach the client with their code; those of the class `internal` are logged here too. */
  add<Calls>(contract: Contract<Calls>, handlers: Handlers<Calls>): void {
    const definition: ServiceDefinition = loadService(contract.protoFile, contract.serviceName).service;
    const implementation: Record<string, UntypedHandleCall> = {};
    for (const [name, method] of Object.entries(definition)) {
      const handler = handlers[name as keyof Calls] as unknown;
      implementation[name] = method.responseStream
        ? this.#stream(handler as StreamHandler)
        : this.#unary(method.path, handler as UnaryHandler);
    }
    this.#server.addService(definition, implementation);
  }

  /** Binds and resolves with the port. */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.bindAsync(`${host}:${port}`, this.#security.server, (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
  }

  /** Ends streams and lets running calls end; cuts what is still open after the grace, milliseconds. */
  async close(grace: number): Promise<void> {
    for (const stream of this.#streams) stream.abort();
    const force = setTimeout(() => this.#server.forceShutdown(), grace);
    await new Promise<void>((resolve) => this.#server.tryShutdown(() => resolve()));
    clearTimeout(force);
  }

  #unary(path: string, handler: UnaryHandler): handleUnaryCall<unknown, unknown> {
    return (call, callback) => {
      const parent = propagation.extract(context.active(), call.metadata, metadataGetter);
      const span = tracer.startSpan(path, { kind: SpanKind.SERVER }, parent);
      context
        .with(trace.setSpan(parent, span), () => handler(call.request))
        .then((reply) => callback(null, reply))
        .catch((error: unknown) => {
          this.#logDefect(path, error);
          span.setStatus({ code: SpanStatusCode.ERROR });
          callback(toServiceError(error));
        })
        .finally(() => span.end());
    };
  }

  #stream(handler: StreamHandler): handleServerStreamingCall<unknown, unknown> {
    return (call) => {
      const abort = new AbortController();
      this.#streams.add(abort);
      call.on('cancelled', () => abort.abort());
      handler(call.request, (reply) => void call.write(reply), abort.signal)
        .then(() => call.end())
        .catch((error: unknown) => call.emit('error', toServiceError(error)))
        .finally(() => this.#streams.delete(abort));
    };
  }

  #logDefect(path: string, error: unknown): void {
    if (RoamgridError.from(error).code === 'internal') this.#logger.error({ err: error, call: path }, 'call failed');
  }
}

type UnaryHandler = (request: unknown) => Promise<unknown>;
type StreamHandler = (request: unknown, send: (reply: unknown) => void, signal: AbortSignal) => Promise<void>;

const metadataGetter = {
  keys: (carrier: Metadata) => Object.keys(carrier.getMap()),
  get: (carrier: Metadata, key: string) => carrier.get(key).map(String),
};
