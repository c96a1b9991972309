import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { cdrs, locations, sessions } from '@roamgrid/modules';
import { OWN, RoamgridError, type Peer, type Platform } from '@roamgrid/runtime';
import { alsoListedFor, callerOf, checkReader, checkSpeaker, echoMessageIds, listedOrigin, OWN_OBJECTS, readCheckedRouting } from './exchange';

const role = (name: string, country_code: string, party_id: string): Peer['roles'][number] => ({
  role: name, country_code, party_id, business_details: Buffer.alloc(0),
});
const cpo: Peer = {
  id: 'peer-1', name: 'cpo', state: 'registered', version: '2.2.1', versions_url: '', endpoints: [], inbound_tokens: [],
  outbound_token: '', rev: 1, quirks: {}, roles: [role('CPO', 'NL', 'TNM'), role('EMSP', 'NL', 'MSP')],
};
const hub: Peer = { ...cpo, roles: [role('HUB', 'NL', 'HUB')] };
const platform: Platform = { versions_url: '', parties: [role('EMSP', 'DE', 'ABC'), role('EMSP', 'DE', 'XYZ')] };

describe('an exchange with a peer', () => {
  let server: Server;
  let url: string;
  let peer: Peer;

  /** An edge that does nothing but read the routing and check the speaker for the party DE*ABC or the one in the path. */
  beforeAll(async () => {
    const app = express();
    app.use((request, response, next) => {
      echoMessageIds(request, response);
      next();
    });
    app.get('/:country/:party', (request, response) => {
      try {
        const routing = readCheckedRouting(request, response, peer, platform);
        checkSpeaker(peer, routing, { country_code: request.params.country, party_id: request.params.party });
        response.json(routing);
      } catch (error) {
        response.json({ code: RoamgridError.from(error).code, message: RoamgridError.from(error).message });
      }
    });
    server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => (peer = cpo));
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  async function ask(headers: Record<string, string>, path = '/NL/TNM'): Promise<{ body: Record<string, unknown>; headers: Headers }> {
    const answer = await fetch(url + path, { headers });
    return { body: (await answer.json()) as Record<string, unknown>, headers: answer.headers };
  }
  const to = (country: string, party: string): Record<string, string> => ({ 'OCPI-to-country-code': country, 'OCPI-to-party-id': party });
  const from = (country: string, party: string): Record<string, string> => ({ 'OCPI-from-country-code': country, 'OCPI-from-party-id': party });

  it('TRN-45 TRN-46 TRN-48 repeats the ids of the message as they are', async () => {
    const { headers } = await ask({ 'X-Request-ID': 'not a UUID / 1', 'X-Correlation-ID': '2' });
    expect([headers.get('x-request-id'), headers.get('x-correlation-id')]).toEqual(['not a UUID / 1', '2']);
  });

  it('TRN-49 makes up what is missing, anew each time', async () => {
    const [first, second] = [await ask({}), await ask({ 'X-Correlation-ID': 'given' })];
    expect(first.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(first.headers.get('x-request-id')).not.toBe(second.headers.get('x-request-id'));
    expect(second.headers.get('x-correlation-id')).toBe('given');
  });

  it('RTE-05 answers with the two swapped', async () => {
    const { headers } = await ask({ ...to('DE', 'ABC'), ...from('NL', 'TNM') });
    const names = ['ocpi-to-country-code', 'ocpi-to-party-id', 'ocpi-from-country-code', 'ocpi-from-party-id'];
    expect(names.map((name) => headers.get(name))).toEqual(['NL', 'TNM', 'DE', 'ABC']);
  });

  it('RTE-05 answers swapped also when it refuses', async () => {
    const { headers, body } = await ask({ ...to('DE', 'NOT'), ...from('NL', 'TNM') });
    expect([body['code'], headers.get('ocpi-to-party-id'), headers.get('ocpi-from-party-id')]).toEqual(['party.not_hosted', 'TNM', 'NOT']);
  });

  it('RTE-03 goes without, and then answers without', async () => {
    const { headers, body } = await ask({});
    expect([body, headers.get('ocpi-to-party-id')]).toEqual([{}, null]);
  });

  it('RTE-06 compares in any case', async () => {
    expect((await ask({ ...to('de', 'aBc'), ...from('nl', 'tnm') })).body).toEqual({
      to: { country_code: 'de', party_id: 'aBc' },
      from: { country_code: 'nl', party_id: 'tnm' },
    });
  });

  it.each<[string, Record<string, string>, string]>([
    ['RTE-07', { 'OCPI-to-party-id': 'ABC' }, 'parameter.invalid'],
    ['RTE-15', to('DEU', 'ABC'), 'parameter.invalid'],
    ['RTE-08', from('NL', 'ABC'), 'parameter.invalid'],
    ['RTE-08 ROL-13', from('BE', 'TNM'), 'parameter.invalid'],
    ['RTE-09', to('NL', 'TNM'), 'party.not_hosted'],
    ['RTE-09 ROL-13', to('AT', 'ABC'), 'party.not_hosted'],
  ])('%s %j is refused as %s', async (_, headers, code) => {
    expect((await ask(headers)).body['code']).toBe(code);
  });

  it('passes over routing headers of a peer whose quirk says so, and answers without', async () => {
    peer = { ...cpo, quirks: { check_routing: 'false' } };
    const { headers, body } = await ask({ ...to('NL', 'NOT'), ...from('NL', 'ABC') });
    expect([body, headers.get('ocpi-to-party-id')]).toEqual([{}, null]);
  });

  it('RTE-12 on a direct link a party pushes its own objects only', async () => {
    const { body } = await ask(from('NL', 'MSP'), '/NL/TNM');
    expect(body).toEqual({ code: 'parameter.invalid', message: 'OCPI-from is NL*MSP, the URL names NL*TNM' });
    expect((await ask(from('NL', 'TNM'), '/nl/tnm')).body['code']).toBeUndefined();
  });

  it('RTE-08 RTE-12 a hub speaks for others, and forwards what is theirs', async () => {
    peer = hub;
    expect((await ask(from('FR', 'AAA'), '/FR/AAA')).body['code']).toBeUndefined();
    expect((await ask(from('NL', 'HUB'), '/FR/AAA')).body['code']).toBeUndefined();
  });

  it.each<[string, string[], string | undefined, boolean]>([
    ['ROL-12', ['EMSP'], undefined, true],
    ['ROL-04', ['NSP'], undefined, true],
    ['ROL-07', ['OTHER'], undefined, true],
    ['ROL-12', ['SCSP'], undefined, false],
    ['ROL-12', ['CPO'], undefined, false],
    ['RTE-13', ['CPO', 'EMSP'], undefined, true],
    ['RTE-13', ['CPO', 'EMSP'], 'P00', false],
    ['RTE-13', ['CPO', 'EMSP'], 'P01', true],
    ['ROL-03', ['HUB'], 'P09', true],
  ])('%s a peer of %j that speaks for %s may list: %s', (_, roles, speaker, allowed) => {
    const asking = { ...cpo, roles: roles.map((name, index) => role(name, 'NL', `P0${index}`)) };
    const routing = speaker === undefined ? {} : { from: { country_code: 'nl', party_id: speaker } };
    const check = (): void => checkReader(locations, asking, routing);
    if (allowed) expect(check).not.toThrow();
    else expect(check).toThrow('locations are listed for the roles EMSP');
  });

  it('ROL-05 a list shows what is our own, and everything where a party is meant that passes on what it received', () => {
    const both: Platform = { versions_url: '', parties: [role('CPO', 'DE', 'ABC'), role('NAP', 'DE', 'NAP')] };
    const toParty = (party_id: string) => ({ to: { country_code: 'de', party_id } });
    expect(listedOrigin(locations, platform, {})).toBe(OWN);
    expect(listedOrigin(locations, both, {})).toBe('');
    expect(listedOrigin(locations, both, toParty('NAP'))).toBe('');
    expect(listedOrigin(locations, both, toParty('ABC'))).toBe(OWN);
  });

  it('CHP-36 a list of Sessions shows an SCSP under contract what our eMSPs received, too: all, or the one that is meant', () => {
    const both: Platform = { versions_url: '', parties: [role('CPO', 'DE', 'ABC'), role('EMSP', 'DE', 'EM1'), role('EMSP', 'DE', 'EM2')] };
    const scsp: Peer = { ...cpo, roles: [role('SCSP', 'NL', 'SCP')], quirks: { smart_charging: 'true' } };
    const shown = (module: typeof sessions, peer: Peer, to?: string): string[] =>
      alsoListedFor(module, peer, both, to === undefined ? {} : { to: { country_code: 'de', party_id: to } }).map(({ party_id }) => party_id);
    expect([shown(sessions, scsp), shown(sessions, scsp, 'em2'), shown(sessions, scsp, 'ABC')]).toEqual([['EM1', 'EM2'], ['EM2'], []]);
    expect([shown(sessions, { ...scsp, quirks: {} }), shown(sessions, cpo), shown(cdrs, scsp)]).toEqual([[], [], []]);
  });

  it('names the peer as the writer, and our own objects as what a sender shows', () => {
    expect(callerOf(locations, cpo, platform)).toMatchObject({ origin: 'peer-1', roles: [{ role: 'CPO' }, { role: 'EMSP' }] });
    expect(OWN_OBJECTS).toBe(OWN);
  });
});
