import type { Advice, Location } from '@roamgrid/modules';
import { foldCase } from '@roamgrid/ocpi';

/** Sites that are remembered; beyond that nothing more is said. */
const MOST_SITES = 200_000;

/** The sites of one import, to tell of Locations that had better be one (LOC-43). */
export class SiteNotes {
  readonly #ids = new Map<string, string>();

  /** Remembers where a Location is; tells when another one is there that is shown to the same drivers. */
  note({ country_code, party_id, id, address, city, coordinates, publish }: Location): Advice[] {
    const place = [coordinates.latitude, coordinates.longitude].map(Number);
    const site = foldCase(JSON.stringify([country_code, party_id, address, city, place, publish]));
    const known = this.#ids.get(site);
    if (known !== undefined && foldCase(known) !== foldCase(id)) {
      const message = `is the site of ${known} too: charge points of one site belong into one Location`;
      return [{ row: 'LOC-43', code: 'location.same_site', path: '/coordinates', message }];
    }
    if (this.#ids.size < MOST_SITES) this.#ids.set(site, id);
    return [];
  }
}
