import { parseOcpiDateTime } from '@roamgrid/ocpi';
import { driverOf, evseUid, sampleCdr, sampleConnector, sampleEvse, sampleLocation, sampleSession, sampleTariff, sampleToken } from '@roamgrid/conformance';
import fc from 'fast-check';

import { FuzzPlatform, type FuzzAnswer, type FuzzRequest } from './fuzz-platform';
import { allRoutes, hostileRequest, type Ammunition } from './hostile-request';

/** Requests of one batch go out together; so many batches for each route. */
const BATCH = 50;
const REQUESTS = 20_000;
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);

const LAST_UPDATED = '2026-01-01T00:00:00Z';
const WRITES = ['PUT', 'PATCH', 'POST', 'DELETE'];

interface Envelope {
  readonly status_code: number;
  readonly status_message?: unknown;
  readonly timestamp: unknown;
}

describe('anything at all, sent to the gateway', () => {
  const platform = new FuzzPlatform();
  const routes = allRoutes();
  let ammunition: Ammunition;

  beforeAll(async () => {
    await platform.start();
    ammunition = await storeSomething(platform);
  }, 180_000);
  afterAll(() => platform.stop(), 60_000);

  it.each(routes)('TRN-21 STS-14 $method $template: an envelope that fits, never a failure of ours, never a changed store', async (route) => {
    const batch = fc.array(hostileRequest(route, ammunition), { minLength: BATCH, maxLength: BATCH });
    let before = await platform.fingerprint();
    await fc.assert(
      fc.asyncProperty(batch, async (requests) => {
        const answers = await Promise.all(requests.map((request) => platform.send(request)));
        const taken = requests.filter((request, i) => judge(request, answers[i] as FuzzAnswer));
        const after = await platform.fingerprint();
        if (taken.length === 0) expect(after).toEqual(before);
        before = after;
      }),
      { numRuns: Math.ceil(REQUESTS / BATCH / routes.length), seed: SEED, endOnFailure: process.env['CI'] === 'true' },
    );
  });
});

/** Holds the answer against what every answer has to be; whether it says that something was written. */
function judge(request: FuzzRequest, answer: FuzzAnswer): boolean {
  const told = { request: { ...request, body: request.body?.toString('latin1').slice(0, 500) }, answer };
  try {
    expect(answer.status).toBeLessThan(500);
    if (request.method === 'HEAD') return false;
    const envelope = JSON.parse(answer.text) as Envelope;
    expect(envelope.status_code).toBeGreaterThanOrEqual(1000);
    expect(envelope.status_code).not.toBe(3000);
    expect(parseOcpiDateTime(String(envelope.timestamp))).toEqual(expect.any(Number));
    const success = envelope.status_code < 2000;
    if (!success) expect(envelope.status_message).toEqual(expect.any(String));
    if (answer.status >= 300) expect(success).toBe(false);
    expect(answer.text).not.toMatch(/\bat .+:\d+:\d+\)|node_modules|\/dist\//);
    return success && WRITES.includes(request.method);
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${JSON.stringify(told, undefined, 1)}`, { cause: error });
  }
}

const PREFERENCES = { profile_type: 'FAST', departure_time: '2030-01-01T00:00:00Z', energy_need: 20, discharge_allowed: false };

/** An object of each module of the peer, so that there is something to harm, and a Session of the platform that it may ask about. */
async function storeSomething({ target }: FuzzPlatform): Promise<Ammunition> {
  const [locations, tariffs, sessions, cdrs, tokens] = (['locations', 'tariffs', 'sessions', 'cdrs', 'tokens'] as const).map((module) =>
    target.registration.receiver(module),
  ) as [Receiver, Receiver, Receiver, Receiver, Receiver];
  const driver = driverOf(target.platformEmsp());
  const location = sampleLocation(locations.party, target.newId(), LAST_UPDATED);
  const tariff = sampleTariff(tariffs.party, target.newId(), LAST_UPDATED);
  const session = sampleSession(sessions.party, target.newId(), driver, LAST_UPDATED);
  const cdr = sampleCdr(cdrs.party, target.newId(), driver, LAST_UPDATED);
  const token = sampleToken(tokens.party, target.newId(), LAST_UPDATED);
  const evse = sampleEvse(evseUid(location.id), LAST_UPDATED);
  const ours = { ...sampleSession(target.platformCpo(), session.id, driverOf(tokens.party), LAST_UPDATED) };
  await target.seed('sessions', [ours]);
  await target.seed('tokens', [sampleToken(target.platformEmsp(), token.uid, LAST_UPDATED)]);
  const answers = [await locations.put(location), await tariffs.put(tariff), await sessions.put(session), await cdrs.post(cdr), await tokens.putAt([token.uid], token)];
  expect(answers.map(({ statusCode }) => statusCode)).toEqual(answers.map(() => 1000));
  return {
    token: target.registration.client.token,
    own: (template) => (template.includes('/tokens') ? tokens.party : locations.party),
    foreign: target.platformCpo(),
    ids: {
      ...{ ':location_id': location.id, ':evse_uid': evse.uid, ':connector_id': '1', ':tariff_id': tariff.id },
      ...{ ':session_id': session.id, ':cdr_id': cdr.id, ':token_uid': token.uid },
    },
    valid: (template) => {
      if (template.endsWith('/authorize')) return { location_id: location.id, evse_uids: [evse.uid] };
      if (template.endsWith('/charging_preferences')) return { ...PREFERENCES };
      if (template.includes('/tariffs')) return { ...tariff };
      if (template.includes('/sessions')) return { ...session };
      if (template.includes('/cdrs')) return { ...cdr };
      if (template.includes('/tokens')) return { ...token };
      if (template.endsWith('/:connector_id')) return { ...sampleConnector('1', LAST_UPDATED) };
      if (template.endsWith('/:evse_uid')) return { ...evse };
      if (template.includes('/locations')) return { ...location };
      return { ...target.registration.peer.credentials(), url: 'http://192.0.2.1/ocpi/versions' };
    },
  };
}

type Receiver = ReturnType<FuzzPlatform['target']['registration']['receiver']>;
