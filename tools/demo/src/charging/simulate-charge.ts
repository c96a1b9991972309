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

/**
 * What the backend of a CPO does for one charge: authorizes the Token, tells of the Session from its start to its end, and
 * writes the CDR by naming the Session. `onChange` hears of each step.
 */
export async function simulateCharge(
  api: RoamingApiClient,
  { id, place, token, plan }: { readonly id: string; readonly place: ChargePlace; readonly token: DemoToken; readonly plan: ChargePlan },
  onChange: (charge: Charge) => void,
): Promise<void> {
  const { tariff, country_code, party_id } = place;
  const path = (module: string): string => `/v1/${module}/${[country_code, party_id, id].map(encodeURIComponent).join('/')}`;
  const tell = (state: Charge['state'], kwh: number, cost: Price): void =>
    onChange({ id, token: token.uid, place: place.evse_uid, state, kwh, cost, currency: tariff.currency });
  const nothing = { excl_vat: 0, incl_vat: 0 };

  const authorization = await authorize(api, token, place);
  tell(authorization.allowed === 'ALLOWED' ? 'authorized' : 'refused', 0, nothing);
  if (authorization.allowed !== 'ALLOWED') return;

  const session = newSession(id, place, token, authorization);
  await api.call('PUT', path('sessions'), session);
  const start = Date.parse(session.start_date_time);
  for (let update = 1; update <= plan.updates; update += 1) {
    await new Promise((resolve) => setTimeout(resolve, plan.every));
    const kwh = rounded(plan.kwh * update);
    const cost = priceCharge(tariff, kwh, (plan.every * update) / HOUR);
    const moment = (millis: number): string => new Date(start + millis).toISOString();
    const period = {
      start_date_time: moment(plan.every * (update - 1)),
      dimensions: [{ type: 'ENERGY', volume: plan.kwh }, { type: 'TIME', volume: plan.every / HOUR }],
      tariff_id: tariff.id,
    };
    const last = update === plan.updates;
    const ended = last ? { status: 'COMPLETED', end_date_time: moment(plan.every * update) } : {};
    const last_updated = moment(plan.every * update);
    await api.call('PATCH', path('sessions'), { kwh, charging_periods: [period], total_cost: cost, ...ended, last_updated });
    tell('charging', kwh, cost);
  }
  await bill(api, path('cdrs'), { id, place, plan, start });
  const kwh = rounded(plan.kwh * plan.updates);
  tell('billed', kwh, priceCharge(tariff, kwh, (plan.every * plan.updates) / HOUR));
}

interface Authorization {
  readonly allowed: string;
  readonly decided: string;
  readonly authorization_reference?: string;
}

function authorize(api: RoamingApiClient, { uid, type }: DemoToken, { location_id, evse_uid }: ChargePlace): Promise<Authorization> {
  return api.call('POST', '/v1/tokens/authorize', { uid, type, location: { location_id, evse_uids: [evse_uid] } });
}

function newSession(id: string, place: ChargePlace, token: DemoToken, { decided, authorization_reference }: Authorization) {
  const { tariff, country_code, party_id, location_id, evse_uid, connector_id } = place;
  const now = new Date().toISOString();
  const { country_code: country, party_id: party, uid, type, contract_id } = token;
  return {
    ...{ country_code, party_id, id, location_id, evse_uid, connector_id, kwh: 0, currency: tariff.currency, status: 'ACTIVE' },
    cdr_token: { country_code: country, party_id: party, uid, type, contract_id },
    auth_method: decided === 'whitelist' ? 'WHITELIST' : 'AUTH_REQUEST',
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
