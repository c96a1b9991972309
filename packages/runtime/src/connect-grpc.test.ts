import { status, type ServiceError } from '@grpc/grpc-js';
import { pino } from 'pino';
import { connectGrpc } from './connect-grpc';
import type { Client, Handlers } from './contracts/contract';
import { credentialsContract, type CredentialsCalls, type DirectoryEvent } from './contracts/credentials';
import { objectsContract, type ListRequest, type ObjectsCalls } from './contracts/objects';
import { errorCodes, type ErrorCode } from './error-codes';
import { fromServiceError } from './grpc-error';
import { RoamgridError } from './roamgrid-error';
import { GrpcServer } from './serve-grpc';

const unwanted = (): Promise<never> => Promise.reject(new Error('not a call of this test'));

const noObjects: Handlers<ObjectsCalls> = {
  Put: unwanted, Patch: unwanted, Delete: unwanted, PutMany: unwanted, Post: unwanted, Act: unwanted, Versions: unwanted,
  Get: unwanted, List: unwanted, Fetch: unwanted, Count: unwanted,
};
const noCredentials: Handlers<CredentialsCalls> = {
  Watch: unwanted, Authenticate: unwanted, Show: unwanted, Register: unwanted, Update: unwanted, Unregister: unwanted,
  Invite: unwanted, Connect: unwanted, Renew: unwanted, Disconnect: unwanted, ListPeers: unwanted,
  SetQuirks: unwanted,
};

const get = { version: '2.2.1', origin: '', parties: [], ids: ['LOC1'], nested: [] };

describe('a call from process to process', () => {
  const logged: { level: number; call?: string; err?: { message: string } }[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => logged.push(JSON.parse(line) as (typeof logged)[number]) });
  const closing: (() => Promise<void> | void)[] = [];

  beforeEach(() => logged.splice(0));
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  async function serve(handlers: Partial<Handlers<ObjectsCalls>>): Promise<{ client: Client<ObjectsCalls>; server: GrpcServer }> {
    const server = new GrpcServer(logger);
    server.add(objectsContract, { ...noObjects, ...handlers });
    const client = connectGrpc(objectsContract, `127.0.0.1:${await server.listen('127.0.0.1', 0)}`);
    closing.push(() => server.close(100), () => client.close());
    return { client, server };
  }

  async function serveWatch(watch: Handlers<CredentialsCalls>['Watch']): Promise<{ client: Client<CredentialsCalls>; server: GrpcServer }> {
    const server = new GrpcServer(logger);
    server.add(credentialsContract, { ...noCredentials, Watch: watch });
    const client = connectGrpc(credentialsContract, `127.0.0.1:${await server.listen('127.0.0.1', 0)}`);
    closing.push(() => server.close(100), () => client.close());
    return { client, server };
  }

  const failure = async (call: Promise<unknown>): Promise<RoamgridError> => {
    const error: unknown = await call.then(() => new Error('the call succeeded'), (reason: unknown) => reason);
    if (error instanceof RoamgridError) return error;
    throw error;
  };

  it('carries bytes and large numbers untouched', async () => {
    const json = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 256));
    const { client } = await serve({ Get: async () => ({ json, key: 'NL*TNM*LÖC', rev: Number.MAX_SAFE_INTEGER, origin: 'own' }) });
    const reply = await client.Get(get);
    expect(reply).toMatchObject({ key: 'NL*TNM*LÖC', rev: Number.MAX_SAFE_INTEGER });
    expect(json.equals(reply.json)).toBe(true);
  });

  it('leaves absent what was not set, and carries a zero that was', async () => {
    const seen: ListRequest[] = [];
    const { client } = await serve({
      List: async (request) => {
        seen.push(request);
        return { json: Buffer.from('[]'), count: 0, total: 0, version: '', unchanged: false };
      },
    });
    const request = { version: '2.2.1', origin: '', parties: [], offset: 0, limit: 1, described: false };
    const reply = await client.List(request);
    await client.List({ ...request, date_from: 0, known_total: 0, after: { created: 0, key: '' } });
    expect(seen[0]?.date_from ?? seen[0]?.date_to ?? seen[0]?.after ?? seen[0]?.known_total).toBeUndefined();
    expect(Object.keys(seen[0] ?? {})).not.toContain('date_from');
    expect(seen[1]).toMatchObject({ date_from: 0, known_total: 0, after: { created: 0, key: '' } });
    expect(reply.next ?? undefined).toBeUndefined();
  });

  it('brings each of our errors to the caller as it was thrown', async () => {
    let thrown = new RoamgridError('internal', '');
    const { client } = await serve({ Get: () => Promise.reject(thrown) });
    for (const code of Object.keys(errorCodes) as ErrorCode[]) {
      thrown = new RoamgridError(code, `${code}: "ümläut", 100% of\nlines, %23`);
      const error = await failure(client.Get(get));
      expect([error.code, error.message]).toEqual([code, thrown.message]);
    }
  });

  it('tells a defect as internal, and logs it with the call; a refusal is not logged', async () => {
    let thrown: Error = new RoamgridError('object.unknown', 'no LOC1');
    const { client } = await serve({ Get: async () => Promise.reject(thrown) });
    await failure(client.Get(get));
    expect(logged).toEqual([]);
    thrown = new TypeError('x is undefined');
    const error = await failure(client.Get(get));
    expect([error.code, error.message]).toEqual(['internal', 'x is undefined']);
    expect(logged).toEqual([expect.objectContaining({ level: 50, call: '/roamgrid.objects.v1.Objects/Get' })]);
  });

  it('is unavailable when nobody listens, or no answer comes in time', async () => {
    const { client, server } = await serve({ Get: () => new Promise(() => undefined) });
    expect((await failure(client.Get(get, { timeout: 30 }))).code).toBe('unavailable');
    await server.close(0);
    const error = await failure(client.Get(get));
    expect([error.code, error.message]).toEqual(['unavailable', expect.stringContaining('roamgrid.objects.v1.Objects: ')]);
  });

  it('is served again when the server comes back on its port', async () => {
    const first = new GrpcServer(logger);
    first.add(objectsContract, { ...noObjects, Count: async () => ({ parties: [] }) });
    const port = await first.listen('127.0.0.1', 0);
    const client = connectGrpc(objectsContract, `127.0.0.1:${port}`);
    closing.push(() => client.close());
    expect(await client.Count({})).toEqual({ parties: [] });
    await first.close(0);
    await failure(client.Count({}));
    const second = new GrpcServer(logger);
    second.add(objectsContract, { ...noObjects, Count: async () => ({ parties: [] }) });
    await second.listen('127.0.0.1', port);
    closing.push(() => second.close(0));
    let answer: unknown;
    for (let attempt = 0; attempt < 100_000 && answer === undefined; attempt += 1) {
      answer = await client.Count({}).catch((error: unknown) => void expect((error as RoamgridError).code).toBe('unavailable'));
    }
    expect(answer).toEqual({ parties: [] });
  });

  it('that runs when the server closes is answered first', async () => {
    let answer: () => void = () => undefined;
    let begun: () => void = () => undefined;
    const running = new Promise<void>((resolve) => (begun = resolve));
    const { client, server } = await serve({
      Count: async () => {
        begun();
        await new Promise<void>((resolve) => (answer = resolve));
        return { parties: [] };
      },
    });
    const reply = client.Count({});
    await running;
    const closed = server.close(60_000);
    answer();
    expect(await reply).toEqual({ parties: [] });
    await closed;
  });

  it('with an error that no server of ours judged is unavailable or internal', () => {
    const plain = (code: status): ServiceError => Object.assign(new Error('x'), { code, details: 'x' }) as ServiceError;
    expect(fromServiceError(plain(status.UNAVAILABLE), 'S').code).toBe('unavailable');
    expect(fromServiceError(plain(status.DEADLINE_EXCEEDED), 'S').code).toBe('unavailable');
    expect(fromServiceError(plain(status.UNKNOWN), 'S').code).toBe('internal');
  });

  describe('with a stream of replies', () => {
    const complete = (rev: number): DirectoryEvent => ({ platform: { versions_url: String(rev), parties: [] }, complete: false });
    const revs = async (stream: AsyncIterable<DirectoryEvent>): Promise<number[]> => {
      const seen: number[] = [];
      for await (const { platform } of stream) seen.push(Number(platform?.versions_url));
      return seen;
    };
    const never = (): AbortSignal => new AbortController().signal;

    it('brings all of them in order and ends with the handler', async () => {
      const { client } = await serveWatch(async (_, send) => {
        for (let rev = 0; rev < 1_000; rev += 1) send(complete(rev));
      });
      expect(await revs(client.Watch({ with_outbound_tokens: true }, never()))).toEqual(Array.from({ length: 1_000 }, (_, i) => i));
    });

    it('throws our error when the handler does, after what came before it', async () => {
      const { client } = await serveWatch(async (_, send) => {
        send(complete(1));
        throw new RoamgridError('overloaded', 'too many watchers');
      });
      const seen: unknown[] = [];
      const error = await failure(
        (async () => {
          for await (const event of client.Watch({ with_outbound_tokens: false }, never())) seen.push(event);
        })(),
      );
      expect([error.code, error.message]).toEqual(['overloaded', 'too many watchers']);
      expect(seen).toHaveLength(1);
    });

    it('ends by the signal of the caller, and the handler hears of it', async () => {
      let heard: () => void = () => undefined;
      const cancelled = new Promise<void>((resolve) => (heard = resolve));
      const { client } = await serveWatch(async (_, send, signal) => {
        send(complete(1));
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        heard();
      });
      const stop = new AbortController();
      for await (const event of client.Watch({ with_outbound_tokens: false }, stop.signal)) {
        expect(event.complete).toBe(false);
        stop.abort();
      }
      await cancelled;
    });

    it('ends when the caller leaves its loop', async () => {
      let heard: () => void = () => undefined;
      const cancelled = new Promise<void>((resolve) => (heard = resolve));
      const { client } = await serveWatch(async (_, send, signal) => {
        signal.addEventListener('abort', () => heard());
        send(complete(1));
        await cancelled;
      });
      for await (const event of client.Watch({ with_outbound_tokens: false }, never())) {
        expect(event.complete).toBe(false);
        break;
      }
      await cancelled;
    });

    it('is over at once when the signal had ended before', async () => {
      const { client } = await serveWatch((_, __, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())));
      expect(await revs(client.Watch({ with_outbound_tokens: false }, AbortSignal.abort()))).toEqual([]);
    });

    it('ends when the server closes', async () => {
      const { client, server } = await serveWatch(async (_, send, signal) => {
        send(complete(1));
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      });
      const seen: number[] = [];
      for await (const { platform } of client.Watch({ with_outbound_tokens: false }, never())) {
        seen.push(Number(platform?.versions_url));
        void server.close(60_000);
      }
      expect(seen).toEqual([1]);
    });
  });
});
