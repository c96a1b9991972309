import mongoose, { type Connection, type ConnectOptions } from 'mongoose';
import { messageOf, systemClock, type Logger, type MongoConfig } from '@roamgrid/runtime';
import { failWithDeadSocket } from './fail-with-dead-socket';

const RETRY = 1_000;

/**
 * A connection for one service. Writes are acknowledged by a majority and journalled: an acknowledged write survives
 * whatever dies. Waits for a server that is away, as long as that takes; later on it fails a call after 5 s, and the driver
 * reconnects by itself.
 */
export async function connectMongo({ uri, tls }: Pick<MongoConfig, 'uri'> & Partial<MongoConfig>, logger: Logger): Promise<Connection> {
  const options: ConnectOptions = {
    writeConcern: { w: 'majority', journal: true },
    serverSelectionTimeoutMS: 5_000,
    maxPoolSize: 20,
    autoIndex: false,
    autoCreate: false,
    ...(tls?.caFile && { tls: true, tlsCAFile: tls.caFile }),
    ...(tls?.certKeyFile && { tls: true, tlsCertificateKeyFile: tls.certKeyFile }),
  };
  failWithDeadSocket();
  const connection = mongoose.createConnection();
  connection.on('disconnected', () => logger.warn('MongoDB is away'));
  connection.on('connected', () => logger.info('MongoDB is here'));
  connection.on('error', (error: unknown) => logger.warn({ err: error }, 'MongoDB connection'));
  for (;;) {
    try {
      return await connection.openUri(uri, options);
    } catch (error) {
      if (!isAway(error)) throw error;
      logger.warn({ reason: messageOf(error) }, 'waiting for MongoDB');
      await systemClock.sleep(RETRY);
    }
  }
}

/** No server to be had, which can pass; anything else, such as a URI that is none or a wrong password, does not. */
function isAway(error: unknown): boolean {
  return error instanceof mongoose.Error.MongooseServerSelectionError || error instanceof mongoose.mongo.MongoNetworkError;
}

/** Why the store cannot be used at the moment; undefined when it can: a check for readiness. */
export function connectionProblem(connection: Connection): string | undefined {
  return connection.readyState === mongoose.STATES.connected ? undefined : 'MongoDB is away';
}
