import { RoamgridError } from '@roamgrid/runtime';
import { ApiUnderTest } from '../../test/api-under-test';

describe('what an operator does about a peer', () => {
  let api: ApiUnderTest;

  beforeEach(async () => {
    api = await ApiUnderTest.start();
  });

  afterEach(() => api.close());

  const since = '2026-06-01T08:00:00Z';

  it.each<[string, object | undefined, object, [string, object][]]>([
    ['replay', { dead: true }, { push: 3, pull: null }, [['push.Replay', { module: '', dead: true }]]],
    ['replay', { module: 'tariffs', dead: true }, { push: 3, pull: null }, [['push.Replay', { module: 'tariffs', dead: true }]]],
    ['replay', { since }, { push: 3, pull: null }, [['push.Replay', { module: '', since: Date.parse(since) }]]],
    ['replay', { module: 'locations', key: 'NL*RGC*L1' }, { push: 3, pull: null }, [['push.Replay', { module: 'locations', key: 'NL*RGC*L1' }]]],
    ['retry', undefined, { push: 4, pull: 5 }, [['pull.RetryNow', { module: '' }], ['push.RetryNow', { module: '' }]]],
    ['retry', { module: 'tariffs' }, { push: 4, pull: 5 }, [['pull.RetryNow', { module: 'tariffs' }], ['push.RetryNow', { module: 'tariffs' }]]],
    ['pause', { reason: 'a fair' }, { push: 1, pull: 0 }, [['pull.Pause', { reason: 'a fair' }], ['push.Pause', { reason: 'a fair' }]]],
    ['resume', undefined, { push: 1, pull: 1 }, [['pull.Resume', { reason: '' }], ['push.Resume', { reason: '' }]]],
    ['resync', undefined, { push: 2, pull: 1 }, [['push.Resync', { module: '' }]]],
    ['resync', { module: 'locations' }, { push: 2, pull: 1 }, [['push.Resync', { module: 'locations' }]]],
  ])('%s %j', async (word, body, answer, calls) => {
    const response = await api.admin('POST', `/v1/peers/p1/${word}`, body);
    const said: unknown = await response.json();
    expect([response.status, said]).toEqual([200, answer]);
    const done = api.operations.calls.sort(([a], [b]) => a.localeCompare(b));
    expect(done).toEqual(calls.map(([name, request]) => [name, expect.objectContaining({ peer_id: 'p1', ...request }) as unknown]));
    if (word === 'resync') expect(api.pulls).toEqual([{ peer_id: 'p1', full: true, module: '', ...body }]);
  });

  it.each<[string, object | undefined, number, string]>([
    ['replay', undefined, 400, 'the body is empty'],
    ['replay', {}, 422, 'expected exactly one of key, since and dead'],
    ['replay', { dead: true, since }, 422, 'expected exactly one of key, since and dead'],
    ['replay', { dead: false }, 422, '/dead must be equal to constant'],
    ['replay', { key: 'NL*RGC*L1' }, 422, '/module: expected beside key'],
    ['replay', { since: 'yesterday' }, 422, '/since: expected a time such as'],
    ['replay', { module: 'parking', dead: true }, 422, '/module: expected one of locations, tariffs'],
    ['retry', { module: 'parking' }, 422, '/module: expected one of locations, tariffs'],
    ['resync', { what: 1 }, 422, '(what)'],
    ['pause', {}, 422, "required property 'reason'"],
    ['pause', { reason: '' }, 422, '/reason must NOT have fewer'],
  ])('%s refuses %j', async (word, body, status, detail) => {
    const response = await api.admin('POST', `/v1/peers/p1/${word}`, body);
    expect([response.status, await response.json()]).toEqual([status, expect.objectContaining({ detail: expect.stringContaining(detail) as unknown })]);
    expect(api.operations.calls).toEqual([]);
  });

  it('knows no peer that there is not', async () => {
    const bodies = { replay: { dead: true }, retry: {}, pause: { reason: 'x' }, resume: undefined, resync: {} };
    for (const [word, body] of Object.entries(bodies)) {
      const response = await api.admin('POST', `/v1/peers/p9/${word}`, body);
      expect([word, response.status, await response.json()]).toEqual([word, 404, expect.objectContaining({ code: 'peer.unknown' })]);
    }
    expect(api.operations.calls).toEqual([]);
  });

  it('says so when one side failed, although the other has acted', async () => {
    api.operations.refusal = new RoamgridError('unavailable', 'the store is being moved');
    const response = await api.admin('POST', '/v1/peers/p1/pause', { reason: 'x' });
    expect([response.status, await response.json()]).toEqual([503, expect.objectContaining({ code: 'unavailable' })]);
    expect(api.operations.calls.map(([name]) => name)).toEqual(['push.Pause']);
  });
});
