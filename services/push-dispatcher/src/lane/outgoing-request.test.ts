import { locations, sessions, tariffs, type ModuleDeclaration } from '@roamgrid/modules';
import type { Fetched, Peer } from '@roamgrid/runtime';
import { receiverOf } from '../receiver';
import { outgoingRequest } from './outgoing-request';

const json = Buffer.from('{"id":"a/b","odd":  1.0}');
const object: Fetched = {
  key: 'NL*OWN*A/B',
  rev: 3,
  deleted: false,
  json,
  written: 0,
  party: { country_code: 'nl', party_id: 'OWN' },
  ids: ['a/b'],
  audience: [],
  origin: 'own',
};

const emsp: Peer['roles'] = [{ role: 'EMSP', country_code: 'DE', party_id: 'MSP', business_details: Buffer.alloc(0) }];

function request(module: ModuleDeclaration, changes: Partial<Fetched> = {}, quirks: Peer['quirks'] = {}, roles = emsp) {
  const peer: Peer = {
    id: 'p1',
    name: 'p1',
    state: 'registered',
    version: '2.2.1',
    versions_url: '',
    roles,
    endpoints: [{ identifier: module.id, role: 'RECEIVER', url: 'https://p.example/r/' }],
    inbound_tokens: [],
    outbound_token: 'secret',
    rev: 1,
    quirks,
  };
  const receiver = receiverOf(module, peer);
  if (!receiver) throw new Error('no receiver');
  return outgoingRequest(receiver, { ...object, ...changes });
}

describe('outgoingRequest', () => {
  it("TRN-53, TRN-56: PUTs the stored bytes to the object's own URL, in its owner's case", () => {
    expect(request(locations)).toMatchObject({
      method: 'PUT',
      url: 'https://p.example/r/nl/OWN/a%2Fb',
      peer: { key: 'p1', token: 'secret' },
    });
    expect(request(locations)?.body).toBe(json);
  });

  it('RTE-04: comes from the owner of the object, for a party of the peer', () => {
    expect(request(locations)?.routing).toEqual({
      from: { country_code: 'nl', party_id: 'OWN' },
      to: expect.objectContaining({ country_code: 'DE', party_id: 'MSP' }) as unknown,
    });
  });

  it('RTE-04 SES-22: goes to the party of the peer whose Token was used, else to the first that is interested', () => {
    const roles = [
      { role: 'EMSP', country_code: 'DE', party_id: 'MSP', business_details: Buffer.alloc(0) },
      { role: 'EMSP', country_code: 'DE', party_id: 'MS2', business_details: Buffer.alloc(0) },
    ];
    const to = (party: string): unknown => request(sessions, { audience: [party] }, {}, roles)?.routing?.to;
    expect([to('DE*MS2'), to('DE*MSP'), to('DE*ZZZ')]).toMatchObject([{ party_id: 'MS2' }, { party_id: 'MSP' }, { party_id: 'MSP' }]);
  });

  it('RTE-08 CHP-24: what one of our parties received, and passes on, comes from that party', () => {
    const received = { origin: 'p9', party: { country_code: 'NL', party_id: 'CPO' }, audience: ['DE*RGE'] };
    const passedOn = request(sessions, received);
    expect(passedOn?.routing?.from).toEqual({ country_code: 'DE', party_id: 'RGE' });
    expect(passedOn?.url).toBe('https://p.example/r/NL/CPO/a%2Fb');
  });

  it('TAR-07: DELETEs what is gone; where a module has no DELETE there is nothing to tell', () => {
    const tombstone = { deleted: true, json: Buffer.alloc(0) };
    expect(request(tariffs, tombstone)).toMatchObject({ method: 'DELETE', url: 'https://p.example/r/nl/OWN/a%2Fb' });
    expect(request(tariffs, tombstone)?.body).toBeUndefined();
    expect(request(locations, tombstone)).toBeUndefined();
  });

  it('POSTs what is appended to the endpoint itself', () => {
    const appended: ModuleDeclaration = { ...locations, delivery: { style: 'append', method: 'POST' } };
    expect(request(appended)).toMatchObject({ method: 'POST', url: 'https://p.example/r/' });
    const without = request(appended, {}, { endpoint_slash: 'without' });
    expect(without).toMatchObject({ method: 'POST', url: 'https://p.example/r' });
  });

  it('SES-24: spells the status of a reservation as the quirk of the peer says', () => {
    const sessions: ModuleDeclaration = { ...locations, id: 'sessions' };
    const session = { json: Buffer.from('{"id":"S1","status":"RESERVATION"}') };
    expect(String(request(sessions, session)?.body)).toBe('{"id":"S1","status":"RESERVATION"}');
    const quirk = { reservation_status: 'RESERVED' };
    expect(String(request(sessions, session, quirk)?.body)).toBe('{"id":"S1","status":"RESERVED"}');
    const evse = { json: Buffer.from('{"id":"L1","status":"RESERVATION"}') };
    expect(String(request(locations, evse, quirk)?.body)).toBe('{"id":"L1","status":"RESERVATION"}');
  });
});
