import type { RoamingApiClient } from '@roamgrid/testkit';

interface EvseAddress {
  readonly path: string;
}

const LIVELY = ['AVAILABLE', 'CHARGING', 'BLOCKED', 'OUTOFORDER', 'RESERVED'] as const;
const MAX_EVSES = 2_000;

/** Changes the status of a random EVSE again and again, as a charge point management system would, until the signal ends. */
export async function changeStatuses(api: RoamingApiClient, everyMillis: number, signal: AbortSignal): Promise<void> {
  const evses = await someEvses(api);
  while (!signal.aborted && evses.length > 0) {
    const evse = evses[Math.floor(Math.random() * evses.length)];
    const status = LIVELY[Math.floor(Math.random() * LIVELY.length)];
    if (evse) await api.call('PATCH', evse.path, { status, last_updated: new Date().toISOString() }).catch(() => undefined); // shown in the table as missing change; the next one follows
    await new Promise((resolve) => setTimeout(resolve, everyMillis));
  }
}

async function someEvses(api: RoamingApiClient): Promise<EvseAddress[]> {
  const found: EvseAddress[] = [];
  for await (const { object } of api.list('locations', { origin: 'own' })) {
    const { country_code, party_id, id, evses } = object as { country_code: string; party_id: string; id: string; evses?: { uid: string; status: string }[] };
    for (const { uid, status } of evses ?? []) {
      if (status === 'REMOVED' || status === 'PLANNED') continue;
      found.push({ path: `/v1/locations/${[country_code, party_id, id, uid].map(encodeURIComponent).join('/')}` });
    }
    if (found.length >= MAX_EVSES) break;
  }
  return found;
}
