import { tariffs } from '@roamgrid/modules';
import { RoamgridError, type Client, type ObjectsCalls, type PutManyRequest, type PutResult } from '@roamgrid/runtime';
import { ingestPage, parts } from './page-ingest';
import type { PullTarget } from './pull-jobs';

const once = { timeout: 1_000, singly: false };
const often = { timeout: 1_000, singly: true };

const job = {
  module: tariffs,
  version: '2.2.1',
  caller: { origin: 'p1', roles: [{ role: 'CPO', country_code: 'NL', party_id: 'PEE' }] },
} as unknown as PullTarget;

const object = (id: string): Buffer => Buffer.from(JSON.stringify({ country_code: 'nl', party_id: 'pee', id }));

/** A service that answers as it is told, for faults that the real one has no reason to show. */
function service(
  putMany: (request: PutManyRequest) => readonly PutResult[],
): Client<ObjectsCalls> & { calls: number[] } {
  const calls: number[] = [];
  const PutMany = (request: PutManyRequest): Promise<{ results: readonly PutResult[] }> => {
    calls.push(request.objects.length);
    return Promise.resolve(request).then((given) => ({ results: putMany(given) }));
  };
  return { PutMany, calls } as unknown as Client<ObjectsCalls> & { calls: number[] };
}

const created: PutResult = { outcome: 'created', key: 'K', code: '', message: '', last_updated: 5 };
const refused: PutResult = { outcome: 'refused', key: '', code: 'object.invalid', message: 'no', last_updated: 0 };

describe('parts', () => {
  const sizes = (...bytes: readonly number[]): number[][] =>
    parts(bytes.map((size) => Buffer.alloc(size))).map((part) => part.map(({ length }) => length));

  it('cuts by number', () => {
    const page = Array.from({ length: 450 }, () => 1);
    expect(sizes(...page).map((part) => part.length)).toEqual([200, 200, 50]);
  });

  it('cuts by size, and leaves a large object alone', () => {
    const mb = 1024 * 1024;
    expect(sizes(3 * mb, mb, 1, 5 * mb, 2 * mb)).toEqual([[3 * mb, mb], [1], [5 * mb], [2 * mb]]);
  });

  it('makes nothing of an empty page', () => {
    expect(sizes()).toEqual([]);
  });
});

describe('ingestPage', () => {
  it('asks as the peer, in its version', async () => {
    const seen: PutManyRequest[] = [];
    const objects = service((request) => {
      seen.push(request);
      return [created];
    });
    const bytes = object('1');
    await expect(ingestPage(objects, job, [bytes], once)).resolves.toEqual([
      { bytes, outcome: 'created', key: 'K', code: '', message: '', lastUpdated: 5 },
    ]);
    expect(seen).toEqual([{ caller: job.caller, version: '2.2.1', objects: [bytes] }]);
  });

  it('PAG-20: tells by its key which object was refused, as far as that can be read', async () => {
    const page = [
      object('T1'),
      Buffer.from('{"id":"T2"}'),
      Buffer.from('null'),
      Buffer.from('7'),
      Buffer.from('{"id"'),
    ];
    const results = await ingestPage(
      service(() => page.map(() => refused)),
      job,
      page,
      often,
    );
    expect(results.map(({ key }) => key)).toEqual(['NL*PEE*T1', '', '', '', '']);
  });

  it('does not take a page for done while the service is away', async () => {
    const objects = service(() => {
      throw new RoamgridError('unavailable', 'away');
    });
    await expect(ingestPage(objects, job, [object('1'), object('2')], often)).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(objects.calls).toEqual([2]);
  });

  it('TRN-42: finds the one object that breaks the service, and takes the others', async () => {
    const page = ['1', 'poison', '3'].map(object);
    const objects = service(({ objects: given }) => {
      if (given.some((bytes) => bytes.includes('poison'))) throw new RoamgridError('internal', 'broken');
      return given.map(() => created);
    });
    const results = await ingestPage(objects, job, page, often);
    expect(results.map(({ outcome, code }) => `${outcome} ${code}`.trim())).toEqual([
      'created',
      'refused internal',
      'created',
    ]);
    expect(objects.calls).toEqual([3, 1, 1, 1]);
  });

  it('blames no object the first time that the service breaks', async () => {
    const objects = service(() => {
      throw new RoamgridError('internal', 'broken');
    });
    await expect(ingestPage(objects, job, [object('1'), object('2')], once)).rejects.toMatchObject({
      code: 'internal',
    });
    expect(objects.calls).toEqual([2]);
  });

  it('blames no object where the service breaks at each', async () => {
    const objects = service(() => {
      throw new RoamgridError('internal', 'broken');
    });
    await expect(ingestPage(objects, job, [object('1'), object('2')], often)).rejects.toMatchObject({
      code: 'internal',
    });
  });

  it('CRD-41: refuses an object of more than 8 MB itself', async () => {
    const objects = service(() => [created]);
    const page = [object('1'), Buffer.alloc(8 * 1024 * 1024 + 1, 0x20)];
    const results = await ingestPage(objects, job, page, often);
    expect(results.map(({ outcome, code }) => `${outcome} ${code}`.trim())).toEqual([
      'created',
      'refused body.too_large',
    ]);
    expect(objects.calls).toEqual([1]);
  });
});
