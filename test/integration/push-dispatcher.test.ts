import { PushPeer, type Push } from './push-peer';
import { PushStack, until, type Dispatcher } from './push-stack';

const ids = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const failing = { status: 500, body: 'broken' };

describe('push-dispatcher', () => {
  const stack = new PushStack();
  let dispatcher: Dispatcher;
  const everybody: PushPeer[] = [];

  beforeAll(async () => {
    await stack.start();
    dispatcher = await stack.dispatcher('dispatcher');
  });

  afterAll(() => stack.stop());

  /** Peers of earlier tests take no part in later ones. */
  afterEach(async () => {
    for (const peer of everybody.splice(0)) {
      stack.peers.set(peer.peer('removed'));
      await peer.close();
    }
  });

  async function peer(
    id: string,
    respond: (push: Push) => ReturnType<PushPeer['respond']> = () => ({}),
  ): Promise<PushPeer> {
    const added = new PushPeer(id);
    added.respond = respond;
    everybody.push(await stack.peer(added));
    await stack.untilCaughtUp(added);
    return added;
  }

  it("TRN-13, TRN-45, RTE-01, RTE-04 brings the stored bytes to the object's own URL, from its owner", async () => {
    const receiver = await peer('ABC');
    await stack.write('locations', ['L 1/a']);
    await until('the push has come', () => receiver.pushes.length > 0);
    const [push] = receiver.pushes;
    expect(push).toMatchObject({ method: 'PUT', path: '/locations/NL/OWN/L%201%2Fa' });
    expect(push?.body).toBe('{"country_code":"NL","party_id":"OWN","id":"L 1/a",  "rev":1}');
    expect(push?.headers).toMatchObject({
      authorization: `Token ${Buffer.from(receiver.token).toString('base64')}`,
      'content-type': 'application/json',
      'x-request-id': expect.stringMatching(/^\S{36}$/) as unknown,
      'x-correlation-id': expect.stringMatching(/^\S{36}$/) as unknown,
      'ocpi-from-country-code': 'NL',
      'ocpi-from-party-id': 'OWN',
      'ocpi-to-country-code': 'DE',
      'ocpi-to-party-id': 'ABC',
    });
    await until('it is counted', async () => {
      const lane = await stack.lane(dispatcher, receiver);
      return lane?.delivered === 1 && lane.waiting === 0 && lane.arrival_p99 > 0 && lane.state === 'open';
    });
  });

  it('LOC-70, TRN-60 a peer that was away gets the newest of each object, once', async () => {
    const receiver = await peer('AWY');
    await receiver.close();
    const known = receiver.pushes.length;
    for (let i = 0; i < 100; i += 1) await stack.write('locations', ['flapping']);
    await until('all are owed', async () => (await stack.row(receiver, 'locations', 'flapping'))?.rev === 100);
    expect(await stack.rows().countDocuments({ peer: receiver.id, key: 'NL*OWN*FLAPPING' })).toBe(1);
    await until(
      'the lane probes',
      async () => (await stack.lane(dispatcher, receiver))?.state.startsWith('probing since') ?? false,
    );
    await receiver.listen();
    await stack.untilEqual(receiver);
    expect(receiver.pushes.slice(known).map(({ rev }) => rev)).toEqual([100]);
    await until('the lane is open', async () => (await stack.lane(dispatcher, receiver))?.state === 'open');
  });

  it('updates of an object arrive in order, one at a time', async () => {
    let seed = 7;
    const receiver = await peer('ORD', () => ({ delay: (seed = (seed * 16_807) % 2_147_483_647) % 20 }));
    for (let i = 0; i < 60; i += 1) await stack.write('locations', ids('ordered', 10));
    await stack.untilEqual(receiver);
    for (const id of ids('ordered', 10)) {
      const revs = receiver.revsOf(id);
      expect(revs).toEqual([...new Set(revs)].sort((a, b) => a - b));
    }
    expect(Math.max(...receiver.mostAtOnce.values())).toBe(1);
  });

  it('a peer that hangs and one that fails hold up nobody else', async () => {
    const [hanging, broken, well] = [await peer('HNG'), await peer('BRK'), await peer('WEL')];
    hanging.respond = () => 'hang';
    broken.respond = () => failing;
    await stack.write('locations', ids('isolated', 200));
    await stack.untilEqual(well);
    const open = await stack.rows().countDocuments({ peer: hanging.id, state: 'owed' });
    expect(open).toBe(200);
    expect(await stack.rows().countDocuments({ peer: broken.id, state: 'owed' })).toBe(200);
    broken.respond = () => ({});
    await stack.untilEqual(broken);
  });

  it('tries again what was answered with 500, and with a status code of 3xxx', async () => {
    const receiver = await peer('RTY');
    const answers = [failing, { body: '{"status_code":3000,"timestamp":"2026-01-01T00:00:00Z"}' }, {}];
    receiver.respond = ({ path }) => (path.endsWith('/again') ? (answers.shift() ?? {}) : {});
    await stack.write('locations', ['again']);
    await until('it is delivered', async () => (await stack.row(receiver, 'locations', 'again'))?.state === 'sent');
    expect(receiver.revsOf('again')).toEqual([1, 1, 1]);
  });

  it('TRN-63 waits as long as the peer asks', async () => {
    const receiver = await peer('ASK');
    const headers = { 'retry-after': '1' };
    receiver.respond = () => (receiver.revsOf('asked').length === 1 ? { status: 429, headers, body: '' } : {});
    await stack.write('locations', ['asked']);
    await stack.untilEqual(receiver);
    const [first, second] = receiver.pushes.filter(({ path }) => path.endsWith('/asked'));
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1_000);
  });

  it('TRN-21 what the peer refuses for good becomes a dead letter, and lives again when it changes', async () => {
    const receiver = await peer('DED');
    receiver.respond = ({ path, rev, headers }) =>
      path.endsWith('/refused') && rev === 1
        ? {
            body: JSON.stringify({
              status_code: 2001,
              status_message: 'no',
              data: [headers.authorization, receiver.token],
            }),
          }
        : {};
    await stack.write('locations', ['refused']);
    await until('it is dead', async () => (await stack.row(receiver, 'locations', 'refused'))?.state === 'dead');
    const dead = await stack.row(receiver, 'locations', 'refused');
    expect(dead?.failure).toMatchObject({ http: 200, ocpi: 2001 });
    expect(dead?.failure?.response).toContain('"data":["Token ***","***"]');
    await until('it is shown', async () => (await stack.lane(dispatcher, receiver))?.failed === 1);
    expect((await stack.lane(dispatcher, receiver))?.last_error).toBe('HTTP 200, OCPI 2001 (no)');
    await stack.write('locations', ['refused']);
    await stack.untilEqual(receiver);
    expect(receiver.revsOf('refused')).toEqual([1, 2]);
  });

  it('401 pauses the lane until the credentials change', async () => {
    const receiver = await peer('PAU');
    const old = receiver.token;
    receiver.respond = ({ headers }) =>
      headers.authorization === `Token ${Buffer.from(old).toString('base64')}` ? { status: 401, body: '' } : {};
    const before = receiver.pushes.length;
    await stack.write('locations', ids('paused', 40));
    await until(
      'the lane is paused',
      async () => (await stack.lane(dispatcher, receiver))?.state === 'paused: HTTP 401 without an OCPI envelope',
    );
    await until('all are owed', async () => (await stack.lane(dispatcher, receiver))?.waiting === 40);
    expect(receiver.pushes.length - before).toBeLessThanOrEqual(8);
    receiver.token = 'a-new-token';
    stack.peers.set(receiver.peer());
    await stack.untilEqual(receiver);
    expect((await stack.lane(dispatcher, receiver))?.state).toBe('open');
  });

  it('TAR-07, TAR-08 deletes what is gone; an object that the peer does not know is deleted already', async () => {
    const receiver = await peer('DEL');
    await stack.write('tariffs', ['kept', 'gone', 'unknown']);
    await stack.untilEqual(receiver, 'tariffs');
    receiver.respond = ({ path }) => (path.endsWith('/unknown') ? { status: 404, body: '{"status_code":2000}' } : {});
    await stack.write('tariffs', ['gone', 'unknown'], true);
    await stack.untilEqual(receiver, 'tariffs');
    const deletes = receiver.pushes.filter(({ method }) => method === 'DELETE').map(({ path }) => path);
    expect(deletes.sort()).toEqual(['/tariffs/NL/OWN/gone', '/tariffs/NL/OWN/unknown']);
  });

  it('forgets a removed peer', async () => {
    const receiver = await peer('RMV');
    receiver.respond = () => 'hang';
    await stack.write('locations', ids('removed', 5));
    await until(
      'it is owed',
      async () => (await stack.rows().countDocuments({ peer: receiver.id, state: 'owed' })) === 5,
    );
    stack.peers.set(receiver.peer('removed'));
    await until('nothing is left', async () => (await stack.rows().countDocuments({ peer: receiver.id })) === 0);
    expect(await stack.lane(dispatcher, receiver)).toBeUndefined();
  });

  it('pushes again after the broker was restarted', async () => {
    const receiver = await peer('BKR');
    await stack.parts.kafka?.restart();
    await stack.write('locations', ['after the broker']);
    await stack.untilEqual(receiver);
  });

  it('pushes again after the store was killed, and loses nothing', async () => {
    const receiver = await peer('STO');
    const writing = stack.write('locations', ids('stored', 50));
    await stack.parts.mongod?.kill();
    await writing;
    await stack.parts.mongod?.whenReady();
    await stack.untilEqual(receiver);
  });
});
