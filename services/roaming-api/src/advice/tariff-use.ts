import type { Location } from '@roamgrid/modules';
import { foldCase, partyKey, type Party } from '@roamgrid/ocpi';
import { OWN, type Position } from '@roamgrid/runtime';
import type { ServedModule } from '../backend';

const PAGE = 500;

/**
 * A Connector of the party’s own Locations that still names a tariff, as `location/evse/connector`; undefined when none does
 * (TAR-09). Reads all Locations of the party, but parses only pages in which the id stands. Throws what listing throws.
 */
export async function findTariffUse(locations: ServedModule, party: Party, id: string): Promise<string | undefined> {
  const { objects, version } = locations;
  const wanted = foldCase(id);
  let after: Position | undefined;
  let offset = 0;
  do {
    const page = await objects.List({
      ...{ version, origin: OWN, parties: [party], offset, limit: PAGE, known_total: 0, described: false },
      ...(after && { after }),
    });
    const text = page.json.toString();
    if (foldCase(text).includes(JSON.stringify(wanted))) {
      const use = useIn(JSON.parse(text) as readonly Location[], party, wanted);
      if (use !== undefined) return use;
    }
    after = page.next;
    offset += page.count;
  } while (after);
  return undefined;
}

function useIn(locations: readonly Location[], party: Party, wanted: string): string | undefined {
  for (const location of locations) {
    for (const evse of partyKey(location) === partyKey(party) ? (location.evses ?? []) : []) {
      if (evse.status === 'REMOVED') continue;
      const named = evse.connectors.find(({ tariff_ids }) => (tariff_ids ?? []).some((each) => foldCase(each) === wanted));
      if (named) return [location.id, evse.uid, named.id].join('/');
    }
  }
  return undefined;
}
