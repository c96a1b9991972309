import { ciString, dateTime, enumOf, object, one, type Static } from '../schema';
import { Role } from '../shared/role';

/** How a client of a hub stands (HCI-06). */
export const ConnectionStatus = enumOf('ConnectionStatus', ['CONNECTED', 'OFFLINE', 'PLANNED', 'SUSPENDED']);
export type ConnectionStatus = Static<typeof ConnectionStatus>;

/** The ClientInfo object of OCPI 2.2.1: its field table (HCI-05). */
export const ClientInfo = object('ClientInfo', {
  party_id: one(ciString(3)),
  country_code: one(ciString(2)),
  role: one(Role),
  status: one(ConnectionStatus),
  last_updated: one(dateTime),
});
export type ClientInfo = Static<typeof ClientInfo>;
