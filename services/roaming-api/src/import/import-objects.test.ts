import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { gzipSync } from 'node:zlib';
import { RoamgridError, type PutManyRequest } from '@roamgrid/runtime';
import { ApiUnderTest, hosted, KEY } from '../../test/api-under-test';
import { EagerClock } from '../../test/manual-clock';

const ndjson = { 'content-type': 'application/x-ndjson' };
const location = (id: string, more: object = {}): string =>
  JSON.stringify({ country_code: 'NL', party_id: 'RGC', id, last_updated: '2026-06-01T00:00:00Z', ...more });

type Line = Record<string, unknown>;

async function linesOf(response: Response): Promise<Line[]> {
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/x-ndjson');
  const text = await response.text();
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

describe('import', () => {
  let api: ApiUnderTest;

  beforeEach(async () => {
    api = await ApiUnderTest.start();
  });

  afterEach(() => api.close());

  const post = (body: string | Buffer, query = '', headers: Record<string, string> = {}): Promise<Response> =>
    api.call('POST', `/v1/locations/import${query}`, {
      body: new Uint8Array(Buffer.from(body)),
      headers: { ...ndjson, ...headers },
    });

  it('answers each line in order and a summary, and lets no bad line stop the rest', async () => {
    const long = location('L4', { name: 'x'.repeat(2_000) });
    const body = [
      location('L1'),
      '{"no": json',
      '',
      '[1]',
      long,
      location('L1', { last_updated: undefined }),
      location('L2'),
      location('L1'),
    ];
    const lines = await linesOf(await post(body.join('\n')));
    expect(lines.map(({ line, outcome, key, code }) => [line, outcome, key, code])).toEqual([
      [1, 'created', 'NL*RGC*L1', undefined],
      [2, 'refused', undefined, 'body.malformed'],
      [4, 'refused', undefined, 'body.malformed'],
      [5, 'refused', undefined, 'body.too_large'],
      [6, 'refused', 'NL*RGC*L1', 'object.invalid'],
      [7, 'created', 'NL*RGC*L2', undefined],
      [8, 'unchanged', 'NL*RGC*L1', undefined],
      [undefined, undefined, undefined, undefined],
    ]);
    expect(lines.at(-1)).toEqual({ lines: 7, created: 2, updated: 0, unchanged: 1, stale: 0, refused: 4 });
  });

  it('writes in batches of 100 as the company itself, with the bytes of the lines', async () => {
    const body = Array.from({ length: 250 }, (_, i) => ` ${location(`L${i}`, { n: '1.10' })}`);
    const lines = await linesOf(await post(gzipSync(body.join('\n')), '', { 'content-encoding': 'gzip' }));
    expect(lines.at(-1)).toMatchObject({ lines: 250, created: 250 });
    const requests = api.objects.locations.requests<PutManyRequest>('PutMany');
    expect(requests.flatMap(({ objects }) => objects.map(String))).toEqual(body.map((line) => line.trim()));
    expect(Math.max(...requests.map(({ objects }) => objects.length))).toBe(100);
    expect(requests[0]?.caller).toMatchObject({
      origin: 'own',
      roles: [{ role: 'CPO', country_code: 'NL', party_id: 'RGC' }],
    });
  });

  it('answers only refused lines when asked so', async () => {
    const lines = await linesOf(await post(`${location('L1')}\nnot json\n`, '?results=refused'));
    expect(lines.map(({ outcome }) => outcome)).toEqual(['refused', undefined]);
    expect(lines.at(-1)).toMatchObject({ lines: 2, created: 1, refused: 1 });
    expect((await post('', '?results=some')).status).toBe(400);
  });

  it('answers an empty upload with a summary', async () => {
    expect(await linesOf(await post(''))).toEqual([
      { lines: 0, created: 0, updated: 0, unchanged: 0, stale: 0, refused: 0 },
    ]);
  });

  it('loses nothing while the object service restarts', async () => {
    await api.stop('locations');
    const answer = post(`${location('L1')}\n${location('L2')}`);
    await api.revive('locations');
    expect((await linesOf(await answer)).at(-1)).toMatchObject({ lines: 2, created: 2, refused: 0 });
  });

  it('refuses the lines of a batch that failed as a whole, without the cause of a defect', async () => {
    api.objects.locations.before = () => {
      throw new RoamgridError('internal', 'secret cause');
    };
    const lines = await linesOf(await post(`${location('L1')}\n`));
    expect(lines[0]).toMatchObject({ line: 1, outcome: 'refused', code: 'internal' });
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  it('answers a line while the client goes on sending', async () => {
    const upload = httpRequest(`${api.url}/v1/locations/import`, {
      method: 'POST',
      headers: { ...ndjson, 'x-api-key': KEY },
    });
    upload.write(`${location('L1')}\n`);
    const [response] = (await once(upload, 'response')) as [IncomingMessage];
    const [first] = (await once(response, 'data')) as [Buffer];
    expect(JSON.parse(first.toString())).toEqual({ line: 1, outcome: 'created', key: 'NL*RGC*L1' });
    upload.end(location('L2'));
    const rest: Buffer[] = [];
    for await (const chunk of response) rest.push(chunk as Buffer);
    expect(Buffer.concat(rest).toString()).toContain('"lines":2');
  });

  it('says in the summary that an upload broke, after the results of all whole lines', async () => {
    const body = Array.from({ length: 5_000 }, (_, i) => location(`L${i}`, { name: Math.sin(i) })).join('\n');
    const packed = gzipSync(body);
    const lines = await linesOf(await post(packed.subarray(0, packed.length / 2), '', { 'content-encoding': 'gzip' }));
    const summary = lines.at(-1) ?? {};
    expect(summary).toMatchObject({ code: 'body.malformed' });
    expect(summary['lines']).toBe(lines.length - 1);
    expect(api.objects.locations.stored.size).toBe(summary['created']);
  });

  it('answers a problem when nothing of an upload can be read', async () => {
    const response = await post('no gzip', '', { 'content-encoding': 'gzip' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'body.malformed' });
    expect((await post('', '', { 'content-encoding': 'br' })).status).toBe(415);
    expect((await post('', '', { 'content-type': 'text/csv' })).status).toBe(415);
  });

  it('takes no more imports at once than configured, and again when one has ended', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const reached = new Promise<void>((resolve) => {
      let begun = 0;
      api.objects.locations.before = () => {
        begun += 1;
        if (begun === 2) resolve();
        return held;
      };
    });
    const running = [post(location('L1')), post(location('L2'))];
    await reached;
    const third = await post(location('L3'));
    expect(third.status).toBe(429);
    expect(third.headers.get('retry-after')).toBe('1');
    release();
    await Promise.all(running.map(async (each) => linesOf(await each)));
    expect((await linesOf(await post(location('L3')))).at(-1)).toMatchObject({ created: 1 });
  });
});

describe('import without the role', () => {
  let api: ApiUnderTest;

  beforeAll(async () => {
    api = await ApiUnderTest.start({ parties: [hosted('EMSP')] });
  });

  afterAll(() => api.close());

  it('is refused before anything is read', async () => {
    const response = await api.call('POST', '/v1/locations/import', { body: location('L1'), headers: ndjson });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({
      code: 'party.role_missing',
      detail: 'locations are written by the role CPO, which none of the parties hosted here has: NL*RGC (EMSP)',
    });
    expect(api.objects.locations.calls).toEqual([]);
  });
});

describe('import into a service that stays away', () => {
  let api: ApiUnderTest;

  beforeAll(async () => {
    api = await ApiUnderTest.start({ clock: new EagerClock() });
  });

  afterAll(() => api.close());

  it('refuses the lines for good, and tells no address', async () => {
    await api.stop('locations');
    const body = `${location('L1')}\nnot json\n`;
    const lines = await linesOf(await api.call('POST', '/v1/locations/import', { body, headers: ndjson }));
    expect(lines[0]).toEqual({
      line: 1,
      outcome: 'refused',
      code: 'unavailable',
      message: 'a service behind this API does not answer at the moment; try again',
    });
    expect(lines[1]).toMatchObject({ line: 2, code: 'body.malformed' });
    expect(lines.at(-1)).toMatchObject({ lines: 2, refused: 2 });
  });
});
