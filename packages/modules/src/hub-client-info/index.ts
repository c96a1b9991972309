import { defineModule, get, page, put } from '../define-module';
import { objectSchema } from '../schema';
import { ClientInfo } from './schema';

/**
 * How the clients of a hub stand: one object for each role of a party (HCI-09), said by the hub of parties that are not its own.
 * Never removed: SUSPENDED ends one (HCI-07). A configuration module, without routing headers (HCI-15).
 */
export const hubClientInfo = defineModule({
  id: 'hubclientinfo',
  versions: { '2.2.1': { schema: objectSchema(ClientInfo), nested: [] } },
  key: ['country_code', 'party_id', 'role'],
  keyQuery: { name: 'role', fallback: '' },
  owner: 'HUB',
  ownedBy: 'role',
  routed: false,
  interested: ['CPO', 'EMSP', 'NAP', 'NSP', 'OTHER', 'SCSP'],
  interfaces: { sender: [page()], receiver: [get(), put()] },
  delivery: { style: 'state', method: 'PUT' },
});
