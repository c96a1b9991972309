import type { RoamingApiClient } from '@roamgrid/testkit';
import { isPriced, type DemoTariff } from './price-charge';

/** A Connector where a simulated charge can take place. */
export interface ChargePlace {
  readonly country_code: string;
  readonly party_id: string;
  readonly location_id: string;
  readonly evse_uid: string;
  readonly connector_id: string;
  /** Whether a charge can be started there by a command. */
  readonly remote: boolean;
  readonly tariff: DemoTariff;
}

interface ListedLocation {
  readonly country_code: string;
  readonly party_id: string;
  readonly id: string;
  readonly evses?: readonly {
    readonly uid: string;
    readonly status: string;
    readonly capabilities?: readonly string[] | null;
    readonly connectors: readonly { readonly id: string; readonly tariff_ids?: readonly string[] | null }[];
  }[];
}

/** The first connectors of a platform's own locations whose tariff the simulation can price; as many as asked for, or fewer. */
export async function chargePlaces(api: RoamingApiClient, count: number): Promise<ChargePlace[]> {
  const tariffs = await pricedTariffs(api);
  const places: ChargePlace[] = [];
  for await (const { object } of api.list('locations', { origin: 'own' })) {
    places.push(...placesOf(object as unknown as ListedLocation, tariffs));
    if (places.length >= count) break;
  }
  return places.slice(0, count);
}

async function pricedTariffs(api: RoamingApiClient): Promise<Map<string, DemoTariff>> {
  const tariffs = new Map<string, DemoTariff>();
  for await (const { key, object } of api.list('tariffs', { origin: 'own' })) {
    const tariff = object as unknown as DemoTariff;
    if (isPriced(tariff)) tariffs.set(key, tariff);
  }
  return tariffs;
}

function placesOf({ country_code, party_id, id, evses }: ListedLocation, tariffs: ReadonlyMap<string, DemoTariff>): ChargePlace[] {
  return (evses ?? [])
    .filter(({ status }) => status !== 'REMOVED' && status !== 'PLANNED')
    .flatMap(({ uid, capabilities, connectors }) => {
      const remote = capabilities?.includes('REMOTE_START_STOP_CAPABLE') ?? false;
      return connectors.flatMap((connector) => {
        const keys = (connector.tariff_ids ?? []).map((tariff) => `${country_code}*${party_id}*${tariff}`.toUpperCase());
        const tariff = keys.map((key) => tariffs.get(key)).find((found) => found !== undefined);
        return tariff ? [{ country_code, party_id, location_id: id, evse_uid: uid, connector_id: connector.id, remote, tariff }] : [];
      });
    });
}
