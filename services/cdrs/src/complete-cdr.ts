import { cdrs, describeProblems, periodsOfCdr, withoutNulls, type CdrInput, type Session } from '@roamgrid/modules';
import { foldCase, parseOcpiDateTime } from '@roamgrid/ocpi';
import { checkOwner, type ObjectHooks } from '@roamgrid/object-service';
import { OWN, RoamgridError } from '@roamgrid/runtime';
import { partyOf, type Named, type NamedObjects } from './named-objects';
import { sealedAs } from './sealed-as';
import type { StoredCdrs } from './stored-cdrs';

/** What a CDR must have and a Session can give. */
const OF_SESSIONS = ['currency', 'auth_method', 'charging_periods', 'start_date_time', 'end_date_time'] as const;

/** How many tariffs are looked up at once. */
const MOST_TARIFFS = 20;

/**
 * Completes a CDR that our own systems write by names: puts in what is named as it was at start_date_time (CDR-17). What
 * names nothing stays as it is. The same again is completed from the CDR that is there: what was put in then is sealed.
 * Throws object.invalid for what is malformed or not known, party.not_yours and party.role_missing before anything is looked
 * up for others, unavailable where the service of what is named is away.
 */
export function completeCdr(named: NamedObjects, stored: StoredCdrs): NonNullable<ObjectHooks['complete']> {
  return async (object, { caller }) => {
    const written = withoutNulls(object);
    if (!needsCompletion(written)) return object;
    const input = checked(written);
    checkOwner(cdrs, caller, partyOf(input));
    const present = await stored.find(OWN, partyOf(input), input.id);
    return (present && sealedAs(input, present)) ?? (await putIn(input, named));
  };
}

function needsCompletion(cdr: Readonly<Record<string, unknown>>): boolean {
  if (['token', 'location', 'tariff_ids'].some((name) => name in cdr)) return true;
  return namesTariffsOnly(cdr) || (cdr['session_id'] !== undefined && lacksSomething(cdr));
}

function lacksSomething(cdr: Readonly<Record<string, unknown>>): boolean {
  const has = (...names: string[]): boolean => names.some((name) => name in cdr);
  return !has('cdr_token', 'token') || !has('cdr_location', 'location') || OF_SESSIONS.some((name) => !has(name));
}

/** Periods with tariffs that stand nowhere in the CDR. */
function namesTariffsOnly({ tariffs, charging_periods: periods }: Readonly<Record<string, unknown>>): boolean {
  if (tariffs !== undefined || !Array.isArray(periods)) return false;
  return periods.some((period: unknown) => typeof period === 'object' && period !== null && 'tariff_id' in period);
}

function checked(written: Readonly<Record<string, unknown>>): CdrInput {
  const verdict = cdrs.ownInput?.put.own(written);
  if (verdict?.ok === false) throw new RoamgridError('object.invalid', `CDR: ${describeProblems(verdict.problems)}`);
  for (const [name, whole] of [['token', 'cdr_token'], ['location', 'cdr_location'], ['tariff_ids', 'tariffs']] as const) {
    if (!(name in written) || !(whole in written)) continue;
    throw new RoamgridError('object.invalid', `CDR: /${name} stands instead of ${whole}, so that only one of them can be given`);
  }
  return written as CdrInput;
}

type SomeNamed = Pick<Named, 'module' | 'path' | 'ids'> & Partial<Named>;

async function putIn(input: CdrInput, named: NamedObjects): Promise<Readonly<Record<string, unknown>>> {
  const party = partyOf(input);
  const session = lacksSomething(input) && input.session_id ? await named.session(party, input.session_id) : undefined;
  const { token, location, tariff_ids, ...cdr } = { ...(session && fromSession(session, input)), ...input };
  const at = parseOcpiDateTime(cdr.start_date_time ?? '');
  if (at === undefined) {
    throw new RoamgridError('object.invalid', 'CDR: /start_date_time is required: what the CDR names is put in as it was then');
  }
  const embed = (what: SomeNamed): ReturnType<NamedObjects['embed']> =>
    named.embed({ party, nested: [], origin: OWN, orFirst: true, ...what }, at);
  const ids = cdr.tariffs ? [] : namedTariffs(tariff_ids, cdr.charging_periods);
  const [cdr_token, cdr_location, ...tariffs] = await Promise.all([
    token && embed({ ...tokenIn(token), module: 'tokens', path: '/token' }),
    location && embed({ ...connectorIn(location), module: 'locations', path: input.location ? '/location' : '/session_id' }),
    ...ids.map(({ id, path }) => embed({ module: 'tariffs', path, ids: [id], orFirst: false })),
  ]);
  return {
    ...cdr,
    ...(cdr_token && { cdr_token }),
    ...(cdr_location && { cdr_location }),
    ...(tariffs.length > 0 && { tariffs }),
  };
}

function tokenIn(token: NonNullable<CdrInput['token']>): Pick<Named, 'party' | 'ids' | 'origin'> {
  return { party: partyOf(token), ids: [token.uid, token.type ?? 'RFID'], origin: '' };
}

function connectorIn({ location_id, evse_uid, connector_id }: NonNullable<CdrInput['location']>): Pick<Named, 'ids' | 'nested'> {
  return { ids: [location_id], nested: [evse_uid, connector_id] };
}

/** What a Session knows of its CDR; what is written there goes before. */
function fromSession(session: Session, input: CdrInput): Partial<CdrInput> {
  const { cdr_token, location_id, evse_uid, connector_id, charging_periods, end_date_time } = session;
  const { currency, auth_method, authorization_reference, meter_id, start_date_time } = session;
  return {
    start_date_time,
    ...(end_date_time && { end_date_time }),
    ...(!input.token && { cdr_token }),
    auth_method,
    ...(authorization_reference && { authorization_reference }),
    ...(!input.cdr_location && { location: { location_id, evse_uid, connector_id } }),
    ...(meter_id && { meter_id }),
    currency,
    ...(charging_periods && { charging_periods: periodsOfCdr(charging_periods) }),
  };
}

/** The tariffs that are named: those that are listed, else those of the periods; each once. */
function namedTariffs(listed: CdrInput['tariff_ids'], periods: CdrInput['charging_periods']): { id: string; path: string }[] {
  const found = listed
    ? listed.map((id, i) => ({ id, path: `/tariff_ids/${i}` }))
    : (periods ?? []).flatMap(({ tariff_id: id }, i) => (id ? [{ id, path: `/charging_periods/${i}/tariff_id` }] : []));
  const once = found.filter(({ id }, i) => found.findIndex((each) => foldCase(each.id) === foldCase(id)) === i);
  if (once.length > MOST_TARIFFS) {
    const what = `names ${once.length} tariffs, of which ${MOST_TARIFFS} can be put in: give them as tariffs`;
    throw new RoamgridError('object.invalid', `CDR: ${what}`);
  }
  return once;
}

