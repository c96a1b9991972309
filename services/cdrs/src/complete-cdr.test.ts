import { cdrs, schemaAt } from '@roamgrid/modules';
import type { WriteScope } from '@roamgrid/object-service';
import { OWN, type RoamgridError } from '@roamgrid/runtime';
import { NamedInMemory } from '../test/named-in-memory';
import { bare, cdr_token, cdrLocation, charging_periods, location, plain, session, tariff, token, type Json } from '../test/samples';
import { completeCdr } from './complete-cdr';
import { NamedObjects } from './named-objects';
import { StoredCdrs } from './stored-cdrs';

const tokenName = { country_code: 'NL', party_id: 'RGE', uid: 'T1' };
const place = { location_id: 'L1', evse_uid: 'E1', connector_id: '1' };

function services(): NamedInMemory {
  const known = new NamedInMemory()
    .from('2026-01-01T00:00:00Z', 'tariffs', 'NL*RGC*TAR1', tariff(0.42))
    .from('2026-06-01T11:00:00Z', 'tariffs', 'NL*RGC*TAR1', tariff(0.99))
    .from('2026-01-01T00:00:00Z', 'locations', 'NL*RGC*L1', location('Straat 1'))
    .from('2026-06-01T11:00:00Z', 'locations', 'NL*RGC*L1', location('Straat 2'))
    .from('2026-01-01T00:00:00Z', 'tokens', 'NL*RGE*T1*RFID', token);
  known.sessions.set('NL*RGC*S1', session);
  return known;
}

const scope: WriteScope = {
  module: cdrs,
  version: '2.2.1',
  caller: { origin: OWN, roles: [{ country_code: 'NL', party_id: 'RGC', role: 'CPO' }] },
};

function completing(known: NamedInMemory): (cdr: Json) => Promise<Json> {
  const complete = completeCdr(new NamedObjects(known.clients()), new StoredCdrs({ readMany: () => Promise.resolve([]) }));
  return (cdr) => complete(cdr, scope);
}

const complete = (cdr: Json): Promise<Json> => completing(services())(cdr);

/** What completing the CDR fails with: code and sentence. */
async function refusal(cdr: Json, known = services()): Promise<string> {
  const error = await completing(known)(cdr).then(
    () => undefined,
    (reason: unknown) => reason as RoamgridError,
  );
  return error ? `${error.code}: ${error.message}` : 'taken';
}

describe('a CDR by names', () => {
  it('CDR-17 CDR-18 CDR-29 has what is named as it was when the session began', async () => {
    const cdr = await complete({ ...plain, token: tokenName, location: place, tariff_ids: ['TAR1'] });
    expect(cdr).toEqual({ ...plain, cdr_token, cdr_location: cdrLocation('Straat 1'), tariffs: [tariff(0.42)] });
    expect(schemaAt(cdrs, '2.2.1').put.own(cdr)).toEqual({ ok: true });
  });

  it('CDR-24 CDR-37 takes the rest from its session, without what is of interest only while that runs', async () => {
    const cdr = await complete(bare);
    expect(cdr).toEqual({
      ...plain,
      auth_method: 'AUTH_REQUEST',
      authorization_reference: 'A1',
      meter_id: 'M1',
      cdr_token,
      cdr_location: cdrLocation('Straat 1'),
      charging_periods,
      tariffs: [tariff(0.42)],
    });
    expect(schemaAt(cdrs, '2.2.1').put.own(cdr)).toEqual({ ok: true });
  });

  it('says itself what its session says otherwise', async () => {
    const other = [{ start_date_time: '2026-06-01T10:30:00Z', dimensions: [{ type: 'TIME', volume: 1 }] }];
    const cdr = await complete({ ...bare, auth_method: 'COMMAND', charging_periods: other, start_date_time: '2026-06-01T11:30:00Z', meter_id: 'M2' });
    expect(cdr).toMatchObject({ auth_method: 'COMMAND', charging_periods: other, meter_id: 'M2', cdr_location: { address: 'Straat 2' } });
    expect(cdr).not.toHaveProperty('tariffs');
  });

  it('CDR-28 has the tariffs that its periods name, each once', async () => {
    const [period] = charging_periods;
    const known = services().from('2026-01-01T00:00:00Z', 'tariffs', 'NL*RGC*TAR2', tariff(0, 'TAR2'));
    const periods = ['TAR2', 'TAR1', 'tar2', undefined].map((tariff_id) => ({ ...period, tariff_id }));
    const cdr = await completing(known)({ ...plain, cdr_token, cdr_location: cdrLocation('X'), charging_periods: periods });
    expect((cdr['tariffs'] as Json[]).map(({ id }) => id)).toEqual(['TAR2', 'TAR1']);
    expect(known.asked).toEqual(['tariffs/NL*RGC*TAR2', 'tariffs/NL*RGC*TAR1']);
  });

  it('CDR-16 that is whole asks nobody, whatever session it is of', async () => {
    const known = services();
    const whole = { ...plain, session_id: 'S9', cdr_token, cdr_location: cdrLocation('X'), tariffs: [tariff(1)], meter_id: null };
    expect(await completing(known)(whole)).toBe(whole);
    expect(known.asked).toEqual([]);
  });

  it('without a name and without a session is left to be judged as it is', async () => {
    const { session_id, ...lacking } = bare;
    expect(session_id).toBe('S1');
    expect(await complete(lacking)).toBe(lacking);
  });

  it('asks for Tokens of anybody, for all else of our own', async () => {
    const known = services();
    await completing(known)({ ...plain, token: { ...tokenName, type: 'RFID' }, location: place });
    expect(known.asked.sort()).toEqual(['locations/NL*RGC*L1', 'tariffs/NL*RGC*TAR1', 'tokens/NL*RGE*T1*RFID of anybody']);
  });

  it('CDR-19 of a reservation that was never used has #NA for its Connector', async () => {
    const known = services();
    known.sessions.set('NL*RGC*S1', { ...session, evse_uid: '#NA', connector_id: '#NA' });
    expect(await completing(known)(bare)).toMatchObject({ cdr_location: { id: 'L1', evse_uid: '#NA', evse_id: '#NA', connector_id: '#NA' } });
  });

  it('takes a Token or Location that became known later as it was first, a Tariff never', async () => {
    const known = new NamedInMemory()
      .from('2026-06-01T11:00:00Z', 'locations', 'NL*RGC*L1', location('Straat 1'))
      .from('2026-06-01T12:00:00Z', 'locations', 'NL*RGC*L1', location('Straat 2'))
      .from('2026-06-01T11:00:00Z', 'tokens', 'NL*RGE*T1*RFID', token)
      .from('2026-06-01T11:00:00Z', 'tariffs', 'NL*RGC*TAR1', tariff(1));
    const named = { ...plain, token: tokenName, location: place };
    expect(await completing(known)({ ...named, tariffs: [tariff(1)] })).toMatchObject({ cdr_token, cdr_location: { address: 'Straat 1' } });
    expect(await refusal(named, known)).toBe(
      'object.invalid: CDR: /charging_periods/0/tariff_id names the Tariff NL*RGC*TAR1, which was not valid at 2026-06-01T10:00:00.000Z, when the CDR begins: what is known of it begins at 2026-06-01T11:00:00.000Z',
    );
  });

  it('of a tariff that was deleted since has it; of one that was deleted before is told so', async () => {
    const deletedAt = (moment: string): NamedInMemory => services().from(moment, 'tariffs', 'NL*RGC*TAR2', tariff(2, 'TAR2')).from(moment, 'tariffs', 'NL*RGC*TAR2', undefined);
    const gone = deletedAt('2026-05-01T00:00:00Z');
    expect(await refusal({ ...bare, tariff_ids: ['TAR2'] }, gone)).toMatch(/\/tariff_ids\/0 names the Tariff NL\*RGC\*TAR2, which was not valid .* it was deleted at 2026-05-01/);
    const known = services().from('2026-07-01T00:00:00Z', 'tariffs', 'NL*RGC*TAR1', undefined);
    expect(await completing(known)({ ...bare, tariff_ids: ['TAR1'] })).toMatchObject({ tariffs: [tariff(0.42)] });
  });

  it('of another party is told nothing of what that party has', async () => {
    const known = services();
    expect(await refusal({ ...bare, party_id: 'XYZ' }, known)).toMatch(/^party\.not_yours: NL\*XYZ is no party hosted by this platform/);
    expect(known.asked).toEqual([]);
  });

  it.each<[string, Json, RegExp]>([
    ['an unknown session', { ...bare, session_id: 'S9' }, /^object\.invalid: CDR: \/session_id names the Session NL\*RGC\*S9, which is not known here: write it first/],
    ['an unknown token', { ...plain, location: place, token: { ...tokenName, type: 'APP_USER' } }, /\/token names the Token NL\*RGE\*T1\*APP_USER, which is not known here/],
    ['an unknown location', { ...plain, cdr_token, location: { ...place, location_id: 'L9' } }, /\/location names the Location NL\*RGC\*L9, which is not known here/],
    ['a Connector that is not there', { ...plain, cdr_token, location: { ...place, connector_id: '9' } }, /\/location names the Location NL\*RGC\*L1, which has no E1\/9/],
    ['an unknown tariff', { ...bare, tariff_ids: ['TAR1', 'TAR9'] }, /\/tariff_ids\/1 names the Tariff NL\*RGC\*TAR9, which is not known here/],
    ['two ways at once', { ...bare, token: tokenName, cdr_token }, /\/token stands instead of cdr_token/],
    ['no moment', { ...plain, start_date_time: undefined, session_id: undefined, tariff_ids: ['TAR1'] }, /\/start_date_time is required/],
    ['a name that is no object', { ...bare, token: 'T1' }, /\/token must be an object/],
    ['half a name', { ...bare, location: { location_id: 'L1' } }, /\/location\/evse_uid is required/],
    ['tariffs that are no names', { ...bare, tariff_ids: [{ id: 'TAR1' }] }, /\/tariff_ids\/0 must be/],
    ['too many tariffs', { ...bare, tariff_ids: Array.from({ length: 21 }, (_, i) => `T${i}`) }, /names 21 tariffs/],
  ])('with %s is refused, and told what and where', async (_what, cdr, said) => {
    expect(await refusal(JSON.parse(JSON.stringify(cdr)) as Json)).toMatch(said);
  });
});
