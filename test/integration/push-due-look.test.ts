import type { Connection } from 'mongoose';
import { systemClock } from '@roamgrid/runtime';
import { waitUntil } from '@roamgrid/testkit';
import { DueLook } from '../../services/push-dispatcher/src/lane/due-look';
import { openRows } from '../../services/push-dispatcher/src/rows/delivery-row';
import { DeliveryRows } from '../../services/push-dispatcher/src/rows/delivery-rows';
import { logger, StoreStack } from './store-stack';

jest.setTimeout(60_000);

const MODULES = ['locations', 'tariffs'];

describe('rows that come due without anybody telling of it', () => {
  const stack = new StoreStack();
  const stop = new AbortController();
  let running: Promise<void> | undefined;
  let connection: Connection;
  let rows: DeliveryRows;

  beforeAll(async () => {
    await stack.start();
    connection = await stack.connect(stack.database());
    rows = new DeliveryRows(await openRows(connection));
  });
  afterAll(async () => {
    stop.abort();
    await running;
    await stack.stop();
  });

  const owe = (peer: string, module: string, at: number): Promise<void> => rows.owe([{ peer, module, key: 'A', rev: 1, backlog: false }], at);

  it('wake the lanes that wait, and no others', async () => {
    const now = Date.now();
    await Promise.all([owe('p1', 'locations', now), owe('p2', 'tariffs', now), owe('p3', 'tariffs', now + 1_500), owe('busy', 'locations', now)]);
    await Promise.all([owe('p4', 'locations', now + 3_600_000), owe('p5', 'sessions', now)]);
    const woken: { readonly peers: string[]; readonly at: number }[] = [];
    const wake = (peers: Iterable<string>): void => void woken.push({ peers: [...peers].sort(), at: Date.now() });
    const look = new DueLook({ rows, lanes: { hungry: () => ['p1', 'p2', 'p3', 'p4', 'p5'], wake }, modules: MODULES, clock: systemClock, logger });
    running = look.run(stop.signal);
    await waitUntil(() => Promise.resolve(woken.some(({ peers }) => peers.includes('p3'))), { what: 'the row whose time comes is found', timeoutMs: 20_000, intervalMs: 20 });
    expect(woken[0]?.peers).toEqual(['p1', 'p2']);
    expect(woken.at(-1)?.peers).toEqual(['p1', 'p2', 'p3']);
    expect(woken.filter(({ peers }) => peers.includes('p3')).every(({ at }) => at >= now + 1_500)).toBe(true);
  });

  it('are found in the index alone, with a step for each peer and module however much a peer is owed', async () => {
    const backlog = Array.from({ length: 2_000 }, (_, i) => ({ peer: 'p6', module: 'locations', key: `K${i}`, rev: 1, backlog: true }));
    await rows.owe(backlog, Date.now() - 1_000);
    const peers = ['p1', 'p2', 'p6'];
    const query = { peer: { $in: peers }, module: { $in: MODULES }, state: 'owed', due: { $lte: new Date() } };
    const explained = await connection.db?.command({ explain: { distinct: 'deliveries', key: 'peer', query }, verbosity: 'executionStats' });
    expect(await rows.duePeers(peers, MODULES, Date.now())).toEqual(peers);
    expect(explained?.['executionStats']).toMatchObject({ totalDocsExamined: 0 });
    expect((explained?.['executionStats'] as { totalKeysExamined: number }).totalKeysExamined).toBeLessThan(20);
  });
});
