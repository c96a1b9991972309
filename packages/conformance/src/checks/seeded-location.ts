import type { Location } from '@roamgrid/modules';
import { formatOcpiDateTime, type Party } from '@roamgrid/ocpi';
import { sampleLocation } from '../samples/sample-location';
import type { Target } from '../target/target';

const MINUTE = 60_000;

/** A Location of the platform’s own that was just written. */
export interface SeededLocation {
  readonly id: string;
  readonly party: Party;
  readonly location: Location;
  /** Index of the first request to the first peer that came after it was written. */
  readonly from: number;
  /** The moment that many minutes after its last_updated. */
  readonly at: (minutes: number) => string;
}

/** Moments in the recent past, counted in minutes. */
export function moments(target: Target): (minutes: number) => string {
  const begin = target.now() - 30 * MINUTE;
  return (minutes) => formatOcpiDateTime(begin + minutes * MINUTE);
}

/** Writes a fresh Location of the platform and waits until it is listed; `change` makes it special. */
export async function seedLocation(
  target: Target,
  { party = target.platformCpo(), change = {} }: { readonly party?: Party; readonly change?: Partial<Location> } = {},
): Promise<SeededLocation> {
  const id = target.newId();
  const at = moments(target);
  const location: Location = { ...sampleLocation(party, id, at(0)), ...change };
  const from = target.registration.peer.requests.length;
  await target.seed('locations', [location]);
  return { id, party, location, from, at };
}
