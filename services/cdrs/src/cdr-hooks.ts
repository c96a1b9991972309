import type { ObjectHooks, ObjectServiceConfig, ObjectServiceParts } from '@roamgrid/object-service';
import { objectsContract, type Client, type ObjectsCalls, type ServiceContext } from '@roamgrid/runtime';
import { admitCredit } from './admit-credit';
import { NAMED_MODULES, type CdrsConfig, type NamedModule } from './cdrs-config';
import { completeCdr } from './complete-cdr';
import { NamedObjects } from './named-objects';
import { StoredCdrs } from './stored-cdrs';

/** What is done beside owning CDRs: what our own name is put in, and credits are held against what they credit. */
export function cdrHooks(
  { config, connect, onStop }: ServiceContext<ObjectServiceConfig & CdrsConfig>,
  { store }: ObjectServiceParts,
): ObjectHooks {
  const clients = Object.fromEntries(
    NAMED_MODULES.map((id) => {
      const client = connect(objectsContract, config.objects[id]);
      onStop(id, () => client.close());
      return [id, client];
    }),
  ) as Readonly<Record<NamedModule, Client<ObjectsCalls>>>;
  const stored = new StoredCdrs(store);
  return { complete: completeCdr(new NamedObjects(clients), stored), admit: admitCredit(stored) };
}
