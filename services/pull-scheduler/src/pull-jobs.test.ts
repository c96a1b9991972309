import { hubClientInfo, locations, tariffs } from '@roamgrid/modules';
import { noQuirks } from '@roamgrid/ocpi';
import type { HostedParty, Peer } from '@roamgrid/runtime';
import { pullJobs } from './pull-jobs';

const party = (role: string, party_id: string): HostedParty => ({
  ...{ role, country_code: 'NL', party_id },
  business_details: Buffer.from('{}'),
});

const endpoint = (identifier: string, role = 'SENDER'): Peer['endpoints'][number] => ({
  ...{ identifier, role },
  url: `https://peer.example/${role.toLowerCase()}/${identifier}`,
});

const peer = (changes: Partial<Peer> = {}): Peer => ({
  ...{
    id: 'p1',
    name: 'Peer',
    state: 'registered',
    version: '2.2.1',
    versions_url: '',
    outbound_token: 'secret',
    rev: 1,
  },
  roles: [party('CPO', 'PEE')],
  endpoints: [endpoint('locations'), endpoint('tariffs')],
  inbound_tokens: [],
  quirks: {},
  ...changes,
});

const modules = [locations, tariffs];
const emsp = { parties: [party('CPO', 'OWN'), party('EMSP', 'OWN')] };
const ids = (changes: Partial<Peer>, platform = emsp): string[] =>
  pullJobs(platform, [peer(changes)], modules).map(({ id }) => id);

describe('pullJobs', () => {
  it('makes a job of every module that the peer sends and that one of our parties is interested in', () => {
    const jobs = pullJobs(emsp, [peer(), peer({ id: 'p2' })], modules);
    expect(jobs.map(({ id }) => id)).toEqual(['p1|locations', 'p1|tariffs', 'p2|locations', 'p2|tariffs']);
    expect(jobs[0]).toMatchObject({
      url: 'https://peer.example/sender/locations',
      version: '2.2.1',
      caller: { origin: 'p1', roles: [{ role: 'CPO', country_code: 'NL', party_id: 'PEE' }] },
      quirks: noQuirks,
    });
  });

  it.each([
    ['the peer has not registered', { state: 'connecting' as const }],
    ['no party of the peer has the owner role', { roles: [party('EMSP', 'PEE')] }],
    ['the peer only receives', { endpoints: [endpoint('locations', 'RECEIVER'), endpoint('tariffs', 'RECEIVER')] }],
    ['the peer speaks a version that the module has not', { version: '2.0' }],
    ['the peer sends nothing', { endpoints: [] }],
  ])('makes none where %s', (_why, changes) => {
    expect(ids(changes)).toEqual([]);
  });

  it('makes none where none of our parties is interested', () => {
    expect(ids({}, { parties: [party('CPO', 'OWN')] })).toEqual([]);
  });

  it('leaves out a module without sender endpoint', () => {
    expect(ids({ endpoints: [endpoint('locations', 'RECEIVER'), endpoint('tariffs')] })).toEqual(['p1|tariffs']);
  });

  it('RTE-04, RTE-11: asks from our interested party; names the addressed one only where it is the only one', () => {
    const [one] = pullJobs(emsp, [peer()], [locations]);
    expect(one?.routing).toEqual({
      from: { country_code: 'NL', party_id: 'OWN' },
      to: { country_code: 'NL', party_id: 'PEE' },
    });
    const [two] = pullJobs(emsp, [peer({ roles: [party('CPO', 'PEE'), party('CPO', 'PE2')] })], [locations]);
    expect(two?.routing.to).toBeUndefined();
  });

  it('HCI-15, HCI-16: a hub is asked for its clients, as what it is and without routing headers; who is no hub is not', () => {
    const endpoints = [endpoint('hubclientinfo')];
    const [job, ...more] = pullJobs(emsp, [peer({ roles: [party('HUB', 'HUB')], endpoints }), peer({ endpoints })], [hubClientInfo]);
    expect([job?.id, job?.routing, more]).toEqual(['p1|hubclientinfo', {}, []]);
    expect(pullJobs({ parties: [party('HUB', 'OWN')] }, [peer({ roles: [party('HUB', 'HUB')], endpoints })], [hubClientInfo])).toEqual([]);
  });

  it('TRN-61: another endpoint or owner party is another source; another token is not', () => {
    const source = (changes: Partial<Peer>): string | undefined =>
      pullJobs(emsp, [peer(changes)], [locations])[0]?.source;
    expect(source({ outbound_token: 'other', rev: 2 })).toBe(source({}));
    expect(source({ endpoints: [{ ...endpoint('locations'), url: 'https://moved.example/l' }] })).not.toBe(source({}));
    expect(source({ roles: [party('CPO', 'PEE'), party('CPO', 'PE2')] })).not.toBe(source({}));
  });

  it('knows the quirks of the peer', () => {
    const [job] = pullJobs(emsp, [peer({ quirks: { page_size: '50' } })], [locations]);
    expect(job?.quirks).toEqual({ ...noQuirks, page_size: 50 });
  });
});
