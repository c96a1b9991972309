import type { OcpiVersion, Session } from '@roamgrid/modules';
import { objectKey } from '@roamgrid/ocpi';
import { OWN, type Client, type ObjectsCalls } from '@roamgrid/runtime';

/** A Session that a peer brought. */
export interface ReceivedSession {
  /** The id of the peer. */
  readonly origin: string;
  readonly session: Session;
}

/** The Sessions of that id which peers brought: CPOs give ids of their own, so there may be several. */
export async function receivedSessions(
  sessions: Pick<Client<ObjectsCalls>, 'Count' | 'Fetch'>,
  version: OcpiVersion,
  id: string,
): Promise<ReceivedSession[]> {
  const { parties } = await sessions.Count({});
  const keys = new Set(parties.filter(({ origin }) => origin !== OWN).map(({ party }) => objectKey(party, id)));
  if (keys.size === 0) return [];
  const { objects } = await sessions.Fetch({ version, keys: [...keys] });
  return objects
    .filter(({ deleted, origin }) => !deleted && origin !== OWN)
    .map(({ origin, json }) => ({ origin, session: JSON.parse(json.toString()) as Session }));
}
