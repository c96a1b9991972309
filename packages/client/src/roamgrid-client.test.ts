import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { ApiProblem } from './api-problem';
import type { FeedEvent } from './feed-events';
import { RoamgridClient } from './roamgrid-client';

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

const problem = (status: number, code: string, headers: Record<string, string> = {}): Answer => (_request, response) => {
  response.writeHead(status, { 'content-type': 'application/problem+json', ...headers });
  response.end(JSON.stringify({ type: `urn:roamgrid:error:${code}`, title: 'Title', status, detail: 'why', code, request_id: 'r-1' }));
};

const json = (value: unknown): Answer => (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
};

const events = (...blocks: string[]): Answer => (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const block of blocks) response.write(`${block}\n\n`);
  response.end();
};

const change = (rev: number): string => `id: p${rev}\nevent: change\ndata: {"id":"tariffs/NL*RGC*T/${rev}",\ndata: "rev":${rev}}`;

describe('RoamgridClient', () => {
  let server: Server;
  let client: RoamgridClient;
  const asked: IncomingMessage[] = [];
  const answers: Answer[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request);
      void answers.shift()?.(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    client = new RoamgridClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, key: 'the-key' });
  });

  beforeEach(() => {
    asked.splice(0);
    answers.splice(0);
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
    const found: Item[] = [];
    for await (const item of items) found.push(item);
    return found;
  }

  it('makes any call of the document with the key, and throws a problem as it was told', async () => {
    answers.push(json({ items: [], total: 0 }), problem(403, 'key.right_missing', { 'retry-after': '7' }));
    const { data } = await client.api.GET('/v1/tariffs', { params: { query: { limit: 5 } } });
    expect(data).toEqual({ items: [], total: 0 });
    expect([asked[0]?.url, asked[0]?.headers.authorization]).toEqual(['/v1/tariffs?limit=5', 'Bearer the-key']);
    const refused: unknown = await client.api.GET('/v1/status').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiProblem);
    expect(refused).toMatchObject({ status: 403, code: 'key.right_missing', requestId: 'r-1', retryAfter: 7, message: 'Title: why (key.right_missing)' });
  });

  it('throws for an error that is not of the API, as a proxy would send it', async () => {
    answers.push((_request, response) => void response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>'));
    await expect(client.items('tariffs').next()).rejects.toMatchObject({ status: 502, code: 'unknown', message: 'HTTP 502' });
  });

  it('walks the pages of conversations', async () => {
    answers.push(json({ items: [{ id: 'b' }], next_cursor: 'c' }), json({ items: [{ id: 'a' }] }));
    expect(await all(client.conversations('commands', { direction: 'asked', state: 'WAITING' }))).toEqual([{ id: 'b' }, { id: 'a' }]);
    expect(asked.map(({ url }) => url)).toEqual(['/v1/commands?direction=asked&state=WAITING', '/v1/commands?direction=asked&state=WAITING&cursor=c']);
  });

  it('walks the pages of a selection, each when it is needed', async () => {
    answers.push(json({ items: [{ key: 'a' }, { key: 'b' }], total: 3, next_cursor: 'c/1' }), json({ items: [{ key: 'c' }], total: 3 }));
    const items = client.items('locations', { party: 'NL*RGC' });
    expect((await items.next()).value).toMatchObject({ key: 'a' });
    expect(asked).toHaveLength(1);
    expect((await all(items)).map(({ key }) => key)).toEqual(['b', 'c']);
    expect(asked.map(({ url }) => url)).toEqual(['/v1/locations?party=NL*RGC&limit=500', '/v1/locations?party=NL*RGC&limit=500&cursor=c%2F1']);
  });

  it('reads an export line by line, however it is cut into chunks, and throws when it ends early', async () => {
    answers.push(
      (_request, response) => {
        const bytes = Buffer.from('{"id":"é"}\n\n{"id":"2"}');
        response.writeHead(200, { 'content-type': 'application/x-ndjson' });
        response.write(bytes.subarray(0, 8));
        setImmediate(() => response.end(bytes.subarray(8)));
      },
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/x-ndjson' });
        response.write('{"id":"1"}\n', () => response.destroy());
      },
    );
    expect(await all(client.export('tariffs'))).toMatchObject([{ id: 'é' }, { id: '2' }]);
    await expect(all(client.export('tariffs'))).rejects.toThrow();
  });

  it('sends an import as lines, hands out results and returns the summary', async () => {
    let sent = '';
    answers.push(async (request, response) => {
      sent = await text(request);
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.end('{"line":1,"outcome":"created"}\n{"lines":1,"created":1,"updated":0,"unchanged":0,"stale":0,"refused":0}\n');
    });
    const results = client.import('tariffs', [{ id: 'T1' } as never], { results: 'warned' });
    expect(await results.next()).toEqual({ done: false, value: { line: 1, outcome: 'created' } });
    expect(await results.next()).toMatchObject({ done: true, value: { lines: 1, created: 1 } });
    expect([sent, asked[0]?.url, asked[0]?.headers['content-type']]).toEqual(['{"id":"T1"}\n', '/v1/tariffs/import?results=warned', 'application/x-ndjson']);
  });

  it('does not take an import without a summary for a whole one', async () => {
    answers.push(async (request, response) => {
      await text(request);
      response.writeHead(200).end('{"line":1,"outcome":"created"}\n');
    });
    await expect(all(client.import('tariffs', [{} as never]))).rejects.toThrow('without a summary');
  });

  describe('follows changes', () => {
    async function take(count: number, feed: AsyncIterable<FeedEvent>): Promise<FeedEvent[]> {
      const found: FeedEvent[] = [];
      for await (const event of feed) if (found.push(event) === count) break;
      return found;
    }

    it('over lost connections and a part that is away, each time behind the last event', async () => {
      answers.push(
        events('retry: 1000', 'id: p0\nevent: position\ndata: {}', change(1)),
        problem(503, 'unavailable', { 'retry-after': '0' }),
        events('event: reset\ndata: {"modules":["tariffs"],"detail":"gone"}', change(2), ': comment', change(3)),
      );
      const found = await take(4, client.follow({ modules: ['tariffs', 'locations'], party: 'NL*RGC', from: 'start' }));
      expect(found).toEqual([
        { type: 'change', id: 'p1', change: { id: 'tariffs/NL*RGC*T/1', rev: 1 } },
        { type: 'reset', id: 'p1', modules: ['tariffs'] },
        { type: 'change', id: 'p2', change: { id: 'tariffs/NL*RGC*T/2', rev: 2 } },
        { type: 'change', id: 'p3', change: { id: 'tariffs/NL*RGC*T/3', rev: 3 } },
      ]);
      expect(asked.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, 'p1', 'p1']);
      expect(asked[0]?.url).toBe('/v1/changes?module=tariffs%2Clocations&party=NL*RGC&from=start');
    });

    it('from a position that only a heartbeat told, so that nothing is lost before the first event', async () => {
      answers.push(events('id: p0\nevent: position\ndata: {}'), events(change(1)));
      expect(await take(1, client.follow())).toHaveLength(1);
      expect(asked.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, 'p0']);
    });

    it('from where the caller was, and until it is told to stop', async () => {
      const stop = new AbortController();
      answers.push((_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(`${change(8)}\n\n`);
      });
      const found: unknown[] = [];
      const feed = client.follow({ lastEventId: 'p7', signal: stop.signal });
      for await (const event of feed) {
        found.push(event.id);
        stop.abort();
      }
      expect([found, asked[0]?.headers['last-event-id'], feed.lastEventId]).toEqual([['p8'], 'p7', 'p8']);
    });

    it.each([[401, 'key.unknown'], [403, 'key.other_module'], [400, 'parameter.invalid']])('not when that cannot heal: %i', async (status, code) => {
      answers.push(problem(status, code));
      await expect(take(1, client.follow())).rejects.toMatchObject({ status, code });
      expect(asked).toHaveLength(1);
    });
  });
});
