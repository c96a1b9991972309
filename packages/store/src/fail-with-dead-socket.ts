import { createRequire } from 'node:module';
import type { Socket } from 'node:net';

/** What is used of the driver's connection. */
interface DriverConnection {
  readonly socket: Socket;
  readonly closed: boolean;
  cleanup(error: Error): void;
}

interface DriverModule {
  readonly Connection: { readonly prototype: DriverConnection };
}

let done = false;

/**
 * The MongoDB driver (7.8) waits for ever for the answer to a command that it wrote to a socket which had ended a moment before:
 * `write` says false, so it waits for the socket to drain, and when the socket closes it tells only those who wait for data. Here
 * it tells those who wait for the drain, too. One such command in thousands is met when mongod is killed under load; whatever
 * stands behind it, such as all writes of a service, would stand still until that service is restarted.
 */
export function failWithDeadSocket(): void {
  if (done) return;
  done = true;
  const { prototype } = driverOfMongoose().Connection;
  const cleanup: (this: DriverConnection, error: Error) => void = Reflect.get(prototype, 'cleanup');
  prototype.cleanup = function (this: DriverConnection, error: Error): void {
    if (this.closed) return;
    cleanup.call(this, error);
    if (this.socket.listenerCount('drain') > 0) this.socket.emit('error', error);
  };
}

/** The module of the very driver that mongoose uses. */
function driverOfMongoose(): DriverModule {
  return createRequire(require.resolve('mongoose'))('mongodb/lib/cmap/connection') as DriverModule;
}
