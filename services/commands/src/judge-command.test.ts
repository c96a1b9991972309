import type { AskedRequest, ConversationStore } from '@roamgrid/conversation-service';
import { commands, requestKind, type CommandType } from '@roamgrid/modules';
import { RoamgridError, type Client, type ObjectsCalls, type Peer } from '@roamgrid/runtime';
import { CommandJudge } from './judge-command';

type Json = Record<string, unknown>;

const cpo = { country_code: 'NL', party_id: 'RGC' };
const emsp = { country_code: 'DE', party_id: 'RGE' };
const token = { ...emsp, uid: 'T1', type: 'APP_USER' };

const evse = (uid: string, capabilities: string[], more: Json = {}): Json => ({
  uid, status: 'AVAILABLE', capabilities, connectors: [{ id: '1' }, { id: '2' }], ...more,
});

/** A service of another module with one object in it. */
function holding(id: string, object: Json): Pick<Client<ObjectsCalls>, 'Get'> {
  return {
    Get: ({ ids, parties }) =>
      ids[0] === id && parties.some(({ party_id }) => party_id === 'RGC')
        ? Promise.resolve({ json: Buffer.from(JSON.stringify(object)), key: '', rev: 1, origin: 'own' })
        : Promise.reject(new RoamgridError('object.unknown', 'no such object')),
  };
}

function judge(name: CommandType, request: Json, more: { evses?: Json[]; session?: Json; reservation?: Json; cancelled?: Date; supported?: CommandType[] } = {}) {
  const kept: Readonly<Record<string, Json | undefined>> = { RESERVE_NOW: more.reservation, CANCEL_RESERVATION: more.cancelled && { created: more.cancelled } };
  const evses = more.evses ?? [evse('E1', ['REMOTE_START_STOP_CAPABLE', 'RESERVABLE', 'UNLOCK_CAPABLE'])];
  const judging = new CommandJudge({
    locations: holding('LOC1', { ...cpo, id: 'LOC1', evses }),
    sessions: holding('S1', { ...cpo, id: 'S1', status: 'ACTIVE', cdr_token: emsp, ...more.session }),
    store: { newest: (_: string, also: Json) => Promise.resolve(kept[String(also['talk.kind'])]) } as unknown as ConversationStore,
    supported: more.supported ?? ['CANCEL_RESERVATION', 'RESERVE_NOW', 'START_SESSION', 'STOP_SESSION', 'UNLOCK_CONNECTOR'],
    clock: { now: () => Date.parse('2026-01-01T00:00:00Z'), sleep: () => Promise.resolve() },
    newId: () => 'own-id',
  });
  const asked: AskedRequest = {
    kind: requestKind(commands, name),
    caller: { origin: 'p1', roles: [{ ...emsp, role: 'EMSP' }], hosted: [] },
    peer: {} as Peer,
    counterpart: emsp,
    parties: [cpo],
    request,
  };
  return judging.judge(asked);
}

describe('a command', () => {
  const start = { token, location_id: 'LOC1', evse_uid: 'E1' };

  it('CMD-06 is accepted where it can be forwarded, for the party whose charge point it is', async () => {
    expect(await judge('START_SESSION', start)).toMatchObject({ response: 'ACCEPTED', party: cpo });
  });

  it('CMD-22 is found by its Token, and by its Token there; one that is refused is not', async () => {
    const marks = ['token/APP_USER/T1', 'token/APP_USER/T1/LOC1'];
    expect(await judge('START_SESSION', start)).toMatchObject({ marks });
    const reserve = { ...start, reservation_id: 'R1', expiry_date: '2026-01-01T01:00:00Z' };
    expect(await judge('RESERVE_NOW', reserve)).toMatchObject({ marks });
    expect(await judge('START_SESSION', { ...start, evse_uid: 'E9' })).not.toHaveProperty('marks');
  });

  it('CMD-18 for an unknown location is an error', async () => {
    await expect(judge('START_SESSION', { ...start, location_id: 'LOC9' })).rejects.toMatchObject({ code: 'location.unknown' });
  });

  it.each([
    ['CMD-19 an unknown EVSE', { ...start, evse_uid: 'E9' }],
    ['CMD-19 an unknown connector', { ...start, connector_id: '9' }],
    ['CMD-26 a token of somebody else', { ...start, token: { ...token, party_id: 'OTH' } }],
  ])('%s is REJECTED', async (_, request) => {
    expect(await judge('START_SESSION', request)).toMatchObject({ response: 'REJECTED' });
  });

  it('CMD-38 needs an EVSE that can do it', async () => {
    expect(await judge('START_SESSION', start, { evses: [evse('E1', [])] })).toMatchObject({ response: 'NOT_SUPPORTED' });
    expect(await judge('UNLOCK_CONNECTOR', { location_id: 'LOC1', evse_uid: 'E1', connector_id: '1' }, { evses: [evse('E1', ['RESERVABLE'])] })).toMatchObject({ response: 'NOT_SUPPORTED' });
    const anywhere = { token, location_id: 'LOC1' };
    expect(await judge('START_SESSION', anywhere, { evses: [evse('E1', []), evse('E2', ['REMOTE_START_STOP_CAPABLE'])] })).toMatchObject({ response: 'ACCEPTED' });
    expect(await judge('START_SESSION', start, { evses: [evse('E1', ['REMOTE_START_STOP_CAPABLE'], { status: 'REMOVED' })] })).toMatchObject({ response: 'REJECTED' });
  });

  it('CMD-20 names the connector where the station must know it', async () => {
    const evses = [evse('E1', ['REMOTE_START_STOP_CAPABLE', 'START_SESSION_CONNECTOR_REQUIRED'])];
    expect(await judge('START_SESSION', start, { evses })).toMatchObject({ response: 'REJECTED' });
    expect(await judge('START_SESSION', { ...start, connector_id: '2' }, { evses })).toMatchObject({ response: 'ACCEPTED' });
  });

  it('that the backend does not carry out is NOT_SUPPORTED', async () => {
    expect(await judge('START_SESSION', start, { supported: [] })).toMatchObject({ response: 'NOT_SUPPORTED' });
  });

  it('CMD-27 STOP_SESSION is for the sessions of who asks', async () => {
    expect(await judge('STOP_SESSION', { session_id: 'S1' })).toMatchObject({ response: 'ACCEPTED', party: cpo });
    expect(await judge('STOP_SESSION', { session_id: 'S9' })).toMatchObject({ response: 'UNKNOWN_SESSION' });
    expect(await judge('STOP_SESSION', { session_id: 'S1' }, { session: { cdr_token: { country_code: 'FR', party_id: 'OTH' } } })).toMatchObject({ response: 'UNKNOWN_SESSION' });
    expect(await judge('STOP_SESSION', { session_id: 'S1' }, { session: { status: 'COMPLETED' } })).toMatchObject({ response: 'REJECTED' });
  });

  const reserve = { token, location_id: 'LOC1', reservation_id: 'R1', expiry_date: '2026-01-01T01:00:00Z' };
  const known = { created: new Date('2025-12-31T12:00:00Z'), state: { names: ['NL', 'RGC', 'x'] }, talk: { request: { location_id: 'loc1' }, details: { reservation: 'first-id' } } };

  it('CMD-29 a reservation has an id of ours, CMD-28 kept where it is replaced', async () => {
    expect(await judge('RESERVE_NOW', reserve)).toMatchObject({ response: 'ACCEPTED', details: { reservation: 'own-id', replaces: false } });
    expect(await judge('RESERVE_NOW', reserve, { reservation: known })).toMatchObject({ details: { reservation: 'first-id', replaces: true } });
    const elsewhere = { ...known, talk: { ...known.talk, request: { location_id: 'LOC2' } } };
    expect(await judge('RESERVE_NOW', reserve, { reservation: elsewhere })).toMatchObject({ details: { reservation: 'own-id', replaces: false } });
  });

  it('CMD-30 a reservation that was cancelled is unknown, until it is made again', async () => {
    const after = { reservation: known, cancelled: new Date('2025-12-31T13:00:00Z') };
    expect(await judge('CANCEL_RESERVATION', { reservation_id: 'R1' }, after)).toMatchObject({ result: { result: 'UNKNOWN_RESERVATION' } });
    expect(await judge('RESERVE_NOW', reserve, after)).toMatchObject({ details: { reservation: 'own-id', replaces: false } });
    const before = { reservation: known, cancelled: new Date('2025-12-31T11:00:00Z') };
    expect(await judge('CANCEL_RESERVATION', { reservation_id: 'R1' }, before)).toMatchObject({ details: { reservation: 'first-id' } });
  });

  it('a reservation that has ended before it began is REJECTED', async () => {
    expect(await judge('RESERVE_NOW', { ...reserve, expiry_date: '2025-12-31T00:00:00Z' })).toMatchObject({ response: 'REJECTED' });
  });

  it('CMD-30 an unknown reservation has its result at once', async () => {
    expect(await judge('CANCEL_RESERVATION', { reservation_id: 'R1' })).toMatchObject({ response: 'ACCEPTED', result: { result: 'UNKNOWN_RESERVATION' } });
    expect(await judge('CANCEL_RESERVATION', { reservation_id: 'R1' }, { reservation: known })).toMatchObject({ response: 'ACCEPTED', details: { reservation: 'first-id' } });
  });
});
