import { once } from 'node:events';
import { spawn, type ChildProcess } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { experimental } from '@grpc/grpc-js';
import { connectGrpc } from './connect-grpc';
import type { Handlers } from './contracts/contract';
import { credentialsContract, type CredentialsCalls } from './contracts/credentials';
import { createLogger } from './logger';
import { GrpcServer } from './serve-grpc';

/** Where the names of these tests lead at the moment. */
const ports = new Map<string, number>();

/** Looks names up in `ports`, as DNS would. */
class TestResolver {
  #destroyed = false;

  constructor(
    private readonly target: experimental.GrpcUri,
    private readonly listener: experimental.ResolverListener,
  ) {}

  updateResolution(): void {
    const addresses = [{ host: '127.0.0.1', port: ports.get(this.target.path) ?? 0 }];
    setImmediate(() => {
      if (!this.#destroyed) this.listener(experimental.statusOrFromValue([{ addresses }]), {}, null, '');
    });
  }

  destroy(): void {
    this.#destroyed = true;
  }

  static getDefaultAuthority({ path }: experimental.GrpcUri): string {
    return path;
  }
}
experimental.registerResolver('test', TestResolver);

describe('a client whose server has vanished without a word', () => {
  const closing: (() => Promise<void> | void)[] = [];
  afterAll(async () => {
    for (const close of closing.reverse()) await close();
  });

  /** A port at which a SYN is not answered: its process is stopped, and its queue of connections full. */
  async function silentPort(): Promise<number> {
    const program = "require('net').createServer().listen({port:0,host:'127.0.0.1',backlog:1},function(){console.log(this.address().port)})";
    const child: ChildProcess = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    const port = Number(line.toString());
    child.kill('SIGSTOP');
    const fillers = Array.from({ length: 8 }, (): Socket => connect(port, '127.0.0.1').on('error', () => undefined));
    closing.push(() => {
      child.kill('SIGKILL');
      for (const filler of fillers) filler.destroy();
    });
    await Promise.race(fillers.map((filler) => once(filler, 'connect')));
    return port;
  }

  it('looks the name up again although the connection is still being tried', async () => {
    ports.set('platform', await silentPort());
    const client = connectGrpc(credentialsContract, 'test:platform');
    closing.push(() => client.close());
    const server = new GrpcServer(createLogger('test', 'silent'));
    const handlers: Partial<Handlers<CredentialsCalls>> = { ListPeers: async () => ({ peers: [] }) };
    server.add(credentialsContract, handlers as Handlers<CredentialsCalls>);
    const port = await server.listen('127.0.0.1', 0);
    closing.push(() => server.close(0));
    const first = client.ListPeers({}, { timeout: 30_000 }).then(() => 'answered', () => 'failed');
    ports.set('platform', port);
    expect(await first).toBe('failed');
    expect(await client.ListPeers({}, { timeout: 10_000 })).toEqual({ peers: [] });
  });
});
