import { join } from 'node:path';
import type { SchemaObject } from 'ajv';
import { systemClock, type Clock } from './clock';
import { commonSections, section, type CommonConfig } from './config-sections';
import { GrpcServer } from './serve-grpc';
import { Health } from './health';
import { loadConfig } from './load-config';
import { createLogger, type Logger } from './logger';
import { startTelemetry } from './telemetry';

/** What a service gets from the builder. */
export interface ServiceContext<Config> {
  readonly config: Config & CommonConfig;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly health: Health;
  /** Contracts added here are served once `start` has resolved. */
  readonly grpc: GrpcServer;
  /** Registers what to stop; stopped in reverse order, after the servers took no more work. */
  readonly onStop: (name: string, stop: () => Promise<void> | void) => void;
}

/** A service: its name, its folder (with `config.default.yaml`), the schema of its own sections, and how it starts. */
export interface ServiceDefinition<Config> {
  readonly name: string;
  readonly directory: string;
  readonly sections: Readonly<Record<string, SchemaObject>>;
  start(context: ServiceContext<Config>): Promise<void>;
}

const STOP_GRACE = 5_000;

/**
 * Runs a service as this process: configuration, logs, telemetry, probes, gRPC; ends on SIGTERM or SIGINT after its work.
 */
export async function runService<Config>(definition: ServiceDefinition<Config>): Promise<void> {
  const config = loadServiceConfig<Config>(definition, process.env);
  const logger = createLogger(definition.name, config.log.level);
  const stopTelemetry = await startTelemetry(definition.name, process.env);
  const health = new Health();
  const grpc = new GrpcServer(logger);
  const stops: { name: string; stop: () => Promise<void> | void }[] = [];
  const stop = once(async (why: string) => {
    logger.info({ why }, 'stopping');
    health.stopping();
    await grpc.close(STOP_GRACE);
    for (const { name, stop: stopPart } of stops.reverse()) {
      await Promise.resolve(stopPart()).catch((error: unknown) => logger.warn({ err: error, part: name }, 'stop failed'));
    }
    await health.close();
    await stopTelemetry();
    process.exit(0);
  });
  listenForTheEnd(stop, logger);
  await health.listen(config.health.host, config.health.port);
  await definition.start({ config, logger, clock: systemClock, health, grpc, onStop: (name, stopPart) => stops.push({ name, stop: stopPart }) });
  if (config.grpc.port > 0) await grpc.listen(config.grpc.host, config.grpc.port);
  health.started();
  logger.info({ grpc: config.grpc.port, millis: Math.round(process.uptime() * 1000) }, 'ready to serve');
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
