import type { OcpiVersion } from '@roamgrid/modules';
import type { Party } from '@roamgrid/ocpi';
import { OWN, RoamgridError, type Client, type ObjectsCalls } from '@roamgrid/runtime';

/** Reads an object of our own from the service that owns it, of one of these parties; undefined for what they have not. */
export async function readOwn<Found>(
  objects: Pick<Client<ObjectsCalls>, 'Get'>,
  version: OcpiVersion,
  parties: readonly Party[],
  ids: readonly string[],
): Promise<Found | undefined> {
  try {
    const { json } = await objects.Get({ version, origin: OWN, parties, ids, nested: [] });
    return JSON.parse(json.toString()) as Found;
  } catch (error) {
    if (RoamgridError.from(error).code === 'object.unknown') return undefined;
    throw error;
  }
}
