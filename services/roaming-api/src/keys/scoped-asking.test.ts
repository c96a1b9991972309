import { partyOfKey } from '@roamgrid/ocpi';
import type { AskingCalls, AskRequest, Client, ObjectsCalls, PushCalls, RoamgridError } from '@roamgrid/runtime';
import { MemoryObjects } from '../../test/memory-objects';
import type { ApiKey } from './api-key';
import { asKey } from './current-key';
import { scopedAsking, scopedPush } from './scoped-asking';
import { scopedObjects } from './scoped-objects';

const key: ApiKey = { id: 'k', name: 'k', rights: new Set(['read', 'write']), parties: new Set(['NL*EMS']) };
const unknown = expect.objectContaining({ code: 'object.unknown' }) as RoamgridError;

describe('what is asked about objects, as a key of one party may ask it', () => {
  const memory = new MemoryObjects();
  const client: Client<ObjectsCalls> = { ...memory.handlers(), close: () => undefined };
  const audience = (object: Readonly<Record<string, unknown>>): { country_code: string; party_id: string }[] => [partyOfKey(String(object['for']))];
  const asked: AskRequest[] = [];
  const asking: Client<AskingCalls> = {
    Ask: (request) => {
      asked.push(request);
      return Promise.resolve({ json: Buffer.from('{}'), origin: 'own', decided: '' });
    },
    close: () => undefined,
  };
  const scoped = scopedAsking(asking, scopedObjects({ id: 'sessions', audience }, client));
  const ask = (of: string, action = 'charging_preferences'): Promise<unknown> =>
    scoped.Ask({ action, version: '2.2.1', party: partyOfKey(of), ids: [of.split('*')[2] ?? ''], json: Buffer.alloc(0) });

  beforeAll(() => {
    memory.stored.set('DE*XYZ*1', { origin: 'p1', rev: 1, json: Buffer.from('{"for":"NL*EMS"}') });
    memory.stored.set('DE*XYZ*2', { origin: 'p1', rev: 1, json: Buffer.from('{"for":"NL*EM2"}') });
  });

  beforeEach(() => asked.splice(0));

  it('is asked about what it sees, and about nothing else', async () => {
    await asKey(key, () => ask('DE*XYZ*1'));
    await expect(asKey(key, () => ask('DE*XYZ*2'))).rejects.toThrow(unknown);
    await expect(asKey(key, () => ask('DE*XYZ*3'))).rejects.toThrow(unknown);
    expect(asked.map(({ ids }) => ids)).toEqual([['1']]);
    await ask('DE*XYZ*2');
    await asKey({ ...key, parties: new Set(['NL*EM2']) }, () => ask('DE*XYZ*2'));
    expect(asked).toHaveLength(3);
  });

  it('is asked of any token whether it may charge', async () => {
    await asKey(key, () => ask('DE*XYZ*9', 'authorize'));
    expect(asked).toHaveLength(1);
  });
});

describe('how objects were delivered, as a key of one party is told', () => {
  const push = scopedPush({ Deliveries: () => Promise.resolve({ deliveries: [] }), close: () => undefined } as unknown as Client<PushCalls>);
  const deliveries = (of: string): Promise<unknown> => push.Deliveries({ module: 'tokens', key: of });

  it('is of its own parties alone', async () => {
    expect(await asKey(key, () => deliveries('NL*EMS*1'))).toEqual({ deliveries: [] });
    expect(await deliveries('NL*EM2*1')).toEqual({ deliveries: [] });
    await expect(asKey(key, async () => deliveries('NL*EM2*1'))).rejects.toThrow(unknown);
  });
});
