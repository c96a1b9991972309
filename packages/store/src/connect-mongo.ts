import mongoose, { type Connection } from 'mongoose';
import type { Logger } from '@roamgrid/runtime';

/**
 * A connection for one service. Writes are acknowledged by a majority and journalled: an acknowledged write survives
 * whatever dies. A server that is away fails a call after 5 s; the driver reconnects by itself.
 */
export async function connectMongo(uri: string, logger: Logger): Promise<Connection> {
  const connection = mongoose.createConnection(uri, {
    writeConcern: { w: 'majority', journal: true },
    serverSelectionTimeoutMS: 5_000,
    maxPoolSize: 20,
    autoIndex: false,
    autoCreate: false,
  });
  connection.on('disconnected', () => logger.warn('MongoDB is away'));
  connection.on('connected', () => logger.info('MongoDB is here'));
  connection.on('error', (error: unknown) => logger.warn({ err: error }, 'MongoDB connection'));
  await connection.asPromise();
  return connection;
}

/** Why the store cannot be used at the moment; undefined when it can: a check for readiness. */
export function connectionProblem(connection: Connection): string | undefined {
  return connection.readyState === mongoose.STATES.connected ? undefined : 'MongoDB is away';
}
