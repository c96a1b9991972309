import { join } from 'node:path';
import type { SchemaObject } from 'ajv';
import { systemClock, type Clock } from './clock';
import { commonSections, section, type CommonConfig } from './config-sections';
import { connectGrpc } from './connect-grpc';
import type { Client, Contract } from './contracts/contract';
import { grpcSecurity } from './grpc-security';
import { GrpcServer } from './serve-grpc';
import { serviceVersion } from './service-version';
import { Health } from './health';
import { loadConfig } from './load-config';
import { createLogger, type Logger } from './logger';
import { processHolder } from './process-holder';
import { startTelemetry } from './telemetry';

/** What a service gets from the builder before it serves. */
export interface PrepareContext<Config> {
  readonly config: Config & CommonConfig;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Registers what to stop; stopped in reverse order, after the servers took no more work. */
  readonly onStop: (name: string, stop: () => Promise<void> | void) => void;
}

/** What a service gets from the builder. */
export interface ServiceContext<Config> extends PrepareContext<Config> {
  readonly health: Health;
  /** The name under which this process holds leases. */
  readonly holder: string;
  /** Contracts added here are served once `start` has resolved. */
  readonly grpc: GrpcServer;
  /** A client of another service at `host:port`, protected as this service's own calls are. */
  readonly connect: <Calls>(contract: Contract<Calls>, address: string) => Client<Calls>;
}

/** A service: its name, its folder (with `config.default.yaml`), the schema of its own sections, and how it starts. */
export interface ServiceDefinition<Config> {
  readonly name: string;
  readonly directory: string;
  readonly sections: Readonly<Record<string, SchemaObject>>;
  start(context: ServiceContext<Config>): Promise<void>;
  /** Creates what the service needs outside itself, indexes and topics, unless it is there. */
  prepare?(context: PrepareContext<Config>): Promise<void>;
}

const STOP_GRACE = 5_000;

/**
 * Runs a service as this process. Without an argument it serves: configuration, logs, telemetry, probes, gRPC; it ends on
 * SIGTERM or SIGINT after its work. `prepare` makes its indexes and topics and ends; `--version` says what this is.
 */
export async function runService<Config>(definition: ServiceDefinition<Config>): Promise<void> {
  const [command, ...rest] = process.argv.slice(2);
  if (rest.length > 0) return refuse(definition, rest.join(' '));
  if (command === undefined) return serve(definition);
  if (command === 'prepare') return prepare(definition);
  if (command === '--version') return void process.stdout.write(`${serviceVersion(process.env)}\n`);
  return refuse(definition, command);
}

function refuse({ name }: Pick<ServiceDefinition<unknown>, 'name'>, words: string): void {
  process.stderr.write(`${name}: ${words}: expected nothing (to serve), prepare, or --version\n`);
  process.exitCode = 64;
}

async function serve<Config>(definition: ServiceDefinition<Config>): Promise<void> {
  const config = loadServiceConfig<Config>(definition, process.env);
  const logger = createLogger(definition.name, config.log.level);
  const stopTelemetry = await startTelemetry(definition.name, process.env);
  const health = new Health();
  const security = grpcSecurity(config.grpc.tls);
  const grpc = new GrpcServer(logger, security);
  const parts = new StoppableParts(logger);
  const stop = once(async (why: string) => {
    logger.info({ why }, 'stopping');
    health.stopping();
    await systemClock.sleep(config.stop.drain);
    await grpc.close(STOP_GRACE);
    await parts.stop();
    await health.close();
    await stopTelemetry();
    process.exit(0);
  });
  listenForTheEnd(stop, logger);
  await health.listen(config.health.host, config.health.port);
  const connect: ServiceContext<Config>['connect'] = (contract, address) => connectGrpc(contract, address, security);
  const holder = processHolder(config.health.port);
  await definition.start({ config, logger, clock: systemClock, health, holder, grpc, connect, onStop: parts.add });
  if (config.grpc.port > 0) await grpc.listen(config.grpc.host, config.grpc.port);
  health.started();
  const version = serviceVersion(process.env);
  logger.info({ version, grpc: config.grpc.port, millis: Math.round(process.uptime() * 1000) }, 'ready to serve');
}

async function prepare<Config>(definition: ServiceDefinition<Config>): Promise<void> {
  const config = loadServiceConfig<Config>(definition, process.env);
  const logger = createLogger(definition.name, config.log.level);
  const parts = new StoppableParts(logger);
  await definition.prepare?.({ config, logger, clock: systemClock, onStop: parts.add });
  await parts.stop();
  logger.info(definition.prepare ? 'indexes and topics are there' : 'nothing to prepare');
  process.exit(0);
}

/** What a service has started, stopped in reverse order. */
class StoppableParts {
  readonly #parts: { name: string; stop: () => Promise<void> | void }[] = [];
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  readonly add = (name: string, stop: () => Promise<void> | void): void => {
    this.#parts.push({ name, stop });
  };

  async stop(): Promise<void> {
    for (const { name, stop } of this.#parts.reverse()) {
      await Promise.resolve(stop()).catch((error: unknown) => this.#logger.warn({ err: error, part: name }, 'stop failed'));
    }
  }
}

/** The checked configuration of a service. */
export function loadServiceConfig<Config>(
  definition: Pick<ServiceDefinition<Config>, 'directory' | 'sections'>,
  env: NodeJS.ProcessEnv,
): Config & CommonConfig {
  const schema = section({ ...commonSections, ...definition.sections });
  return loadConfig<Config & CommonConfig>(join(definition.directory, 'config.default.yaml'), schema, env);
}

function listenForTheEnd(stop: (why: string) => Promise<void>, logger: Logger): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
  process.on('unhandledRejection', (error) => {
    logger.fatal({ err: error }, 'unhandled rejection');
    process.exit(70);
  });
}

function once(run: (why: string) => Promise<void>): (why: string) => Promise<void> {
  let running: Promise<void> | undefined;
  return (why) => (running ??= run(why));
}
