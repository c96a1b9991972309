import { PushPeer, type Push } from './push-peer';
import { PushStack, until, type Dispatcher } from './push-stack';

const ids = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const keyOf = (id: string): string => `NL*OWN*${id.toUpperCase()}`;
const REFUSED = { body: '{"status_code":2001,"status_message":"no","timestamp":"2026-01-01T00:00:00Z"}' };
const FAILING = { status: 500, body: 'broken' };
const WELL = (): object => ({});

describe('push-dispatcher: what an operator sees and does', () => {
  const stack = new PushStack();
  let dispatcher: Dispatcher;
  const everybody: PushPeer[] = [];
  const start = (name: string): Promise<Dispatcher> => stack.dispatcher(name, { BREAKER: BREAKER });
  const BREAKER = { failures: 3, firstPause: 100, longestPause: 200, pausedProbe: 3_600_000, suspendAfter: 6_000, suspendedProbe: 3_600_000 };

  beforeAll(async () => {
    await stack.start();
    dispatcher = await start('dispatcher');
  });

  afterAll(() => stack.stop());

  afterEach(async () => {
    for (const peer of everybody.splice(0)) {
      stack.peers.set(peer.peer('removed'));
      await peer.close();
    }
  });

  async function peer(id: string, respond: (push: Push) => ReturnType<PushPeer['respond']> = WELL): Promise<PushPeer> {
    const added = new PushPeer(id);
    everybody.push(await stack.peer(added));
    await stack.untilCaughtUp(added);
    added.respond = respond;
    return added;
  }

  const all = (receiver: PushPeer, module = '', limit = 100): { peer_id: string; module: string; limit: number; after: string } => ({
    peer_id: receiver.id,
    module,
    limit,
    after: '',
  });
  const sentCount = (receiver: PushPeer): Promise<number> => stack.rows().countDocuments({ peer: receiver.id, state: 'sent' });
  const untilOwed = (receiver: PushPeer, count: number): Promise<void> =>
    until(`${count} are owed`, async () => (await stack.owed(dispatcher, receiver))?.owed === count);
  const untilStopped = (receiver: PushPeer, how: RegExp): Promise<void> =>
    until(`stopped: ${String(how)}`, async () => how.test((await stack.owed(dispatcher, receiver))?.stopped ?? ''));

  it('what a peer is owed, since when, and why nothing goes', async () => {
    const receiver = await peer('OWD', () => FAILING);
    const before = Date.now();
    await stack.write('locations', ids('owed', 3));
    await untilOwed(receiver, 3);
    const after = Date.now();
    await stack.write('locations', ids('owed', 3));
    await untilStopped(receiver, /^failing: since 2\S+Z: HTTP 500 without an OCPI envelope$/);
    const row = await stack.owed(dispatcher, receiver);
    expect(row).toMatchObject({ owed: 3, dead: 0 });
    expect(row?.oldest).toBeGreaterThanOrEqual(before);
    expect(row?.oldest).toBeLessThanOrEqual(after);
    expect(row?.next).toBeGreaterThanOrEqual(before);
    expect((await stack.lane(dispatcher, receiver))?.waiting).toBe(3);
    receiver.respond = WELL;
    await dispatcher.operations.RetryNow({ peer_id: receiver.id, module: '' }); // on a slow machine it may be suspended by now
    await stack.untilEqual(receiver);
    await until('nothing is owed', async () => (await stack.owed(dispatcher, receiver)) === undefined);
  });

  it('a paused peer gets nothing, also after a restart, until it is resumed', async () => {
    const receiver = await peer('PAS');
    const seen = receiver.pushes.length;
    const reason = 'their "maintenance" of $today';
    expect(await dispatcher.operations.Pause({ peer_id: receiver.id, reason })).toEqual({ count: 1 });
    expect(await dispatcher.operations.Pause({ peer_id: receiver.id, reason })).toEqual({ count: 0 });
    await stack.write('locations', ids('paused', 5));
    await untilOwed(receiver, 5);
    expect(await stack.owed(dispatcher, receiver)).toMatchObject({ stopped: `paused: ${reason}` });
    await dispatcher.process.kill();
    dispatcher = await start('restarted');
    const other = await peer('OTH');
    await until('the lane is held', async () => (await stack.lane(dispatcher, other))?.state === 'open');
    await stack.write('locations', ids('paused', 6));
    await stack.untilEqual(other);
    await untilOwed(receiver, 6);
    expect((await stack.lane(dispatcher, receiver))?.state).toBe(`paused by an operator: ${reason}`);
    expect(receiver.pushes).toHaveLength(seen);
    expect(await dispatcher.operations.Resume({ peer_id: receiver.id, reason: '' })).toEqual({ count: 1 });
    expect(await dispatcher.operations.Resume({ peer_id: receiver.id, reason: '' })).toEqual({ count: 0 });
    await stack.untilEqual(receiver);
  });

  it('TRN-21 dead letters with what the peer said, newest first and page by page; replayed, they live again', async () => {
    const receiver = await peer('LET', ({ path }) => (path.includes('letter') ? REFUSED : {}));
    for (const id of ids('letter', 3)) {
      await stack.write('locations', [id]);
      await until('it is dead', async () => (await stack.row(receiver, 'locations', id))?.state === 'dead');
    }
    const first = await dispatcher.operations.DeadLetters(all(receiver, '', 2));
    const second = await dispatcher.operations.DeadLetters({ ...all(receiver, 'locations', 2), after: first.next });
    expect([first, second].map((page) => page.dead_letters.map(({ key }) => key))).toEqual([
      [keyOf('letter2'), keyOf('letter1')],
      [keyOf('letter0')],
    ]);
    expect(second.next).toBe('');
    const letter = { peer_id: receiver.id, module: 'locations', rev: 1, reason: 'HTTP 200, OCPI 2001 (no)', http: 200, ocpi: 2001, response: REFUSED.body };
    expect(first.dead_letters[0]).toMatchObject(letter);
    expect((await dispatcher.operations.DeadLetters({ ...all(receiver), peer_id: '' })).dead_letters).toHaveLength(3);
    await until('they are counted', async () => (await stack.owed(dispatcher, receiver))?.dead === 3);
    receiver.respond = WELL;
    const dead = { peer_id: receiver.id, dead: true } as const;
    expect(await dispatcher.operations.Replay({ ...dead, module: 'tariffs' })).toEqual({ count: 0 });
    expect(await dispatcher.operations.Replay({ ...dead, module: '' })).toEqual({ count: 3 });
    await until('all are sent', async () => (await stack.rows().countDocuments({ peer: receiver.id, state: { $ne: 'sent' } })) === 0);
    expect(ids('letter', 3).map((id) => receiver.revsOf(id))).toEqual([[1, 1], [1, 1], [1, 1]]);
  });

  it('replays one object, or what was sent since a moment, in its present state', async () => {
    const receiver = await peer('RPL');
    await stack.write('locations', ['early', 'late']);
    await stack.untilEqual(receiver);
    const since = Date.now() + 1;
    await until('the moment has come', () => Date.now() > since);
    await stack.write('locations', ['late']);
    await stack.untilEqual(receiver);
    const replay = { peer_id: receiver.id, module: 'locations' };
    expect(await dispatcher.operations.Replay({ ...replay, key: keyOf('early') })).toEqual({ count: 1 });
    await until('it has come again', () => receiver.revsOf('early').length === 2);
    await until('it is settled', async () => (await stack.row(receiver, 'locations', 'early'))?.sent === 1);
    const later = (await stack.row(receiver, 'locations', 'early'))?.due.getTime() ?? 0;
    expect(await dispatcher.operations.Replay({ ...replay, module: '', since: later })).toEqual({ count: 1 });
    await until('it has come once more', () => receiver.revsOf('early').length === 3);
    await until('it is settled again', async () => (await stack.row(receiver, 'locations', 'early'))?.state === 'sent');
    expect(await dispatcher.operations.Replay({ ...replay, since })).toEqual({ count: 2 });
    await until('both have come', () => receiver.revsOf('early').length === 4 && receiver.revsOf('late').length === 3);
    expect([receiver.revsOf('early'), receiver.revsOf('late')]).toEqual([[1, 1, 1, 1], [1, 2, 2]]);
    await expect(dispatcher.operations.Replay({ ...replay, peer_id: 'nobody', dead: true })).rejects.toMatchObject({ code: 'peer.unknown' });
    await expect(dispatcher.operations.Replay(replay)).rejects.toMatchObject({ code: 'parameter.invalid' });
  });

  it('what is replayed and fails waits for its time, as everything else', async () => {
    const receiver = await peer('RPF');
    await stack.write('locations', ['fails']);
    await stack.untilEqual(receiver);
    receiver.respond = () => ({ status: 404, body: '{"status_code":2003}' });
    await dispatcher.operations.Replay({ peer_id: receiver.id, module: 'locations', key: keyOf('fails') });
    await until('it waits', async () => ((await stack.row(receiver, 'locations', 'fails'))?.failure?.http ?? 0) === 404);
    expect((await stack.row(receiver, 'locations', 'fails'))?.state).toBe('owed');
    receiver.respond = () => REFUSED;
    await until('it is dead', async () => (await stack.row(receiver, 'locations', 'fails'))?.state === 'dead');
  });

  it('an alarm of a peer that refuses us ends when it is tried now and is well', async () => {
    const receiver = await peer('RTN', () => ({ status: 401, body: '' }));
    await stack.write('locations', ids('refused', 4));
    await untilStopped(receiver, /^refused: since \S+: HTTP 401/);
    await untilOwed(receiver, 4);
    receiver.respond = WELL;
    const { count } = await dispatcher.operations.RetryNow({ peer_id: receiver.id, module: '' });
    expect(count).toBeGreaterThan(0);
    await stack.untilEqual(receiver);
    await expect(dispatcher.operations.RetryNow({ peer_id: receiver.id, module: 'cdrs' })).rejects.toMatchObject({ code: 'parameter.invalid' });
  });

  it('a peer is given everything again', async () => {
    const receiver = await peer('RSY');
    await stack.write('locations', ids('resync', 5));
    await stack.untilEqual(receiver);
    const [known, had] = [receiver.pushes.length, await sentCount(receiver)];
    expect(had).toBeGreaterThanOrEqual(5);
    expect(await dispatcher.operations.Resync({ peer_id: receiver.id, module: 'locations' })).toEqual({ count: 1 });
    const locations = stack.objects.locations.newest().size;
    await until('all have come again', () => receiver.pushes.length - known >= locations);
    await stack.untilNothingIsOwed(receiver);
    const again = receiver.pushes.slice(known).map(({ path }) => path);
    expect([again.length, new Set(again).size]).toEqual([locations, locations]);
    expect(await dispatcher.operations.Resync({ peer_id: receiver.id, module: '' })).toEqual({ count: 2 });
  });

  it('a peer that fails for long is suspended, its rows are kept, and it comes back by itself', async () => {
    const receiver = await peer('SUS', () => FAILING);
    await stack.write('locations', ids('suspended', 4));
    await untilStopped(receiver, /^suspended: since \S+Z, failing since \S+Z: HTTP 500/);
    const stopped = (await stack.owed(dispatcher, receiver))?.stopped;
    expect((await stack.lane(dispatcher, receiver))?.state).toMatch(/^suspended since /);
    const probes = receiver.pushes.length;
    await dispatcher.operations.RetryNow({ peer_id: receiver.id, module: '' });
    await until('it was probed', () => receiver.pushes.length === probes + 1);
    await untilOwed(receiver, 4);
    expect((await stack.owed(dispatcher, receiver))?.stopped).toBe(stopped);
    receiver.respond = WELL;
    await dispatcher.process.kill();
    dispatcher = await start('after-suspension'); // whoever takes a lane over probes at once
    await stack.untilEqual(receiver);
    await until('it is told', async () => (await stack.lane(dispatcher, receiver))?.state === 'open');
  });

  it('TRN-67 every attempt is written down: what came of it, and what the peer said, without our token', async () => {
    const receiver = await peer('LOG');
    const answers = [FAILING, { body: `{"status_code":2001,"data":"Token ${receiver.token}"}` }];
    receiver.respond = ({ path }) => (path.endsWith('/logged') ? (answers.shift() ?? {}) : {});
    await stack.write('locations', ['logged', 'easy']);
    await until('it is dead', async () => (await stack.row(receiver, 'locations', 'logged'))?.state === 'dead');
    await stack.write('locations', ['logged']);
    await stack.untilEqual(receiver);
    const asked = { ...all(receiver, 'locations'), key: keyOf('logged') };
    await until('all is written down', async () => (await dispatcher.operations.Attempts(asked)).attempts.length === 3);
    const { attempts, next } = await dispatcher.operations.Attempts(asked);
    const told = { peer_id: receiver.id, module: 'locations', key: keyOf('logged'), method: 'PUT' };
    expect(attempts).toMatchObject([
      { ...told, rev: 2, outcome: 'sent', http: 200, ocpi: 1000, reason: '', response: '' },
      { ...told, rev: 1, outcome: 'dead', http: 200, ocpi: 2001, response: '{"status_code":2001,"data":"Token ***"}' },
      { ...told, rev: 1, outcome: 'retry', http: 500, ocpi: 0, response: 'broken' },
    ]);
    expect(next).toBe('');
    const page = await dispatcher.operations.Attempts({ ...asked, limit: 2 });
    const rest = await dispatcher.operations.Attempts({ ...asked, limit: 2, after: page.next });
    expect([...page.attempts, ...rest.attempts]).toEqual(attempts);
    const everyone = await dispatcher.operations.Attempts({ ...asked, peer_id: '', module: '', key: '', limit: 500 });
    expect(new Set(everyone.attempts.map(({ peer_id }) => peer_id)).size).toBeGreaterThan(1);
    expect(everyone.attempts.map(({ at }) => at)).toEqual(everyone.attempts.map(({ at }) => at).sort((a, b) => b - a));
  });
});
