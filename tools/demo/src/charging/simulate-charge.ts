import type { RoamingApiClient } from '@roamgrid/testkit';
import type { ChargePlace } from './charge-places';
import type { DemoToken } from './demo-tokens';
import { priceCharge, type Price } from './price-charge';

const HOUR = 3_600_000;

/** How a charge goes on. */
export interface ChargePlan {
  /** Updates of the session, and milliseconds between them. */
  readonly updates: number;
  readonly every: number;
  /** Energy from one update to the next: far more than a station gives, so that there is something to see. */
  readonly kwh: number;
}

/** A charge as it stands. */
export interface Charge {
  readonly id: string;
  readonly token: string;
  readonly place: string;
  readonly state: 'authorized' | 'refused' | 'charging' | 'billed';
  readonly kwh: number;
  readonly cost: Price;
  readonly currency: string;
}

/** One charge: where, with which Token, how it goes on. */
export interface ChargeOrder {
  readonly id: string;
  readonly place: ChargePlace;
  readonly token: DemoToken;
  readonly plan: ChargePlan;
}

type OnChange = (charge: Charge) => void;

/**
 * What the backend of a CPO does for a driver who holds a card to the reader: authorizes the Token, then lets it charge.
 * `onChange` hears of each step.
 */
export async function simulateCharge(api: RoamingApiClient, order: ChargeOrder, onChange: OnChange): Promise<void> {
  const { token, place } = order;
  const authorization = await authorize(api, token, place);
  const isAllowed = authorization.allowed === 'ALLOWED';
  onChange(chargeAs(order, isAllowed ? 'authorized' : 'refused', 0, { excl_vat: 0, incl_vat: 0 }));
  if (isAllowed) await runCharge(api, order, { ...authorization, method: authorization.decided === 'whitelist' ? 'WHITELIST' : 'AUTH_REQUEST' }, onChange);
}

/** How a charge came to be allowed. */
export interface Permission {
  readonly method: 'AUTH_REQUEST' | 'COMMAND' | 'WHITELIST';
  readonly authorization_reference?: string;
}

/**
 * Lets a car charge: tells of the Session from its start to its end, which comes with the plan or with `stop`, and writes the
 * CDR by naming the Session.
 */
export async function runCharge(api: RoamingApiClient, order: ChargeOrder, permission: Permission, onChange: OnChange, stop?: AbortSignal): Promise<void> {
  const { id, place, token, plan } = order;
  const { tariff, country_code, party_id } = place;
  const path = (module: string): string => `/v1/${module}/${[country_code, party_id, id].map(encodeURIComponent).join('/')}`;
  const session = newSession(id, place, token, permission);
  await api.call('PUT', path('sessions'), session);
  const start = Date.parse(session.start_date_time);
  let updates = 0;
  for (let last = false; !last; ) {
    await new Promise((resolve) => setTimeout(resolve, plan.every));
    updates += 1;
    last = updates === plan.updates || stop?.aborted === true;
    const kwh = rounded(plan.kwh * updates);
    const cost = priceCharge(tariff, kwh, (plan.every * updates) / HOUR);
    const moment = (millis: number): string => new Date(start + millis).toISOString();
    const period = {
      start_date_time: moment(plan.every * (updates - 1)),
      dimensions: [{ type: 'ENERGY', volume: plan.kwh }, { type: 'TIME', volume: plan.every / HOUR }],
      tariff_id: tariff.id,
    };
    const ended = last ? { status: 'COMPLETED', end_date_time: moment(plan.every * updates) } : {};
    const last_updated = moment(plan.every * updates);
    await api.call('PATCH', path('sessions'), { kwh, charging_periods: [period], total_cost: cost, ...ended, last_updated });
    onChange(chargeAs(order, 'charging', kwh, cost));
  }
  await bill(api, path('cdrs'), { id, place, plan: { ...plan, updates }, start });
  const kwh = rounded(plan.kwh * updates);
  onChange(chargeAs(order, 'billed', kwh, priceCharge(tariff, kwh, (plan.every * updates) / HOUR)));
}

function chargeAs({ id, token, place }: ChargeOrder, state: Charge['state'], kwh: number, cost: Price): Charge {
  return { id, token: token.uid, place: place.evse_uid, state, kwh, cost, currency: place.tariff.currency };
}

interface Authorization {
  readonly allowed: string;
  readonly decided: string;
  readonly authorization_reference?: string;
}

function authorize(api: RoamingApiClient, { uid, type }: DemoToken, { location_id, evse_uid }: ChargePlace): Promise<Authorization> {
  return api.call('POST', '/v1/tokens/authorize', { uid, type, location: { location_id, evse_uids: [evse_uid] } });
}

function newSession(id: string, place: ChargePlace, token: DemoToken, { method, authorization_reference }: Permission) {
  const { tariff, country_code, party_id, location_id, evse_uid, connector_id } = place;
  const now = new Date().toISOString();
  const { country_code: country, party_id: party, uid, type, contract_id } = token;
  return {
    ...{ country_code, party_id, id, location_id, evse_uid, connector_id, kwh: 0, currency: tariff.currency, status: 'ACTIVE' },
    cdr_token: { country_code: country, party_id: party, uid, type, contract_id },
    auth_method: method,
    ...(authorization_reference !== undefined && { authorization_reference }),
    start_date_time: now,
    last_updated: now,
  };
}

/** By the Session's id: Token, Location, Tariff and periods are put in by the platform. */
async function bill(
  api: RoamingApiClient,
  path: string,
  { id, place, plan, start }: { readonly id: string; readonly place: ChargePlace; readonly plan: ChargePlan; readonly start: number },
): Promise<void> {
  const { country_code, party_id, tariff } = place;
  const hours = (plan.every * plan.updates) / HOUR;
  const kwh = rounded(plan.kwh * plan.updates);
  await api.call('PUT', path, {
    ...{ country_code, party_id, id, session_id: id, total_energy: kwh, total_time: hours, total_cost: priceCharge(tariff, kwh, hours) },
    last_updated: new Date(start + plan.every * plan.updates).toISOString(),
  });
}

function rounded(kwh: number): number {
  return Math.round(kwh * 1000) / 1000;
}
