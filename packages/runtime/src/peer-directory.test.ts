import { once } from 'node:events';
import type { Clock } from './clock';
import { systemClock } from './clock';
import { connectGrpc } from './connect-grpc';
import type { CredentialsCalls, DirectoryEvent, Peer } from './contracts/credentials';
import { credentialsContract } from './contracts/credentials';
import type { Handlers } from './contracts/contract';
import { createLogger } from './logger';
import { PeerDirectory } from './peer-directory';
import { GrpcServer } from './serve-grpc';

const logger = createLogger('test', 'silent');
const platform = { versions_url: 'https://we.example/ocpi/versions', parties: [] };
const unwanted = (): Promise<never> => Promise.reject(new Error('not a call of this test'));

function peer(id: string, rev: number, change: Partial<Peer> = {}): Peer {
  return {
    id, name: id, state: 'registered', version: '2.2.1', versions_url: `https://${id}.example/versions`, roles: [], endpoints: [],
    inbound_tokens: [{ hash: `${id}-${rev}`, scope: 'all', expires: 0 }], outbound_token: '', rev, quirks: {}, last_error: '', ...change,
  };
}

/** One Watch as the server sees it. */
interface Watch {
  readonly withTokens: boolean;
  readonly send: (event: Partial<DirectoryEvent>) => void;
  readonly end: () => void;
}

/** A credentials service whose Watch says what the test says. */
class ScriptedCredentials {
  readonly server = new GrpcServer(logger);
  readonly #opened: Watch[] = [];
  #awaited: ((watch: Watch) => void) | undefined;

  async listen(port = 0): Promise<number> {
    const handlers: Handlers<CredentialsCalls> = {
      Watch: ({ with_outbound_tokens }, send, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve());
          const watch = { withTokens: with_outbound_tokens, send: (event: Partial<DirectoryEvent>) => send({ complete: false, ...event }), end: resolve };
          if (this.#awaited) this.#awaited(watch);
          else this.#opened.push(watch);
          this.#awaited = undefined;
        }),
      Authenticate: unwanted, Show: unwanted, Register: unwanted, Update: unwanted, Unregister: unwanted,
      Invite: unwanted, Connect: unwanted, Renew: unwanted, Disconnect: unwanted, ListPeers: unwanted,
      SetQuirks: unwanted,
    };
    this.server.add(credentialsContract, handlers);
    return this.server.listen('127.0.0.1', port);
  }

  watch(): Promise<Watch> {
    const opened = this.#opened.shift();
    return opened ? Promise.resolve(opened) : new Promise((resolve) => (this.#awaited = resolve));
  }
}

describe('the directory of peers', () => {
  let now = 1_000;
  const clock: Clock = { now: () => now, sleep: (_, signal) => systemClock.sleep(5, signal) };
  let credentials: ScriptedCredentials;
  let port: number;
  let directory: PeerDirectory;
  let following: Promise<void>;
  let told: [string, string, number][];

  beforeEach(async () => {
    now = 1_000;
    credentials = new ScriptedCredentials();
    port = await credentials.listen();
    directory = new PeerDirectory(connectGrpc(credentialsContract, `127.0.0.1:${port}`), logger, clock);
    told = [];
    directory.on('peer', ({ id, state, rev }) => told.push([id, state, rev]));
    following = directory.follow(false);
  });
  afterEach(async () => {
    directory.close();
    await following;
    await credentials.server.close(0);
  });

  /** Sends a peer nobody else uses and waits for it: whatever was sent before has then been taken in. */
  async function settle(watch: Watch): Promise<void> {
    const seen = new Promise<void>((resolve) => {
      const listen = ({ id }: Peer): void => {
        if (id !== 'marker') return;
        directory.off('peer', listen);
        resolve();
      };
      directory.on('peer', listen);
    });
    watch.send({ peer: peer('marker', (directory.peer('marker')?.rev ?? 0) + 1) });
    await seen;
  }

  async function complete(...peers: Peer[]): Promise<Watch> {
    const watch = await credentials.watch();
    const done = once(directory, 'complete');
    watch.send({ platform });
    for (const each of peers) watch.send({ peer: each });
    watch.send({ complete: true });
    await done;
    return watch;
  }

  it('is complete only when the whole of it was received', async () => {
    const watch = await credentials.watch();
    watch.send({ platform });
    watch.send({ peer: peer('a', 1) });
    await settle(watch);
    expect([directory.complete, directory.platform?.versions_url]).toEqual([false, platform.versions_url]);
    const done = once(directory, 'complete');
    watch.send({ complete: true });
    await done;
    expect(directory.complete).toBe(true);
    expect(directory.peer('a')).toEqual(peer('a', 1));
    expect(directory.peerByTokenHash('a-1')?.id).toBe('a');
  });

  it('TRN-67 asks for outbound tokens only when told to', async () => {
    expect((await credentials.watch()).withTokens).toBe(false);
    const other = new PeerDirectory(connectGrpc(credentialsContract, `127.0.0.1:${port}`), logger, clock);
    const otherFollowing = other.follow(true);
    expect((await credentials.watch()).withTokens).toBe(true);
    other.close();
    await otherFollowing;
  });

  it('takes changes as they come: a new token opens at once, an old one no longer', async () => {
    const watch = await complete(peer('a', 1), peer('b', 1));
    watch.send({ peer: peer('a', 2) });
    await settle(watch);
    expect(directory.peerByTokenHash('a-1')).toBeUndefined();
    expect(directory.peerByTokenHash('a-2')?.rev).toBe(2);
    expect(directory.peerByTokenHash('b-1')?.id).toBe('b');
  });

  it('passes over a revision older than the one known', async () => {
    const watch = await complete(peer('a', 5));
    watch.send({ peer: peer('a', 4) });
    await settle(watch);
    expect(directory.peer('a')?.rev).toBe(5);
    expect(directory.peerByTokenHash('a-4')).toBeUndefined();
    expect(told.filter(([id]) => id === 'a')).toEqual([['a', 'registered', 5]]);
  });

  it('CRD-27 forgets a removed peer and its tokens, and an older revision that comes late does not bring it back', async () => {
    const watch = await complete(peer('a', 5));
    directory.apply(peer('a', 6, { state: 'removed' }));
    expect(directory.peerByTokenHash('a-5')).toBeUndefined();
    watch.send({ peer: peer('a', 5) });
    await settle(watch);
    expect(directory.peer('a')).toBeUndefined();
    expect(directory.peerByTokenHash('a-5')).toBeUndefined();
    watch.send({ peer: peer('a', 7) });
    await settle(watch);
    expect(directory.peerByTokenHash('a-7')?.id).toBe('a');
  });

  it('serves on while the stream is lost', async () => {
    const watch = await complete(peer('a', 1));
    watch.end();
    await credentials.watch();
    expect([directory.complete, directory.peers().length, directory.peerByTokenHash('a-1')?.id]).toEqual([true, 1, 'a']);
  });

  it('removes who was removed while it was away, and tells so', async () => {
    (await complete(peer('a', 1), peer('b', 1))).end();
    await complete(peer('b', 2));
    expect(directory.peers().map(({ id }) => id)).toEqual(['b']);
    expect(directory.peerByTokenHash('a-1')).toBeUndefined();
    expect(told).toContainEqual(['a', 'removed', 1]);
    expect(directory.peerByTokenHash('b-2')?.id).toBe('b');
  });

  it('removes nobody before the whole directory has come again', async () => {
    (await complete(peer('a', 1), peer('b', 1))).end();
    const again = await credentials.watch();
    again.send({ platform });
    again.send({ peer: peer('b', 1) });
    await settle(again);
    expect(directory.peer('a')?.id).toBe('a');
    again.end();
    await complete(peer('a', 1), peer('b', 1));
    expect(directory.peer('a')?.id).toBe('a');
  });

  it('follows a credentials service that was restarted', async () => {
    await complete(peer('a', 1));
    await credentials.server.close(0);
    credentials = new ScriptedCredentials();
    await credentials.listen(port);
    await complete(peer('a', 1), peer('c', 1));
    expect(directory.peer('c')?.id).toBe('c');
  });

  it('CRD-24 knows a token until it expires', async () => {
    await complete(
      peer('a', 1, {
        inbound_tokens: [
          { hash: 'old', scope: 'all', expires: 2_000 },
          { hash: 'new', scope: 'all', expires: 0 },
        ],
      }),
    );
    now = 1_999;
    expect(directory.peerByTokenHash('old')?.id).toBe('a');
    now = 2_000;
    expect(directory.peerByTokenHash('old')).toBeUndefined();
    expect(directory.peerByTokenHash('new')?.id).toBe('a');
  });
});
