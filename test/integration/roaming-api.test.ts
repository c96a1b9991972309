import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createKafka } from '@roamgrid/changes';
import { ApiProblem, RoamgridClient } from '@roamgrid/client';
import { connectMongo } from '@roamgrid/store';
import { waitUntil } from '@roamgrid/testkit';
import { decodePosition } from '../../services/roaming-api/src/feed/feed-position';
import { DocumentCheck, type JudgingDocument } from '../../services/roaming-api/test/document-check';
import { PlatformStack, type RunningPlatform } from './platform-stack';
import { logger } from './store-stack';

const root = join(__dirname, '../..');
const document = JSON.parse(readFileSync(join(root, 'packages/client/openapi.json'), 'utf8')) as JudgingDocument;

const tariff = (id: string, price = 0.25, party_id = 'RGC'): Record<string, unknown> => ({
  country_code: 'NL',
  party_id,
  id,
  currency: 'EUR',
  elements: [{ price_components: [{ type: 'ENERGY', price, step_size: 1 }] }],
  last_updated: new Date().toISOString(),
});

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe('the roaming API on real parts, two replicas', () => {
  const stack = new PlatformStack();
  const check = new DocumentCheck(document);
  let platform: RunningPlatform;
  let urls: [string, string];

  beforeAll(async () => {
    await stack.startParts();
    const party = (party_id: string, role: string): { country_code: string; party_id: string; roles: string[]; name: string } => ({
      country_code: 'NL', party_id, roles: [role], name: party_id,
    });
    platform = await stack.platform({ without: [], name: 'api', parties: [party('RGC', 'CPO'), party('TWO', 'CPO'), party('EMS', 'EMSP')] });
    urls = [platform.roamingApiUrl, await stack.secondRoamingApi(platform)];
  });

  afterAll(() => stack.stop());

  const client = (key = platform.apiKey, replica: 0 | 1 = 0): RoamgridClient => new RoamgridClient({ url: urls[replica], key });

  /** Any call, judged by the document with all schemas of objects in it. */
  async function call(method: string, path: string, { key = platform.apiKey, replica = 0, body, headers = {} }: {
    key?: string; replica?: 0 | 1; body?: unknown; headers?: Record<string, string>;
  } = {}): Promise<Response> {
    const response = await fetch(`${urls[replica]}${path}`, {
      method,
      headers: { 'x-api-key': key, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    expect(await check.problemOf(method, path, response)).toBeUndefined();
    return response;
  }

  async function makeKey(grant: Record<string, unknown>): Promise<{ id: string; key: string }> {
    const response = await call('POST', '/v1/keys', { body: { name: 'test', ...grant } });
    expect(response.status).toBe(201);
    return (await response.json()) as { id: string; key: string };
  }

  it('opens with a key at both replicas, and closes at both when it is revoked; the key itself is kept nowhere', async () => {
    const { id, key } = await makeKey({ rights: ['read'] });
    for (const replica of [0, 1] as const) expect((await call('GET', '/v1/tariffs', { key, replica })).status).toBe(200);
    const connection = await connectMongo({ uri: stack.parts.mongodbUri.replace('/?', '/api?') }, logger);
    try {
      const kept = JSON.stringify(await connection.collection('api_keys').find().toArray());
      expect(kept).toContain(id);
      expect(kept).not.toContain(key);
    } finally {
      await connection.close();
    }
    await call('DELETE', `/v1/keys/${id}`);
    expect((await call('GET', '/v1/tariffs', { key })).status).toBe(401);
    const closed = async (): Promise<boolean> => (await call('GET', '/v1/tariffs', { key, replica: 1 })).status === 401;
    await waitUntil(closed, { what: 'the other replica knows of it', timeoutMs: 10_000, intervalMs: 50 });
  });

  it('lets a key write for its party alone, and see what its party may see', async () => {
    const { key } = await makeKey({ rights: ['read', 'write'], parties: ['NL*RGC'], modules: ['tariffs'] });
    expect((await call('PUT', '/v1/tariffs/NL/RGC/mine', { key, body: tariff('mine') })).status).toBe(201);
    const refused = await call('PUT', '/v1/tariffs/NL/TWO/other', { key, body: tariff('other', 1, 'TWO') });
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([403, 'party.not_yours']);
    expect((await call('PUT', '/v1/tariffs/NL/TWO/other', { body: tariff('other', 1, 'TWO') })).status).toBe(201);
    expect((await call('GET', '/v1/tariffs/NL/TWO/other', { key })).status).toBe(404);
    const narrow = await all(client(key).items('tariffs'));
    expect(narrow.map((item) => item.key)).toEqual(['NL*RGC*MINE']);
    expect(await all(client(key).export('tariffs'))).toMatchObject([{ id: 'mine' }]);
    const wide = await all(client().items('tariffs'));
    expect(wide.map((item) => item.key).sort()).toEqual(['NL*RGC*MINE', 'NL*TWO*OTHER']);
    await expect(client(key).api.GET('/v1/locations')).rejects.toThrow(expect.objectContaining({ status: 403, code: 'key.other_module' }));
  });

  it('makes one of what is asked for twice at one moment, at two replicas', async () => {
    const invite = (replica: 0 | 1): Promise<Response> =>
      call('POST', '/v1/peers/invitations', { replica, body: { name: 'Twice' }, headers: { 'idempotency-key': 'at-once' } });
    const answers = await Promise.all([invite(0), invite(1), invite(0), invite(1)]);
    const made = answers.filter(({ status }) => status === 201);
    expect(made.length).toBeGreaterThan(0);
    expect(answers.filter(({ status }) => status !== 201 && status !== 409)).toEqual([]);
    const [first, second] = [await invite(0), await invite(1)];
    expect([first.headers.get('idempotency-replayed'), second.headers.get('idempotency-replayed')]).toEqual(['true', 'true']);
    const bodies = await Promise.all([...made, first, second].map((answer) => answer.json()));
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
    const { items } = (await (await call('GET', '/v1/peers')).json()) as { items: { name: string }[] };
    expect(items.filter(({ name }) => name === 'Twice')).toHaveLength(1);
    const other = await call('POST', '/v1/peers/invitations', { body: { name: 'Other' }, headers: { 'idempotency-key': 'at-once' } });
    expect(other.status).toBe(422);
  });

  it('resumes at any replica from an event that was kept, with what came behind it and nothing before', async () => {
    type Heard = { readonly id: string; readonly change: string };
    const take = async (feed: ReturnType<RoamgridClient['follow']>, until: (heard: readonly Heard[]) => boolean): Promise<Heard[]> => {
      const events: Heard[] = [];
      for await (const event of feed) {
        if (event.type === 'change') events.push({ id: event.id, change: event.change.id });
        if (until(events)) break;
      }
      return events;
    };
    const changes = (events: readonly Heard[]): string[] => events.map(({ change }) => change);
    // A relay that begins publishes everything that there is first, and what is written meanwhile twice.
    const begun = async (): Promise<boolean> => {
      const { relays } = (await (await call('GET', '/v1/operations')).json()) as { relays: { module: string; published_until: string | null }[] };
      return relays.some(({ module, published_until }) => module === 'tariffs' && published_until !== null);
    };
    await waitUntil(begun, { what: 'the relay of tariffs has begun', timeoutMs: 30_000 });
    for (let i = 0; i < 40; i += 1) await call('PUT', `/v1/tariffs/NL/RGC/R${i}`, { body: tariff(`R${i}`) });
    const items = await all(client().items('tariffs'));
    const total = items.reduce((sum, { rev }) => sum + rev, 0);
    // An event may stand on the topic twice, where a relay began again: what is compared is positions, and that none is missing.
    const complete = (events: readonly Heard[]): boolean => new Set(changes(events)).size === total;
    const whole = await take(client().follow({ modules: ['tariffs'], from: 'start' }), complete);
    const kept = whole.slice(0, 20);
    const lastEventId = kept.at(-1)?.id ?? '';
    const rest = await take(client(platform.apiKey, 1).follow({ modules: ['tariffs'], lastEventId }), (heard) => complete([...kept, ...heard]));
    const offsets = (id: string): readonly number[] => decodePosition(id)?.get('tariffs') ?? [];
    const sum = (id: string): number => offsets(id).reduce((all, offset) => all + offset, 0);
    for (const { id } of rest) expect(offsets(id).every((offset, partition) => offset >= (offsets(lastEventId)[partition] ?? 0))).toBe(true);
    for (const [i, { id }] of rest.entries()) expect(sum(id)).toBeGreaterThan(sum(i === 0 ? lastEventId : (rest[i - 1]?.id ?? '')));
  });

  it('says when a position is not on the broker any more, and goes on with what is left', async () => {
    const kafka = createKafka({ brokers: stack.parts.kafkaBrokers }, 'test', logger);
    const [producer, admin] = [kafka.producer(), kafka.admin()];
    await Promise.all([producer.connect(), admin.connect()]);
    const topic = 'api.cdrs.changes';
    const publish = (rev: number): Promise<unknown> => {
      const headers = { module: 'cdrs', rev: String(rev), type: 'put', origin: 'own' };
      return producer.send({ topic, messages: [{ key: 'NL*RGC*C1', partition: 0, value: `{"id":"cdrs/${rev}","rev":${rev}}`, headers }] });
    };
    try {
      for (let rev = 1; rev <= 3; rev += 1) await publish(rev);
      let kept = '';
      for await (const event of client().follow({ modules: ['cdrs'], from: 'start' })) {
        kept = event.id;
        break;
      }
      for (let rev = 4; rev <= 6; rev += 1) await publish(rev);
      await admin.fetchTopicOffsets(topic); // without it the library has not looked up yet who leads the partition
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '4' }] });
      const heard: unknown[] = [];
      for await (const event of client().follow({ modules: ['cdrs'], lastEventId: kept })) {
        heard.push(event.type === 'reset' ? event.modules : event.change.rev);
        if (heard.length === 3) break;
      }
      expect(heard).toEqual([['cdrs'], 5, 6]);
    } finally {
      await Promise.all([producer.disconnect(), admin.disconnect()]);
    }
  });

  it('tells of every change in order, over a kill of the replica that is followed and a restart of Kafka', async () => {
    const keys = Array.from({ length: 8 }, (_, i) => `F${i}`);
    const heard = new Map<string, number[]>();
    const stop = new AbortController();
    const feed = client().follow({ modules: ['tariffs'], party: 'NL*RGC', from: 'start', signal: stop.signal });
    const following = (async () => {
      for await (const event of feed) {
        if (event.type === 'change') heard.set(event.change.key, [...(heard.get(event.change.key) ?? []), event.change.rev]);
      }
    })();
    const revs = new Map<string, number>();
    const write = async (rounds: number): Promise<void> => {
      for (let round = 0; round < rounds; round += 1) {
        const written = keys.map(async (id) => {
          const response = await call('PUT', `/v1/tariffs/NL/RGC/${id}`, { replica: 1, body: tariff(id, Math.random()) });
          const { rev, key } = (await response.json()) as { rev: number; key: string };
          revs.set(key, Math.max(rev, revs.get(key) ?? 0));
        });
        await Promise.all(written);
      }
    };
    const caughtUp = (): Promise<void> =>
      waitUntil(async () => [...revs].every(([key, rev]) => heard.get(key)?.includes(rev)), {
        what: 'all is heard', timeoutMs: 60_000, intervalMs: 20,
      });
    await write(5);
    await caughtUp();
    const writing = write(20);
    await platform.services.get('roaming-api')?.kill();
    await writing;
    await caughtUp();
    await stack.kafka.restart();
    await write(5);
    await caughtUp();
    stop.abort();
    await following;
    for (const [key, rev] of revs) {
      const all = heard.get(key) ?? [];
      expect([key, [...new Set(all)]]).toEqual([key, Array.from({ length: rev }, (_, i) => i + 1)]);
    }
  });

  it('answers as its document says, with real objects', async () => {
    const response = await call('GET', '/v1/tariffs/NL/RGC/mine');
    const etag = response.headers.get('etag') ?? '';
    expect((await call('GET', '/v1/tariffs/NL/RGC/mine', { headers: { 'if-none-match': etag } })).status).toBe(304);
    for (const path of ['/v1/tariffs', '/v1/status', '/v1/peers', '/v1/keys', '/v1/quirks', '/openapi.json', '/']) {
      expect([path, (await call('GET', path)).status]).toEqual([path, 200]);
    }
    expect(((await (await call('GET', '/openapi.json')).json()) as JudgingDocument).paths).toEqual(document.paths);
    for await (const object of client().export('tariffs')) expect(check.problemOfValue('TariffReceived', object)).toBeUndefined();
  });

  it('imports a stream through the client, and says of each line what became of it', async () => {
    const objects = [tariff('I1'), { ...tariff('I2'), currency: 'much too long' }, tariff('I3')] as never[];
    const results = client().import('tariffs', objects);
    const lines: unknown[] = [];
    let step = await results.next();
    for (; !step.done; step = await results.next()) {
      expect(check.problemOfValue('ImportLine', step.value)).toBeUndefined();
      lines.push([step.value.line, step.value.outcome]);
    }
    expect(lines).toEqual([[1, 'created'], [2, 'refused'], [3, 'created']]);
    expect(step.value).toMatchObject({ lines: 3, created: 2, refused: 1 });
    await expect(client('nobody').items('tariffs').next()).rejects.toBeInstanceOf(ApiProblem);
  });
});
