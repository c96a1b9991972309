import { versionDetailsSchema, versionListSchema } from './index';

const url = 'https://example.com/ocpi/2.2.1';
const endpoint = { identifier: 'locations', role: 'SENDER', url: `${url}/locations` };

describe('versions', () => {
  it('VER-01 is a list of at least one', () => {
    expect(versionListSchema.received([{ version: '2.2.1', url }]).ok).toBe(true);
    expect(versionListSchema.received([]).ok).toBe(false);
    expect(versionListSchema.received({ version: '2.2.1', url }).ok).toBe(false);
  });

  it('VER-02 VER-12 takes unknown versions of a peer, none of ours', () => {
    const list = [{ version: '3.0', url }];
    expect(versionListSchema.received(list).ok).toBe(true);
    expect(versionListSchema.own(list).ok).toBe(false);
  });

  it('VER-02 wants absolute URLs', () => {
    expect(versionListSchema.received([{ version: '2.2.1', url: '/ocpi/2.2.1' }])).toEqual({
      ok: false,
      problems: [
        { path: '/0/url', message: 'must be an absolute URL of at most 255 characters', value: '"/ocpi/2.2.1"' },
      ],
    });
  });
});

describe('version details', () => {
  it('VER-03 have a version and at least one endpoint', () => {
    expect(versionDetailsSchema.put.own({ version: '2.2.1', endpoints: [endpoint] }).ok).toBe(true);
    expect(versionDetailsSchema.put.received({ version: '2.2.1', endpoints: [] }).ok).toBe(false);
    expect(versionDetailsSchema.put.received([endpoint]).ok).toBe(false);
  });

  it('VER-03 VER-07 an endpoint without role is taken from a peer, never ours', () => {
    const details = { version: '2.1.1', endpoints: [{ identifier: 'credentials', url }] };
    expect(versionDetailsSchema.put.received(details).ok).toBe(true);
    expect(versionDetailsSchema.put.own(details)).toEqual({
      ok: false,
      problems: [{ path: '/endpoints/0/role', message: 'is required' }],
    });
  });

  it('VER-12 takes unknown modules of a peer', () => {
    const details = { version: '2.2.1', endpoints: [endpoint, { ...endpoint, identifier: 'nltnm-tokens' }] };
    expect(versionDetailsSchema.put.received(details).ok).toBe(true);
  });
});
