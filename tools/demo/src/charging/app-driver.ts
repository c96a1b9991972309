import { randomUUID } from 'node:crypto';
import { waitUntil, type RoamingApiClient } from '@roamgrid/testkit';
import type { ChargePlace } from './charge-places';
import type { DemoToken } from './demo-tokens';

/** What came of a charge that was started and stopped from an app. */
export interface RemoteCharge {
  readonly start: string;
  readonly stop: string;
  readonly session: string;
}

interface Told {
  readonly state: string;
  readonly result?: { readonly result: string };
}

const PATIENCE = 30_000;

/**
 * What the backend of an eMSP does for a driver with an app: START_SESSION, waits for the Session that comes of it, and
 * STOP_SESSION once it has got `kwh`. Throws where that takes too long, or is not accepted.
 */
export async function chargeByApp(emsp: RoamingApiClient, token: DemoToken, place: ChargePlace, kwh: number): Promise<RemoteCharge> {
  const began = new Date().toISOString();
  const authorization_reference = randomUUID();
  const { location_id, evse_uid, connector_id } = place;
  const { uid, type } = token;
  const order = { token: { uid, type }, location_id, evse_uid, connector_id, authorization_reference };
  const start = await command(emsp, token, place, 'START_SESSION', order);
  let session: { readonly id: string; readonly kwh: number } | undefined;
  await waitUntil(
    async () => {
      for await (const { object } of emsp.list('sessions', { updated_from: began })) {
        if (object['authorization_reference'] === authorization_reference) session = object as typeof session;
      }
      return (session?.kwh ?? 0) >= kwh;
    },
    { what: `the session of ${uid} has ${kwh} kWh`, timeoutMs: PATIENCE, intervalMs: 250 },
  );
  const stop = await command(emsp, token, place, 'STOP_SESSION', { session_id: session?.id });
  return { start, stop, session: session?.id ?? '' };
}

async function command(emsp: RoamingApiClient, { country_code, party_id }: DemoToken, to: ChargePlace, kind: string, request: object): Promise<string> {
  const { id } = await emsp.call<{ id: string }>('POST', '/v1/commands', {
    kind,
    from: `${country_code}*${party_id}`,
    to: `${to.country_code}*${to.party_id}`,
    request,
  });
  let told: Told | undefined;
  await waitUntil(
    async () => {
      told = await emsp.call<Told>('GET', `/v1/commands/${country_code}/${party_id}/${id}`);
      return told.state !== 'REQUESTED' && told.state !== 'SENT' && told.state !== 'WAITING';
    },
    { what: `${kind} has a result`, timeoutMs: PATIENCE, intervalMs: 100 },
  );
  if (told?.result?.result !== 'ACCEPTED') throw new Error(`${kind} ended ${told?.state} ${told?.result?.result ?? ''}`);
  return told.result.result;
}
