import { once } from 'node:events';
import { createRequire } from 'node:module';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { failWithDeadSocket } from './fail-with-dead-socket';

interface Command {
  command(ns: unknown, command: object): Promise<unknown>;
}

const ofMongoose = createRequire(require.resolve('mongoose'));
const { Connection } = ofMongoose('mongodb/lib/cmap/connection') as { Connection: new (socket: Socket, options: object) => Command };
const { ns } = ofMongoose('mongodb/lib/utils') as { ns: (name: string) => unknown };

describe('a command to a MongoDB that has just died', () => {
  const server = createServer();

  beforeAll(async () => {
    failWithDeadSocket();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterAll(() => server.close());

  it('fails, where the driver has not heard yet that the socket is gone', async () => {
    const { port } = server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const connection = new Connection(socket, { id: 1, generation: 0, hostAddress: `127.0.0.1:${port}`, monitorCommands: false });
    socket.destroy();
    await expect(connection.command(ns('admin.$cmd'), { ping: 1 })).rejects.toThrow(/closed/);
  });
});
