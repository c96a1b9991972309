import { setTimeout as pause } from 'node:timers/promises';
import { type ReceivedCall, SeededRandom, waitUntil } from '@roamgrid/testkit';
import { at, location, session, type Json } from './charging-objects';
import { ClientPeer, type GatewayAnswer } from './client-peer';
import { Backend, FINAL, type Talk } from './conversing';
import { handshake, PlatformStack, type RunningPlatform } from './platform-stack';

const SEED = Number(process.env['ROAMGRID_SEED'] ?? 1);
const CPO = 'NL*RGC';
const EMSP = 'DE*RGE';
const MODULE = 'chargingprofiles';
const PROFILE = { charging_rate_unit: 'A', charging_profile_period: [{ start_period: 0, limit: 16 }] };
/** Milliseconds between looks at what is due: long enough to see a state between two of them. */
const POLL = 1_000;

/** One of the two conversations that a request becomes where it is passed on. */
interface Passed extends Talk {
  readonly passed_on?: string;
  readonly on_behalf_of?: string;
}

describe('smart charging by an SCSP for the drivers of an eMSP', () => {
  const stack = new PlatformStack();
  let cpo: RunningPlatform;
  let emsp: RunningPlatform;
  let atCpo: Backend;
  let atEmsp: Backend;
  let scsp: ClientPeer;
  let stranger: ClientPeer;
  let replies = 0;

  const endpoints = ['chargingprofiles SENDER', 'sessions RECEIVER'];
  const put = (module: string, object: Json): Promise<Json> => cpo.api.call('PUT', `/v1/${module}/NL/RGC/${String(object['id'])}`, object);

  beforeAll(async () => {
    await stack.startParts();
    const party = (country_code: string, party_id: string, role: string) => ({ country_code, party_id, roles: [role], name: party_id });
    const without = ['commands', 'hub-client-info'];
    const pull = { delta: 3_600_000, full: 3_600_000 };
    const conversing = {
      answering: { timeout: 15, margin: 1_000, settle: 100, retries: [300, 600, 1_200, 2_400, 4_800, 9_600] },
      asking: { answerTimeout: 3_000, retries: [300, 600, 1_200, 2_400], grace: 5_000 },
      lease: 5_000,
    };
    [cpo, emsp] = await Promise.all([
      stack.platform({ name: 'cpo', parties: [party('NL', 'RGC', 'CPO')], pull, without, overrides: { 'charging-profiles': conversing } }),
      stack.platform({ name: 'emsp', parties: [party('DE', 'RGE', 'EMSP')], pull, without, overrides: { 'charging-profiles': { ...conversing, poll: POLL } } }),
    ]);
    await handshake(cpo, emsp);
    [atCpo, atEmsp] = [new Backend(cpo, CPO), new Backend(emsp, EMSP)];
    const connectors = [{ id: '1', standard: 'IEC_62196_T2', format: 'SOCKET', power_type: 'AC_3_PHASE', max_voltage: 230, max_amperage: 32, last_updated: at(0) }];
    const evse = { uid: 'E1', status: 'CHARGING', capabilities: ['CHARGING_PROFILE_CAPABLE'], last_updated: at(0), connectors };
    await put('locations', location('LOC1', { evses: [evse] }));
    await put('sessions', session('S1'));
    await waitUntil(async () => (await received()).has('S1'), { what: 'the eMSP holds the Session', timeoutMs: 30_000 });
    scsp = await ClientPeer.register(emsp, 'SCP', ['SCSP'], endpoints, { smart_charging: true });
    stranger = await ClientPeer.register(emsp, 'STR', ['SCSP'], endpoints);
  });

  afterAll(async () => {
    await Promise.all([scsp.stop(), stranger.stop()]);
    await stack.stop();
  });

  async function received(): Promise<Set<unknown>> {
    const ids = new Set<unknown>();
    for await (const { object } of emsp.api.list('sessions')) ids.add(object['id']);
    return ids;
  }

  const sessionsOf = (peer: ClientPeer): string[] => peer.pushesOf('sessions').map(({ path }) => path.replace('/2.2.1/sessions/', ''));

  interface Request {
    readonly answer: GatewayAnswer;
    /** What came at its response_url. */
    readonly results: () => ReceivedCall[];
  }

  /** SET of a profile by a peer at the eMSP. */
  async function set(peer: ClientPeer, id: string, limit = 16): Promise<Request> {
    replies += 1;
    const path = `/2.2.1/replies/${replies}`;
    const charging_profile = { ...PROFILE, charging_profile_period: [{ start_period: 0, limit }] };
    const answer = await peer.call('PUT', `receiver/chargingprofiles/${id}`, { charging_profile, response_url: peer.url + path });
    return { answer, results: () => peer.pushes.filter((push) => push.path === path) };
  }

  async function told({ results }: Request, count = 1): Promise<unknown> {
    await waitUntil(() => Promise.resolve(results().length >= count), { what: 'the SCSP is told', timeoutMs: 20_000, intervalMs: 50 });
    return results()[0]?.body;
  }

  /** Both conversations at the eMSP of the newest request. */
  async function newest(): Promise<{ theirs: Passed; ours: Passed }> {
    const all: Passed[] = await atEmsp.list(MODULE);
    const theirs = all.find(({ passed_on }) => passed_on !== undefined);
    const ours = all.find(({ id }) => id === theirs?.passed_on);
    if (!theirs || !ours) throw new Error('nothing was passed on');
    expect(ours.on_behalf_of).toBe(theirs.id);
    return { theirs, ours };
  }

  it('ROL-02 CHP-24 what the eMSP offers follows from its roles, and from the contract', async () => {
    const offered = async (peer: ClientPeer): Promise<string[]> => {
      const { data } = await peer.call('GET', '');
      return (data as { endpoints: { identifier: string; role: string }[] }).endpoints.map(({ identifier, role }) => `${identifier} ${role}`);
    };
    expect(await offered(scsp)).toEqual(expect.arrayContaining(['chargingprofiles RECEIVER', 'sessions SENDER']));
    const others = await offered(stranger);
    expect([others.includes('chargingprofiles RECEIVER'), others.includes('sessions SENDER')]).toEqual([false, false]);
    expect((await set(stranger, 'S1')).answer).toMatchObject({ http: 404 });
  });

  it('CHP-36 SES-22 the SCSP under contract is given the Sessions that the eMSP received, from the eMSP; nobody else is', async () => {
    await waitUntil(() => Promise.resolve(sessionsOf(scsp).includes('NL/RGC/S1')), { what: 'what was there before comes', timeoutMs: 20_000 });
    await put('sessions', session('S2'));
    await waitUntil(() => Promise.resolve(sessionsOf(scsp).includes('NL/RGC/S2')), { what: 'what is new comes', timeoutMs: 20_000 });
    const [push] = scsp.pushesOf('sessions');
    expect([push?.headers['ocpi-from-party-id'], push?.headers['ocpi-to-party-id'], push?.headers['ocpi-to-country-code']]).toEqual(['RGE', 'SCP', 'DE']);
    const { data, headers } = await scsp.call('GET', `sender/sessions?date_from=${at(-60)}`);
    expect([(data as Json[]).map(({ id }) => id).sort(), headers.get('x-total-count')]).toEqual([['S1', 'S2'], '2']);
    const { data: addressed } = await scsp.call('GET', `sender/sessions?date_from=${at(-60)}&limit=1`, undefined, { 'ocpi-to-country-code': 'DE', 'ocpi-to-party-id': 'RGE' });
    expect(addressed).toHaveLength(1);
    expect(sessionsOf(stranger)).toEqual([]);
  });

  it('E2E-09 CHP-24 a profile goes on to the CPO with a URL of our own, and its result back to the URL of the SCSP', async () => {
    const request = await set(scsp, 'S1');
    const asked = await atCpo.next(MODULE, 'SET');
    expect(asked.request).toEqual({ session_id: 'S1', charging_profile: PROFILE });
    const { timeout } = asked.response as { timeout: number };
    expect(request.answer).toMatchObject({ http: 200, status: 1000, data: { result: 'ACCEPTED' } });
    expect((request.answer.data as { timeout: number }).timeout).toBeGreaterThan(timeout);
    expect(request.results()).toEqual([]);
    const { theirs } = await newest();
    await expect(atEmsp.answer(MODULE, theirs.id, { result: 'REJECTED' })).rejects.toThrow('conversation.over');
    await atCpo.answer(MODULE, asked.id, { result: 'ACCEPTED' });
    expect(await told(request)).toEqual({ result: 'ACCEPTED' });
    await atEmsp.until(MODULE, theirs.id, (talk) => talk.told === true);
    const { ours, theirs: over } = await newest();
    expect([ours.state, ours.result, over.state, over.result]).toEqual(['COMPLETED', { result: 'ACCEPTED' }, 'COMPLETED', { result: 'ACCEPTED' }]);
  });

  it('CHP-26 CHP-13 what becomes active is told on to the SCSP that set a profile, under its id of the Session', async () => {
    const active = { start_date_time: at(20), charging_profile: PROFILE };
    await atCpo.tellActive({ session_id: 'S1', ...active });
    await waitUntil(() => Promise.resolve(scsp.pushesOf(MODULE).length > 0), { what: 'the SCSP hears of it', timeoutMs: 20_000 });
    const [notice] = scsp.pushesOf(MODULE);
    expect([notice?.method, notice?.path, notice?.body]).toEqual(['PUT', '/2.2.1/chargingprofiles/S1', active]);
    expect(notice?.headers['ocpi-from-party-id']).toBe('RGE');
    expect(stranger.pushesOf(MODULE)).toEqual([]);
    const begun = await atEmsp.begin(MODULE, CPO, 'SET', { session_id: 'S2', charging_profile: PROFILE });
    await atCpo.answer(MODULE, (await atCpo.next(MODULE, 'SET')).id, { result: 'ACCEPTED' });
    await atEmsp.untilFinal(MODULE, begun.id);
    await atCpo.tellActive({ session_id: 'S2', ...active });
    const heard = async (): Promise<boolean> => (await atEmsp.list(MODULE, { direction: 'asked' })).some(({ kind, request }) => kind === 'ACTIVE_PROFILE' && request['session_id'] === 'S2');
    await waitUntil(heard, { what: 'the eMSP hears of its own', timeoutMs: 20_000, intervalMs: 50 });
    await pause(2 * POLL);
    expect(scsp.pushesOf(MODULE).map(({ path }) => path)).toEqual(['/2.2.1/chargingprofiles/S1']);
  });

  it('CHP-02 CHP-03 a profile is read and cleared through the eMSP', async () => {
    const url = encodeURIComponent(`${scsp.url}/2.2.1/replies/read?x=1&y=2`);
    const { data } = await scsp.call('GET', `receiver/chargingprofiles/S1?duration=900&response_url=${url}`);
    expect(data).toMatchObject({ result: 'ACCEPTED' });
    const profile = { start_date_time: at(30), charging_profile: PROFILE };
    await atCpo.answer(MODULE, (await atCpo.next(MODULE, 'GET')).id, { result: 'ACCEPTED', profile });
    const results = (): ReceivedCall[] => scsp.pushes.filter(({ path }) => path === '/2.2.1/replies/read?x=1&y=2');
    expect(await told({ answer: {} as GatewayAnswer, results })).toEqual({ result: 'ACCEPTED', profile });
    expect((await scsp.call('DELETE', `receiver/chargingprofiles/S1?response_url=${url}`)).data).toMatchObject({ result: 'ACCEPTED' });
    await atCpo.answer(MODULE, (await atCpo.next(MODULE, 'CLEAR')).id, { result: 'UNKNOWN' });
    await told({ answer: {} as GatewayAnswer, results }, 2);
    expect(results()[1]?.body).toEqual({ result: 'UNKNOWN' });
  });

  it('CHP-07 CHP-29 CHP-33 a no is answered at once, as the CPO says it, and no result comes', async () => {
    await put('sessions', session('S3', { status: 'COMPLETED', end_date_time: at(60) }));
    await put('sessions', session('S4', { evse_uid: 'E2' }));
    await waitUntil(async () => (await received()).has('S4'), { what: 'the eMSP holds the Sessions', timeoutMs: 20_000 });
    const requests: Request[] = [];
    for (const [id, result] of [['S9', 'UNKNOWN_SESSION'], ['S3', 'REJECTED'], ['S4', 'NOT_SUPPORTED']] as const) {
      const request = await set(scsp, id);
      expect(request.answer).toMatchObject({ http: 200, status: 1000, data: { result, timeout: expect.any(Number) as number } });
      requests.push(request);
    }
    await pause(3 * POLL);
    expect(requests.flatMap(({ results }) => results())).toEqual([]);
  });

  /** A profile whose result the CPO has told the eMSP, and the eMSP not yet the SCSP. */
  async function betweenResults(id: string): Promise<Request> {
    const request = await set(scsp, id, 10);
    const asked = await atCpo.next(MODULE, 'SET');
    await atCpo.answer(MODULE, asked.id, { result: 'ACCEPTED' });
    await waitUntil(async () => (await newest()).ours.state === 'COMPLETED', { what: 'the CPO has told it', timeoutMs: 20_000, intervalMs: 20 });
    expect(request.results()).toEqual([]);
    return request;
  }

  async function killed({ services }: RunningPlatform): Promise<void> {
    const service = services.get('charging-profiles');
    await service?.kill();
    await waitUntil(() => Promise.resolve(service?.state === 'ready'), { what: 'it is back', timeoutMs: 60_000, intervalMs: 50 });
    const reached = (): Promise<boolean> => atEmsp.list(MODULE).then(() => true, () => false); // the API calls it again after a pause
    await waitUntil(reached, { what: 'the API reaches it again', timeoutMs: 60_000, intervalMs: 50 });
  }

  it('CHP-24 killed between the CPO’s result and the SCSP’s, it goes on: one result, the CPO’s', async () => {
    const request = await betweenResults('S1');
    await killed(emsp);
    expect(await told(request)).toEqual({ result: 'ACCEPTED' });
    const { theirs } = await newest();
    expect(await atEmsp.until(MODULE, theirs.id, (talk) => talk.told === true)).toMatchObject({ state: 'COMPLETED', result: { result: 'ACCEPTED' } });
    expect(request.results()).toHaveLength(1);
  });

  it('CHP-26 what the CPO tells between its result and the SCSP’s is told on, too', async () => {
    await put('sessions', session('S5'));
    await waitUntil(async () => (await received()).has('S5'), { what: 'the eMSP holds the Session', timeoutMs: 20_000 });
    const request = await betweenResults('S5');
    await atCpo.tellActive({ session_id: 'S5', start_date_time: at(40), charging_profile: PROFILE });
    const isTold = (): boolean => scsp.pushesOf(MODULE).some(({ path }) => path === '/2.2.1/chargingprofiles/S5');
    await waitUntil(() => Promise.resolve(isTold()), { what: 'the SCSP hears of it', timeoutMs: 20_000 });
    expect(await told(request)).toEqual({ result: 'ACCEPTED' });
  });

  it('CHP-24 CHP-34 a CPO that stays silent is a REJECTED at the SCSP', async () => {
    const request = await set(scsp, 'S1', 8);
    await atCpo.next(MODULE, 'SET');
    await cpo.services.get('charging-profiles')?.stop();
    await waitUntil(() => Promise.resolve(request.results().length > 0), { what: 'silence is told', timeoutMs: 60_000, intervalMs: 50 });
    await cpo.services.get('charging-profiles')?.start();
    expect(request.results()[0]?.body).toEqual({ result: 'REJECTED' });
    const { ours, theirs } = await newest();
    expect([ours.state, theirs.state]).toEqual(['TIMED_OUT', 'COMPLETED']);
  }, 90_000);

  it(`CHP-24 killed at any moment, each of the two ends once, and neither contradicts the other (seed ${SEED})`, async () => {
    const random = new SeededRandom(SEED);
    const ending = new AbortController();
    const answered = new Map<string, string>();
    const answering = (async () => {
      while (!ending.signal.aborted) {
        for (const { id } of await atCpo.list(MODULE, { direction: 'asked', state: 'WAITING' }).catch(() => [])) {
          const result = answered.get(id) ?? random.pick(['ACCEPTED', 'REJECTED', 'UNKNOWN']);
          answered.set(id, result);
          await atCpo.answer(MODULE, id, { result }).catch(() => undefined); // over, or in between: it is looked for again
        }
        await pause(100);
      }
    })();
    const over = new AbortController();
    const killing = (async () => {
      for (const victim of [emsp, emsp, cpo, emsp, emsp]) {
        await pause(2_000 + random.below(3_000));
        await killed(victim);
      }
      over.abort();
    })();
    const requests: Request[] = [];
    while (!over.signal.aborted && requests.length < 200) {
      requests.push(await set(scsp, 'S2', requests.length + 1));
      await pause(random.below(400));
    }
    await killing;
    let all: Passed[] = [];
    await waitUntil(
      async () => {
        all = (await atEmsp.list(MODULE)).filter(({ request }) => request['session_id'] === 'S2');
        return all.every(({ state, told: isTold }) => FINAL.includes(state) && isTold !== false);
      },
      { what: 'all have ended and are told', timeoutMs: 120_000, intervalMs: 500 },
    );
    ending.abort();
    await answering;
    const byId = new Map(all.map((talk) => [talk.id, talk]));
    const pairs = all.filter(({ passed_on }) => passed_on !== undefined).map((theirs) => ({ theirs, ours: byId.get(theirs.passed_on ?? '') }));
    const ended = pairs.map(({ theirs, ours }) => `${ours?.state} ${JSON.stringify(ours?.result ?? ours?.error)} → ${theirs.state} ${String((theirs.result ?? theirs.response)?.['result'])}`);
    process.stdout.write(`${JSON.stringify({ seed: SEED, ended: Object.fromEntries([...new Set(ended)].map((each) => [each, ended.filter((other) => other === each).length])) })}\n`);
    expect(pairs.filter(({ ours }) => ours?.result).length).toBeGreaterThan(0);
    expect(pairs.filter(({ theirs, ours }) => ours?.result && JSON.stringify(ours.result) !== JSON.stringify(theirs.result))).toEqual([]);
    expect(pairs.filter(({ theirs, ours }) => !ours?.result && ![undefined, 'REJECTED'].includes(theirs.result?.['result'] as string | undefined))).toEqual([]);
    for (const { answer, results } of requests) {
      const said = new Set(results().map(({ body }) => JSON.stringify(body)));
      expect(said.size).toBeLessThanOrEqual(1);
      const isAccepted = answer.http === 200 && (answer.data as Json | undefined)?.['result'] === 'ACCEPTED';
      if (isAccepted) expect(said.size).toBe(1);
    }
  }, 240_000);
});
