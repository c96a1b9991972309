import { PushPeer, type Push } from './push-peer';
import { PushStack, until } from './push-stack';

const T = ['00', '01', '02', '03', '04'].map((second) => `2026-01-01T00:00:${second}Z`);
const NOT_FOUND = { status: 404, body: '{"status_code":2003,"timestamp":"2026-01-01T00:00:00Z"}' };

describe('push-dispatcher: quirks of a peer', () => {
  const stack = new PushStack();
  const everybody: PushPeer[] = [];

  beforeAll(async () => {
    await stack.start();
    await stack.dispatcher('dispatcher', { LANE: { window: 8, connectTimeout: 1_000, answerTimeout: 1_000, maxAnswerBytes: 65_536 } });
  });

  afterAll(() => stack.stop());

  afterEach(async () => {
    for (const peer of everybody.splice(0)) {
      stack.peers.set(peer.peer('removed'));
      await peer.close();
    }
  });

  async function peer(id: string, quirks: Record<string, string> = {}): Promise<PushPeer> {
    const added = new PushPeer(id);
    added.quirks = quirks;
    everybody.push(await stack.peer(added));
    await stack.untilNothingIsOwed(added);
    return added;
  }

  /** Sets quirks as the credentials service tells it. */
  function set(receiver: PushPeer, quirks: Record<string, string>): void {
    receiver.quirks = quirks;
    stack.peers.set(receiver.peer());
  }

  const untilSent = (receiver: PushPeer, id: string, rev: number): Promise<void> =>
    until(`revision ${rev} of ${id} is sent`, async () => {
      const row = await stack.row(receiver, 'locations', id);
      return row?.state === 'sent' && row.sent === rev;
    });

  /** A Location with two EVSEs, the first of that status since that second. */
  const site = (status = 'AVAILABLE', second = 0, more: object = {}): object => ({
    evses: [
      { uid: 'E1', status, last_updated: T[second] },
      { uid: 'E2', status: 'AVAILABLE', last_updated: T[0] },
    ],
    last_updated: T[second],
    ...more,
  });
  const write = (id: string, fields: object): Promise<unknown> => stack.write('locations', [id], false, fields);
  const seen = (pushes: readonly Push[], id: string): string[] =>
    pushes.filter(({ path }) => path.includes(`/${id}`)).map(({ method, path, body }) => `${method} ${path.slice('/locations/NL/OWN/'.length)} ${body.length > 90 ? 'whole' : body}`.trim());

  it('TRN-07: a peer that refuses the encoded token is sent the raw one as soon as its quirk is set', async () => {
    const receiver = await peer('RAW');
    receiver.respond = ({ headers }) => (headers.authorization === `Token ${receiver.token}` ? {} : { status: 401, body: '' });
    await stack.write('locations', ['for-raw']);
    await until('it was refused', () => receiver.pushes.length > 0);
    set(receiver, { token_encoding: 'raw' });
    await stack.untilEqual(receiver);
  });

  it('sends the headers that the quirks say, from the next push on', async () => {
    const receiver = await peer('HDR');
    await stack.write('locations', ['headers']);
    await stack.untilEqual(receiver);
    const names = (): string[] => Object.keys(receiver.pushes.at(-1)?.headers ?? {}).filter((name) => /^(x|ocpi)-/.test(name)).sort();
    expect(names()).toEqual([
      ...['ocpi-from-country-code', 'ocpi-from-party-id', 'ocpi-to-country-code', 'ocpi-to-party-id'],
      ...['x-correlation-id', 'x-request-id'],
    ]);
    set(receiver, { message_ids: 'false', routing_headers: 'false', content_type: 'application/json; charset=utf-8' });
    await stack.write('locations', ['headers']);
    await stack.untilEqual(receiver);
    expect(names()).toEqual([]);
    expect(receiver.pushes.at(-1)?.headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it('TRN-20: takes a bare 204 for success once the quirk says so', async () => {
    const receiver = await peer('BAR');
    receiver.respond = () => ({ status: 204, body: '' });
    await stack.write('locations', ['bare']);
    await until('it was tried twice', () => receiver.revsOf('bare').length > 1);
    expect((await stack.row(receiver, 'locations', 'bare'))?.state).toBe('owed');
    set(receiver, { bare_answers: 'true' });
    await untilSent(receiver, 'bare', 1);
  });

  it('has no more requests under way than the quirk allows', async () => {
    const [one, many] = [await peer('ONE', { parallel_requests: '1' }), await peer('MNY')];
    for (const receiver of [one, many]) receiver.respond = () => ({ delay: 20 });
    one.mostTogether = 0;
    await stack.write('locations', Array.from({ length: 30 }, (_, i) => `parallel${i}`));
    await Promise.all([stack.untilEqual(one), stack.untilEqual(many)]);
    expect(one.mostTogether).toBe(1);
    expect(many.mostTogether).toBeGreaterThan(1);
  });

  it('AMB-32: spaces the requests as the quirk says', async () => {
    const receiver = await peer('SLW', { requests_per_second: '10' });
    const known = receiver.pushes.length;
    await stack.write('locations', Array.from({ length: 6 }, (_, i) => `spaced${i}`));
    await stack.untilEqual(receiver);
    const times = receiver.pushes.slice(known).map(({ at }) => at);
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(400);
  });

  describe('push_method patch', () => {
    const patched = { push_method: 'patch' };
    const status = (value: string, second: number): string => JSON.stringify({ status: value, last_updated: T[second] });

    it('LOC-33: sends an object whole once, then what changes where it changed; without the quirk whole again', async () => {
      const receiver = await peer('PAT', patched);
      await write('PA', site());
      await untilSent(receiver, 'PA', 1);
      await write('PA', site('CHARGING', 1));
      await untilSent(receiver, 'PA', 2);
      await write('PA', site('CHARGING', 2, { name: 'Weg', evses: [{ uid: 'E1', status: 'CHARGING', last_updated: T[1] }, { uid: 'E2', status: 'BLOCKED', last_updated: T[2] }] }));
      await untilSent(receiver, 'PA', 3);
      expect(seen(receiver.pushes, 'PA')).toEqual([
        'PUT PA whole',
        `PATCH PA/E1 ${status('CHARGING', 1)}`,
        `PATCH PA/E2 ${status('BLOCKED', 2)}`,
        `PATCH PA ${JSON.stringify({ name: 'Weg', last_updated: T[2] })}`,
      ]);
      const patch = receiver.pushes.find(({ method }) => method === 'PATCH');
      expect(patch?.headers).toMatchObject({ 'content-type': 'application/json', 'ocpi-from-party-id': 'OWN' });

      set(receiver, {});
      await write('PA', site('AVAILABLE', 3));
      await untilSent(receiver, 'PA', 4);
      expect(seen(receiver.pushes, 'PA').at(-1)).toBe('PUT PA whole');
    });

    it('LOC-32, TRN-34: sends whole what lost something', async () => {
      const receiver = await peer('LST', patched);
      await write('LO', site('AVAILABLE', 0, { name: 'Weg' }));
      await untilSent(receiver, 'LO', 1);
      await write('LO', site('AVAILABLE', 1));
      await untilSent(receiver, 'LO', 2);
      expect(seen(receiver.pushes, 'LO')).toEqual(['PUT LO whole', 'PUT LO whole']);
    });

    it('TRN-28: after a PATCH of something unknown it looks, and sends the whole object', async () => {
      const receiver = await peer('UNK', patched);
      receiver.respond = ({ method }) => (method === 'PUT' ? {} : NOT_FOUND);
      await write('UN', site());
      await untilSent(receiver, 'UN', 1);
      await write('UN', site('CHARGING', 1));
      await untilSent(receiver, 'UN', 2);
      expect(seen(receiver.pushes, 'UN')).toEqual(['PUT UN whole', `PATCH UN/E1 ${status('CHARGING', 1)}`, 'GET UN', 'PUT UN whole']);
      const row = await stack.row(receiver, 'locations', 'UN');
      expect(row).toMatchObject({ state: 'sent', failure: null });
    });

    it('TRN-28: sends nothing more where the peer turns out to have it all', async () => {
      const receiver = await peer('HAS', patched);
      const data = { country_code: 'NL', party_id: 'OWN', id: 'HA', ...site('CHARGING', 1) };
      receiver.respond = ({ method }) =>
        method === 'PATCH' ? NOT_FOUND : method === 'GET' ? { body: JSON.stringify({ status_code: 1000, data }) } : {};
      await write('HA', site());
      await untilSent(receiver, 'HA', 1);
      await write('HA', site('CHARGING', 1));
      await untilSent(receiver, 'HA', 2);
      expect(seen(receiver.pushes, 'HA')).toEqual(['PUT HA whole', `PATCH HA/E1 ${status('CHARGING', 1)}`, 'GET HA']);
    });

    it('TRN-28: never repeats a PATCH without an answer: what the peer has is not known, so it gets all', async () => {
      const receiver = await peer('HNG', patched);
      receiver.respond = ({ method }) => (method === 'PATCH' ? 'hang' : {});
      await write('HG', site());
      await untilSent(receiver, 'HG', 1);
      await write('HG', site('CHARGING', 1));
      await untilSent(receiver, 'HG', 2);
      expect(seen(receiver.pushes, 'HG')).toEqual(['PUT HG whole', `PATCH HG/E1 ${status('CHARGING', 1)}`, 'PUT HG whole']);
    });

    it('asks a peer that has no PATCH only once', async () => {
      const receiver = await peer('NOP', patched);
      receiver.respond = ({ method }) => (method === 'PATCH' ? { status: 405, body: '' } : {});
      await write('NO', site());
      await untilSent(receiver, 'NO', 1);
      for (const second of [1, 2]) {
        await write('NO', site(`S${second}`, second));
        await untilSent(receiver, 'NO', second + 1);
      }
      expect(seen(receiver.pushes, 'NO').map((line) => line.split(' ')[0])).toEqual(['PUT', 'PATCH', 'GET', 'PUT', 'PUT']);
    });

    it('TAR-05: puts whole what has no PATCH in OCPI', async () => {
      const receiver = await peer('TAR', patched);
      for (const second of [1, 2]) {
        await stack.write('tariffs', ['TA'], false, { currency: `C${second}`, last_updated: T[second] });
        await until('it has come', () => receiver.pushes.filter(({ path }) => path.endsWith('/TA')).length === second);
      }
      expect(receiver.pushes.map(({ method }) => method).filter((method) => method !== 'PUT')).toEqual([]);
    });
  });
});
