import { createHash } from 'node:crypto';
import { createLogger } from '@roamgrid/runtime';
import { ManualClock } from '../../test/manual-clock';
import { MemoryKeys } from '../../test/memory-keys';
import { configuredKeys } from './configured-keys';
import { KeyRing, NEWS_INTERVAL } from './key-ring';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const grant = { name: 'billing', rights: ['read'] as const };

describe('KeyRing', () => {
  const clock = new ManualClock();
  const logger = createLogger('test', 'silent');
  let records: MemoryKeys;
  let ids = 0;
  const stops: AbortController[] = [];

  const ring = (): KeyRing =>
    new KeyRing({
      configured: configuredKeys([{ name: 'operator', sha256: sha256('first').toUpperCase(), admin: true }]),
      ...{ records, clock, logger, newId: () => `id-${(ids += 1)}` },
    });

  /** Two replicas that follow what the other does. */
  async function twoReplicas(): Promise<[KeyRing, KeyRing]> {
    const both: [KeyRing, KeyRing] = [ring(), ring()];
    for (const one of both) {
      await one.load();
      const stop = new AbortController();
      void one.follow(stop.signal);
      stops.push(stop);
    }
    return both;
  }

  async function pass(millis: number): Promise<void> {
    clock.advance(millis);
    for (let i = 0; i < 10; i += 1) await Promise.resolve();
  }

  beforeEach(() => (records = new MemoryKeys(clock)));
  afterEach(() => stops.splice(0).forEach((stop) => stop.abort()));

  it('knows the configured keys, whatever the case of the hash, and nobody else', async () => {
    const keys = ring();
    const found = await keys.find('first');
    expect(found).toMatchObject({ id: 'config:operator', name: 'operator', rights: new Set(['admin']) });
    expect(found && keys.holds(found)).toBe(true);
    expect(await keys.find('fist')).toBeUndefined();
    expect(await keys.find('')).toBeUndefined();
    expect(records.looks).toBe(0);
  });

  it('makes a key that opens at once, and keeps only its hash', async () => {
    const keys = ring();
    const { key, document } = await keys.create({ ...grant, parties: ['NL*RGC'], modules: ['tokens'] }, 'operator');
    expect(key).toMatch(/^rgk_[\w-]{43}$/);
    expect(await keys.find(key)).toEqual({
      id: document._id, name: 'billing', rights: new Set(['read']), parties: new Set(['NL*RGC']), modules: new Set(['tokens']),
    });
    expect(JSON.stringify([...records.stored.values()])).not.toContain(key);
    expect(document).toMatchObject({ hash: sha256(key), createdBy: 'operator', revoked: null, lastUsed: null });
    expect((await keys.create(grant, '')).key).not.toBe(key);
  });

  it('closes a revoked key at once where it was revoked, and elsewhere with the next news', async () => {
    const [here, there] = await twoReplicas();
    const { key, document } = await here.create(grant, '');
    await pass(NEWS_INTERVAL);
    const found = await there.find(key);
    expect(found?.name).toBe('billing');
    await here.revoke(document._id);
    expect(await here.find(key)).toBeUndefined();
    expect((await there.find(key))?.name).toBe('billing');
    await pass(NEWS_INTERVAL);
    expect(await there.find(key)).toBeUndefined();
    expect(found && there.holds(found)).toBe(false);
  });

  it('opens for a key that another replica has made just now, and does not look for every unknown one', async () => {
    const [here, there] = await twoReplicas();
    const { key } = await here.create(grant, '');
    expect((await there.find(key))?.name).toBe('billing');
    const looks = records.looks;
    for (let i = 0; i < 20; i += 1) expect(await there.find(`rgk_${'x'.repeat(43)}`)).toBeUndefined();
    expect(records.looks).toBe(looks);
    clock.advance(250);
    expect(await there.find(`rgk_${'x'.repeat(43)}`)).toBeUndefined();
    expect(records.looks).toBe(looks + 1);
    expect(await there.find('of another form')).toBeUndefined();
    expect(records.looks).toBe(looks + 1);
  });

  it('does not open a revoked key again when it starts anew', async () => {
    const keys = ring();
    const { key, document } = await keys.create(grant, '');
    const revoked = await keys.revoke(document._id);
    const { revoked: since } = (await keys.revoke(document._id)) ?? {};
    expect(since).toEqual(revoked?.revoked);
    expect(await keys.revoke('nobody')).toBeUndefined();
    const anew = ring();
    await anew.load();
    expect(await anew.find(key)).toBeUndefined();
  });

  it('goes on with the keys it knows while the store is away', async () => {
    const [here, there] = await twoReplicas();
    const { key } = await here.create(grant, '');
    await pass(NEWS_INTERVAL);
    records.away = new Error('away');
    await pass(NEWS_INTERVAL);
    expect((await there.find(key))?.name).toBe('billing');
    records.away = undefined;
    await pass(NEWS_INTERVAL);
    expect((await there.find(key))?.name).toBe('billing');
  });

  it('notes the use of a key to the minute, once a minute', async () => {
    const [here] = await twoReplicas();
    const { key, document } = await here.create(grant, '');
    const noted = jest.spyOn(records, 'noteUse');
    const used = (): Date | null | undefined => records.stored.get(document._id)?.lastUsed;
    await here.find(key);
    await pass(NEWS_INTERVAL);
    expect(used()?.getTime()).toBe(clock.now() - (clock.now() % 60_000));
    await here.find(key);
    await pass(NEWS_INTERVAL);
    const writes = noted.mock.calls.filter(([uses]) => uses.size > 0).length;
    expect(writes).toBe(1);
    clock.advance(60_000);
    await here.find(key);
    await pass(NEWS_INTERVAL);
    expect(used()?.getTime()).toBe(clock.now() - (clock.now() % 60_000));
  });
});
