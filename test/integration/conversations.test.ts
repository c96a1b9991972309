import { contractOfEvents, waitUntil } from '@roamgrid/testkit';
import { readEvents } from './change-topics';
import { at, location, session, token, type Json } from './charging-objects';
import { Backend, FINAL, type Talk } from './conversing';
import { handshake, objectsOf, PlatformStack, type RunningPlatform } from './platform-stack';

const CPO = 'NL*RGC';

describe('commands and charging profiles between platforms', () => {
  const stack = new PlatformStack();
  let cpo: RunningPlatform;
  let emsp: RunningPlatform;
  let atCpo: Backend;
  let atEmsp: Backend;
  let atOther: Backend;

  const evse = (uid: string, ...capabilities: string[]): Json => ({
    uid, status: 'AVAILABLE', capabilities, last_updated: at(0),
    connectors: [{ id: '1', standard: 'IEC_62196_T2', format: 'SOCKET', power_type: 'AC_3_PHASE', max_voltage: 230, max_amperage: 32, last_updated: at(0) }],
  });
  const put = (platform: RunningPlatform, module: string, object: Json, id: unknown): Promise<Json> =>
    platform.api.call('PUT', `/v1/${module}/${String(object['country_code'])}/${String(object['party_id'])}/${String(id)}`, object);

  beforeAll(async () => {
    await stack.startParts();
    const party = (country_code: string, party_id: string, role: string) => ({ country_code, party_id, roles: [role], name: party_id });
    const without = ['hub-client-info'];
    const pull = { delta: 3_600_000, full: 3_600_000 };
    const answering = { timeout: 6, margin: 3_500, settle: 100, retries: [500, 1_000] };
    const overrides = { commands: { answering }, 'charging-profiles': { answering } };
    let other: RunningPlatform;
    [cpo, emsp, other] = await Promise.all([
      stack.platform({ name: 'cpo', parties: [party('NL', 'RGC', 'CPO')], pull, overrides, without }),
      stack.platform({ name: 'emsp', parties: [party('DE', 'RGE', 'EMSP')], pull, without }),
      stack.platform({ name: 'other', parties: [party('FR', 'OTH', 'EMSP')], pull, without }),
    ]);
    await handshake(cpo, emsp);
    await handshake(cpo, other);
    [atCpo, atEmsp, atOther] = [new Backend(cpo, CPO), new Backend(emsp, 'DE*RGE'), new Backend(other, 'FR*OTH')];
    const evses = [evse('E1', 'REMOTE_START_STOP_CAPABLE', 'RESERVABLE', 'UNLOCK_CAPABLE', 'CHARGING_PROFILE_CAPABLE'), evse('E2')];
    await put(cpo, 'locations', location('LOC1', { evses }), 'LOC1');
    await put(cpo, 'sessions', session('S1'), 'S1');
  });

  afterAll(() => stack.stop());

  const adHoc = (uid: string): Json => token(uid, { type: 'AD_HOC_USER' });
  const start = (uid: string): Json => ({ token: adHoc(uid), location_id: 'LOC1', evse_uid: 'E1', authorization_reference: `ref-${uid}` });
  const ask = (kind: string, request: Json): Promise<Talk> => atEmsp.begin('commands', CPO, kind, request);

  it('CMD-07 CMD-24 a remote start reaches the backend with its token and reference, and its result the eMSP', async () => {
    const begun = await ask('START_SESSION', start('A1'));
    const asked = await atCpo.next('commands', 'START_SESSION');
    expect(asked).toMatchObject({ direction: 'asked', request: start('A1'), response: { result: 'ACCEPTED', timeout: 6 } });
    expect(asked.request).not.toHaveProperty('response_url');
    expect(asked).not.toHaveProperty('told');
    await atCpo.answer('commands', asked.id, { result: 'ACCEPTED' });
    expect(await atEmsp.untilFinal('commands', begun.id)).toMatchObject({ state: 'COMPLETED', result: { result: 'ACCEPTED' } });
    expect(await atCpo.until('commands', asked.id, ({ told }) => told === true)).toMatchObject({ state: 'COMPLETED' });
    await atCpo.answer('commands', asked.id, { result: 'ACCEPTED' });
    await expect(atCpo.answer('commands', asked.id, { result: 'FAILED' })).rejects.toThrow('conversation.over');
  });

  it('CMD-23 the token of a command is stored nowhere', async () => {
    expect([...(await objectsOf(cpo, 'tokens')).keys()]).toEqual([]);
  });

  it('CMD-10 a backend that stays silent is a TIMEOUT within the deadline that our answer named; its late answer is refused', async () => {
    const begun = await ask('START_SESSION', start('A2'));
    const asked = await atCpo.next('commands', 'START_SESSION');
    expect(await atEmsp.untilFinal('commands', begun.id)).toMatchObject({ state: 'COMPLETED', result: { result: 'TIMEOUT' } });
    await expect(atCpo.answer('commands', asked.id, { result: 'ACCEPTED' })).rejects.toThrow('conversation.over');
  });

  it.each([
    ['CMD-18 an unknown location', 'START_SESSION', { ...start('A3'), location_id: 'LOC9' }, { state: 'FAILED', error: expect.stringContaining('2003') as string }],
    ['CMD-19 an unknown EVSE', 'START_SESSION', { ...start('A3'), evse_uid: 'E9' }, { state: 'REFUSED', response: { result: 'REJECTED' } }],
    ['CMD-19 an unknown connector', 'START_SESSION', { ...start('A3'), connector_id: '9' }, { state: 'REFUSED', response: { result: 'REJECTED' } }],
    ['CMD-38 an EVSE that cannot', 'START_SESSION', { ...start('A3'), evse_uid: 'E2' }, { state: 'REFUSED', response: { result: 'NOT_SUPPORTED' } }],
    ['CMD-27 an unknown session', 'STOP_SESSION', { session_id: 'S9' }, { state: 'REFUSED', response: { result: 'UNKNOWN_SESSION' } }],
    ['CMD-30 an unknown reservation', 'CANCEL_RESERVATION', { reservation_id: 'R9' }, { state: 'COMPLETED', result: { result: 'UNKNOWN_RESERVATION' } }],
  ])('%s', async (_, kind, request, expected) => {
    const { id } = await ask(kind, request);
    expect(await atEmsp.untilFinal('commands', id)).toMatchObject(expected);
  });

  it('CMD-40 the same START_SESSION again while one is pending is REJECTED', async () => {
    const first = await ask('START_SESSION', start('A4'));
    const asked = await atCpo.next('commands', 'START_SESSION');
    const { id } = await ask('START_SESSION', start('A4'));
    expect(await atEmsp.untilFinal('commands', id)).toMatchObject({ state: 'REFUSED', response: { result: 'REJECTED' } });
    await atCpo.answer('commands', asked.id, { result: 'EVSE_OCCUPIED' });
    expect(await atEmsp.untilFinal('commands', first.id)).toMatchObject({ result: { result: 'EVSE_OCCUPIED' } });
  });

  it('CMD-25 only with a token of who asks, which may be named in short', async () => {
    const others = { ...start('A5'), token: { ...adHoc('A5'), country_code: 'FR', party_id: 'OTH' } };
    await expect(ask('START_SESSION', others)).rejects.toThrow('party.not_yours');
    await expect(ask('START_SESSION', { ...start('A5'), token: { uid: 'CARD7' } })).rejects.toThrow('authorization.token_unknown');
    await put(emsp, 'tokens', token('CARD7'), 'CARD7');
    const { id } = await ask('START_SESSION', { ...start('A5'), token: { uid: 'CARD7' } });
    const asked = await atCpo.next('commands', 'START_SESSION');
    expect(asked.request['token']).toEqual(token('CARD7'));
    await atCpo.answer('commands', asked.id, { result: 'FAILED' });
    await atEmsp.untilFinal('commands', id);
  });

  it('CMD-27 CMD-30 nobody reaches the session or the reservation of another eMSP', async () => {
    const stop = await atOther.begin('commands', CPO, 'STOP_SESSION', { session_id: 'S1' });
    expect(await atOther.untilFinal('commands', stop.id)).toMatchObject({ response: { result: 'UNKNOWN_SESSION' } });
    const reserve = { token: adHoc('A6'), location_id: 'LOC1', reservation_id: 'R1', expiry_date: '2099-01-01T00:00:00Z' };
    const { id } = await ask('RESERVE_NOW', reserve);
    const asked = await atCpo.next('commands', 'RESERVE_NOW');
    await atCpo.answer('commands', asked.id, { result: 'ACCEPTED' });
    await atEmsp.untilFinal('commands', id);
    const cancel = await atOther.begin('commands', CPO, 'CANCEL_RESERVATION', { reservation_id: 'R1' });
    expect(await atOther.untilFinal('commands', cancel.id)).toMatchObject({ result: { result: 'UNKNOWN_RESERVATION' } });
  });

  it('CMD-14 CMD-28 CMD-29 a reservation is replaced under one id of ours, and cancelled by the CPO on its URL', async () => {
    const reserve = { token: adHoc('A7'), location_id: 'LOC1', reservation_id: 'R2', expiry_date: '2099-01-01T00:00:00Z' };
    const first = await ask('RESERVE_NOW', reserve);
    const asked = (await atCpo.next('commands', 'RESERVE_NOW')) as Talk & { reservation: string; replaces: boolean };
    expect([asked.reservation === 'R2', asked.replaces]).toEqual([false, false]);
    await atCpo.answer('commands', asked.id, { result: 'ACCEPTED' });
    await atEmsp.untilFinal('commands', first.id);
    const second = await ask('RESERVE_NOW', { ...reserve, expiry_date: '2099-01-02T00:00:00Z' });
    const again = (await atCpo.next('commands', 'RESERVE_NOW')) as Talk & { reservation: string; replaces: boolean };
    expect([again.reservation, again.replaces]).toEqual([asked.reservation, true]);
    await atCpo.answer('commands', again.id, { result: 'ACCEPTED' });
    await atEmsp.untilFinal('commands', second.id);
    await atCpo.answer('commands', again.id, { result: 'CANCELED_RESERVATION' });
    const ended = await atEmsp.until('commands', second.id, (talk) => talk.ended !== undefined);
    expect(ended).toMatchObject({ state: 'COMPLETED', result: { result: 'ACCEPTED' }, ended: { result: 'CANCELED_RESERVATION' } });
  });

  it('an Idempotency-Key begins a command once', async () => {
    const [one, other] = await Promise.all([1, 2].map(() => atEmsp.begin('commands', CPO, 'STOP_SESSION', { session_id: 'S9' }, 'stop-1').catch(() => undefined)));
    const again = await atEmsp.begin('commands', CPO, 'STOP_SESSION', { session_id: 'S9' }, 'stop-1');
    expect(new Set([one, other, again].flatMap((talk) => talk?.id ?? [])).size).toBe(1);
  });

  it('CHP-08 CHP-10 a profile is set, read and cleared', async () => {
    const profile = { charging_rate_unit: 'A', charging_profile_period: [{ start_period: 0, limit: 16 }, { start_period: 600, limit: 10.5 }] };
    const active = { start_date_time: at(10), charging_profile: profile };
    const run = async (kind: string, request: Json, result: Json): Promise<Talk> => {
      const { id } = await atEmsp.begin('chargingprofiles', CPO, kind, request);
      const asked = await atCpo.next('chargingprofiles', kind);
      expect(asked.request).toEqual(request);
      await atCpo.answer('chargingprofiles', asked.id, result);
      return atEmsp.untilFinal('chargingprofiles', id);
    };
    const set = await run('SET', { session_id: 'S1', charging_profile: profile }, { result: 'ACCEPTED' });
    expect(set).toMatchObject({ state: 'COMPLETED', result: { result: 'ACCEPTED' } });
    expect(await run('GET', { session_id: 'S1', duration: 900 }, { result: 'ACCEPTED', profile: active })).toMatchObject({ result: { profile: active } });
    expect(await run('CLEAR', { session_id: 'S1' }, { result: 'UNKNOWN' })).toMatchObject({ result: { result: 'UNKNOWN' } });
  });

  it('CHP-12 CHP-13 what becomes active is told to who set a profile, and to nobody else', async () => {
    const notice = { session_id: 'S1', start_date_time: at(20), charging_profile: { charging_rate_unit: 'A', charging_profile_period: [{ start_period: 0, limit: 8 }] } };
    const { items } = await atCpo.tellActive(notice);
    expect(items.map(({ kind, direction }) => [kind, direction])).toEqual([['ACTIVE_PROFILE', 'asking']]);
    await waitUntil(async () => (await atEmsp.list('chargingprofiles', { direction: 'asked' })).length > 0, { what: 'the notice is there', timeoutMs: 10_000 });
    const [told] = await atEmsp.list('chargingprofiles', { direction: 'asked' });
    expect(told).toMatchObject({ kind: 'ACTIVE_PROFILE', state: 'COMPLETED', request: notice });
    expect(await atOther.list('chargingprofiles')).toEqual([]);
    await put(cpo, 'sessions', session('S2'), 'S2');
    expect(await atCpo.tellActive({ ...notice, session_id: 'S2' })).toEqual({ items: [] });
  });

  it.each([
    ['CHP-07 an unknown session', 'S9', 'UNKNOWN_SESSION'],
    ['CHP-33 a finished session', 'S3', 'REJECTED'],
    ['CHP-29 an EVSE without profiles', 'S4', 'NOT_SUPPORTED'],
  ])('%s', async (_, id, response) => {
    await put(cpo, 'sessions', session('S3', { status: 'COMPLETED', end_date_time: at(60) }), 'S3');
    await put(cpo, 'sessions', session('S4', { evse_uid: 'E2' }), 'S4');
    const begun = await atEmsp.begin('chargingprofiles', CPO, 'CLEAR', { session_id: id });
    expect(await atEmsp.untilFinal('chargingprofiles', begun.id)).toMatchObject({ state: 'REFUSED', response: { result: response } });
  });

  it('CHP-23 the session of another eMSP is REJECTED', async () => {
    const { id } = await atOther.begin('chargingprofiles', CPO, 'CLEAR', { session_id: 'S1' });
    expect(await atOther.untilFinal('chargingprofiles', id)).toMatchObject({ state: 'REFUSED', response: { result: 'REJECTED' } });
  });

  it('every state of a command is on Kafka, in order', async () => {
    const known = await atCpo.list('commands');
    const objectOf = ({ event }: { event: Json }): Json => event['object'] as Json;
    const isFinal = (state: unknown): boolean => FINAL.includes(String(state));
    const events = await readEvents(stack.parts.kafkaBrokers, ['cpo.commands.requests'], (read) => new Set(read.map(objectOf).filter(({ state }) => isFinal(state)).map(({ id }) => id)).size === known.length);
    const states = new Map<string, string[]>();
    for (const { id, state } of events.map(objectOf)) states.set(String(id), [...(states.get(String(id)) ?? []), String(state)]);
    expect(states.size).toBeGreaterThan(5);
    for (const seen of states.values()) expect([['WAITING', 'COMPLETED'], ['COMPLETED'], ['REFUSED']]).toContainEqual([...new Set(seen)]);
  });

  it('all of it stands on Kafka, at both ends, as docs/asyncapi.yaml says', async () => {
    const problemsOf = contractOfEvents();
    for (const name of ['cpo', 'emsp']) {
      const topics = [`${name}.commands.requests`, `${name}.chargingprofiles.requests`];
      const events = await readEvents(stack.parts.kafkaBrokers, topics, (read) => new Set(read.map(({ topic }) => topic)).size === topics.length);
      expect(events.flatMap((event) => problemsOf(event, name))).toEqual([]);
      expect(new Set(events.map(({ headers }) => headers['audience']))).toEqual(new Set([name === 'cpo' ? CPO : 'DE*RGE']));
      const [event] = events;
      const broken = (changes: Json): string[] => (event ? problemsOf({ ...event, event: { ...event.event, ...changes } }, name) : []);
      expect([broken({}), broken({ object: { id: 'C1' } }).length > 0]).toEqual([[], true]);
    }
  });
});
