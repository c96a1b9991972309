import { createLogger, systemClock, type Fetched } from '@roamgrid/runtime';
import { locations, tariffs, type ModuleDeclaration } from '@roamgrid/modules';
import type { Receiver } from '../receiver';
import type { DueRow } from '../rows/delivery-rows';
import { LaneFeed, type Parcel } from './lane-feed';

const PEER = 'p1';
const WINDOW = 4;

function row(key: string, rev = 1, module = 'locations'): DueRow {
  return { _id: `${PEER}|${module}|${key}`, peer: PEER, module, key, rev, attempts: 0, backlog: false, since: new Date(0) };
}

/** Resolves when everything that was begun has ended. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('what a lane is fed with', () => {
  /** What the store says is due, and how often it was asked. */
  let due: DueRow[];
  let asked: number;
  let away: string | undefined;
  /** The modules whose service was asked for objects. */
  const fetches: string[] = [];
  let feed: LaneFeed;
  const receivers = new Map([locations, tariffs].map((module) => [module.id, { module, peer: { version: '2.2.1' } } as Receiver]));

  beforeEach(async () => {
    [due, asked, away] = [[], 0, undefined];
    feed = new LaneFeed({
      rows: { due: () => ((asked += 1), Promise.resolve([...due])) },
      objects: { fetch },
      receivers: () => receivers,
      onChange: () => feed.refill(),
      ...{ peer: PEER, window: WINDOW, clock: systemClock, logger: createLogger('lane-feed-test', 'silent') },
    });
    feed.refill();
    await turn();
  });

  function fetch({ id }: ModuleDeclaration, _version: string, keys: readonly string[]): Promise<Map<string, Fetched>> {
    fetches.push(id);
    return id === away ? Promise.reject(new Error('away')) : Promise.resolve(new Map(keys.map((key) => [key, { key, rev: 1 } as Fetched])));
  }

  function taken(): Parcel[] {
    const parcels: Parcel[] = [];
    for (let parcel = feed.take(Date.now()); parcel; parcel = feed.take(Date.now())) parcels.push(parcel);
    return parcels;
  }

  const keys = (parcels: readonly Parcel[]): string[] => parcels.map(({ row: { key } }) => key);

  async function bring(...rows: DueRow[]): Promise<void> {
    await feed.bring(Promise.resolve(rows));
    feed.refill();
    await turn();
  }

  it('is brought to it without a look into the store, where all that was due is known', async () => {
    expect([feed.hungry, asked]).toEqual([true, 1]);
    await bring(row('A'), row('B'));
    expect([keys(taken()), asked]).toEqual([['A', 'B'], 1]);
  });

  it('is read from the store where there may be more, or no room for it', async () => {
    feed.wake();
    expect(feed.hungry).toBe(false);
    feed.refill();
    await turn();
    expect(feed.hungry).toBe(true);
    await bring(...['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I'].map((key) => row(key)));
    expect(feed.hungry).toBe(false);
  });

  it('is never a row that was under way when it was read: what the reading says of it may be from before its settlement', async () => {
    await bring(row('A'));
    const [parcel] = taken();
    let read: (rows: DueRow[]) => void = () => undefined;
    const bringing = feed.bring(new Promise((resolve) => (read = resolve)));
    feed.release(String(parcel?.row._id));
    read([row('A'), row('B')]);
    await bringing;
    feed.refill();
    await turn();
    expect(keys(taken())).toEqual(['B']);
    expect(asked).toBe(2); // it looked for itself whether A is due
  });

  it('is looked for again where a newer revision came while the row was under way', async () => {
    await bring(row('A'));
    const [parcel] = taken();
    await bring(row('A', 2));
    expect(taken()).toEqual([]);
    due = [row('A', 2)];
    feed.release(String(parcel?.row._id));
    feed.refill();
    await turn();
    await turn();
    expect(taken().map(({ row: { key, rev } }) => [key, rev])).toEqual([['A', 2]]);
  });

  it('leaves out a module whose service does not answer; the others go on', async () => {
    away = 'tariffs';
    fetches.length = 0;
    await bring(row('T', 1, 'tariffs'));
    await bring(row('U', 1, 'tariffs'), row('A'));
    expect([keys(taken()), fetches]).toEqual([['A'], ['tariffs', 'locations']]);
  });

  it('is left to the next load where it cannot be read', async () => {
    await feed.bring(Promise.reject(new Error('the store is away')));
    expect(taken()).toEqual([]);
    due = [row('A')];
    feed.wake();
    feed.refill();
    await turn();
    await turn();
    expect(keys(taken())).toEqual(['A']);
  });
});
