import { cdrs, creditOf, type CDR } from '@roamgrid/modules';
import { objectHandlers } from '@roamgrid/object-service';
import { OWN, type Caller, type Handlers, type ObjectsCalls, type RoamgridError, type WriteReply } from '@roamgrid/runtime';
import { admitCredit } from '../../services/cdrs/src/admit-credit';
import { StoredCdrs } from '../../services/cdrs/src/stored-cdrs';
import { StoreStack } from './store-stack';

jest.setTimeout(60_000);

const party = { country_code: 'NL', party_id: 'RGC' };
const callerOf = (origin: string): Caller => ({ origin, roles: [{ ...party, role: 'CPO' }] });

const cdr: CDR = {
  ...party,
  id: 'C1',
  start_date_time: '2026-06-01T10:00:00Z',
  end_date_time: '2026-06-01T12:00:00Z',
  cdr_token: { country_code: 'NL', party_id: 'RGE', uid: 'T1', type: 'RFID', contract_id: 'NL-RGE-C1' },
  auth_method: 'WHITELIST',
  cdr_location: {
    id: 'L1', address: 'Straat 1', city: 'Utrecht', country: 'NLD', coordinates: { latitude: '52.090737', longitude: '5.121420' },
    evse_uid: 'E1', evse_id: 'NL*RGC*E1', connector_id: '1', connector_standard: 'CHADEMO', connector_format: 'CABLE', connector_power_type: 'DC',
  },
  currency: 'EUR',
  charging_periods: [{ start_date_time: '2026-06-01T10:00:00Z', dimensions: [{ type: 'ENERGY', volume: 10 }] }],
  total_cost: { excl_vat: 4.2 },
  total_energy: 10,
  total_time: 2,
  last_updated: '2026-06-01T12:05:00Z',
};
const credit = (id: string, changes: Partial<CDR> = {}): CDR => ({ ...creditOf(cdr, { id, last_updated: '2026-06-02T00:00:00Z' }), ...changes });

describe('CDRs in two replicas of their service', () => {
  const stack = new StoreStack();
  let count: () => Promise<number>;
  let replicas: readonly Handlers<ObjectsCalls>[] = [];

  beforeAll(() => stack.start());
  afterAll(() => stack.stop());

  beforeEach(async () => {
    const stores = await stack.twoStores('cdrs');
    replicas = stores.map((store) => objectHandlers(cdrs, store, { admit: admitCredit(new StoredCdrs(store)) }));
    count = () => stores[0].collections.objects.countDocuments();
  });

  /** Posts through this replica; an error as its code and sentence. */
  function post(replica: number, object: CDR, origin = 'peer-1'): Promise<WriteReply | string> {
    const handlers = replicas[replica % 2];
    if (!handlers) throw new Error('there are two replicas');
    const request = { caller: callerOf(origin), version: '2.2.1', json: Buffer.from(JSON.stringify(object)) };
    return handlers.Post(request).catch((error: RoamgridError) => `${error.code}: ${error.message}`);
  }

  const outcomes = (replies: readonly (WriteReply | string)[]): string[] => replies.map((reply) => (typeof reply === 'string' ? reply : reply.outcome)).sort();

  it('CDR-09 one at the same moment through both is one CDR, a success for all', async () => {
    const replies = await Promise.all(Array.from({ length: 10 }, (_, i) => post(i, cdr)));
    expect(outcomes(replies)).toEqual(['created', ...Array.from({ length: 9 }, () => 'unchanged')]);
    expect(await count()).toBe(1);
  });

  it('CDR-09 two different ones under one id: one is taken, the other is refused', async () => {
    const replies = await Promise.all([post(0, cdr), post(1, { ...cdr, total_energy: 11 })]);
    expect(outcomes(replies)).toEqual(['created', expect.stringMatching(/^object\.immutable: NL\*RGC\*C1 is there already/)]);
    expect(await count()).toBe(1);
  });

  it.each(['peer-1', OWN])('CDR-15 one is credited once by %s, however many credits come at the same moment, and the same one again', async (origin) => {
    await post(0, cdr, origin);
    const ids = Array.from({ length: 10 }, (_, i) => `C1-${i}`);
    const first = await Promise.all(ids.map((id, i) => post(i, credit(id), origin)));
    const taken = first.findIndex((reply) => typeof reply !== 'string');
    expect(outcomes(first)).toEqual(['created', ...Array.from({ length: 9 }, () => expect.stringMatching(/^object\.final: NL\*RGC\*C1 is credited already/) as string)]);
    const again = await Promise.all(ids.map((id, i) => post(i + 1, credit(id), origin)));
    expect(again.map((reply) => typeof reply !== 'string' && reply.outcome)).toEqual(ids.map((_, i) => (i === taken ? 'unchanged' : false)));
    expect(await count()).toBe(2);
  });

  it('CDR-13 one that is not known here is credited, and once, too', async () => {
    expect(await post(0, credit('C1-A'))).toMatchObject({ outcome: 'created' });
    expect(await post(1, credit('C1-B', { credit_reference_id: 'c1' }))).toMatch(/^object\.final/);
    expect(await post(1, credit('C2-A', { credit_reference_id: 'C2' }))).toMatchObject({ outcome: 'created' });
  });

  it('CDR-12 a credit that was refused for its amount has credited nothing', async () => {
    await post(0, cdr);
    expect(await post(0, credit('C1-A', { total_cost: { excl_vat: -4 } }))).toMatch(/^object\.invalid: CDR: \/total_cost\/excl_vat must be -4.2/);
    expect(await post(1, credit('C1-B'))).toMatchObject({ outcome: 'created' });
  });

  it('CDR-10 CDR-14 the one in its place may be of the same session', async () => {
    await post(0, cdr);
    await post(0, credit('C1-A'));
    expect(await post(1, { ...cdr, id: 'C2', total_cost: { excl_vat: 3 } })).toMatchObject({ outcome: 'created', names: ['NL', 'RGC', 'C2'] });
  });
});
