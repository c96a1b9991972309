import { at, location, token, type Json } from './charging-objects';
import { Backend } from './conversing';
import { handshake, PlatformStack, type RunningPlatform } from './platform-stack';

const CPO = 'NL*RGC';

describe('a Token at a charge point after a command', () => {
  const stack = new PlatformStack();
  let cpo: RunningPlatform;
  let atCpo: Backend;
  let atEmsp: Backend;

  const evse = (uid: string): Json => ({
    uid, status: 'AVAILABLE', capabilities: ['REMOTE_START_STOP_CAPABLE', 'RESERVABLE'], last_updated: at(0),
    connectors: [{ id: '1', standard: 'IEC_62196_T2', format: 'SOCKET', power_type: 'AC_3_PHASE', max_voltage: 230, max_amperage: 32, last_updated: at(0) }],
  });
  const ask = (uid: string, type: string, ...evse_uids: string[]): Promise<Json> =>
    cpo.api.call('POST', '/v1/tokens/authorize', { uid, type, location: { location_id: 'LOC1', evse_uids } });
  const start = async (uid: string, type: string, result = 'ACCEPTED'): Promise<void> => {
    const request = { token: token(uid, { type }), location_id: 'LOC1', evse_uid: 'E1', authorization_reference: `ref-${uid}` };
    const { id } = await atEmsp.begin('commands', CPO, 'START_SESSION', request);
    const asked = await atCpo.next('commands', 'START_SESSION');
    await atCpo.answer('commands', asked.id, { result });
    await atEmsp.untilFinal('commands', id);
  };

  beforeAll(async () => {
    await stack.startParts();
    const party = (country_code: string, party_id: string, role: string) => ({ country_code, party_id, roles: [role], name: party_id });
    const without = ['charging-profiles', 'hub-client-info'];
    const [own, emsp] = await Promise.all([
      stack.platform({ name: 'cpo', parties: [party('NL', 'RGC', 'CPO')], without }),
      stack.platform({ name: 'emsp', parties: [party('DE', 'RGE', 'EMSP')], without }),
    ]);
    cpo = own;
    await handshake(cpo, emsp);
    [atCpo, atEmsp] = [new Backend(cpo, CPO), new Backend(emsp, 'DE*RGE')];
    await cpo.api.call('PUT', '/v1/locations/NL/RGC/LOC1', location('LOC1', { evses: [evse('E1'), evse('E2')] }));
  });

  afterAll(() => stack.stop());

  it.each(['AD_HOC_USER', 'APP_USER', 'RFID'])('CMD-22 CMD-24 of type %s is allowed by it, with its reference, and no eMSP is asked', async (type) => {
    await start(`T-${type}`, type);
    expect(await ask(`T-${type}`, type, 'E1')).toMatchObject({
      allowed: 'ALLOWED',
      decided: 'command',
      authorization_reference: `ref-T-${type}`,
      token: token(`T-${type}`, { type }),
    });
  });

  it('CMD-22 is asked about as ever at another EVSE, and where the command failed', async () => {
    await start('ELSEWHERE', 'RFID');
    await expect(ask('ELSEWHERE', 'RFID', 'E2')).rejects.toThrow('authorization.token_unknown');
    await start('OCCUPIED', 'APP_USER', 'EVSE_OCCUPIED');
    await expect(ask('OCCUPIED', 'APP_USER', 'E1')).rejects.toThrow('authorization.token_unknown');
  });

  it('CMD-23 stands in no list of Tokens', async () => {
    expect(await cpo.api.call('GET', '/v1/tokens')).toMatchObject({ items: [], total: 0 });
  });
});
