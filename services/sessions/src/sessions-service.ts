import type { ObjectServiceExtension } from '@roamgrid/object-service';
import { EgressPolicy, OcpiClient } from '@roamgrid/ocpi-client';
import { askingContract, credentialsContract, objectsContract, PeerDirectory } from '@roamgrid/runtime';
import { askCpo } from './asking/ask-cpo';
import { PreferenceStore } from './preferences/preference-store';
import { takePreferences } from './preferences/take-preferences';
import { sessionsSections, type SessionsConfig } from './sessions-config';

/** What the sessions service does beside owning Sessions: preferences for them, taken and told. */
export const sessionsExtension: ObjectServiceExtension<SessionsConfig> = {
  sections: sessionsSections,
  hooks: ({ config, logger, clock, grpc, connect, onStop }, { connection, store }) => {
    const directory = new PeerDirectory(connect(credentialsContract, config.credentials), logger, clock);
    void directory.follow(true);
    onStop('directory', () => directory.close());
    const client = new OcpiClient({ egress: new EgressPolicy(config.egress), clock });
    onStop('client', () => client.close());
    const [locations, tariffs] = [connect(objectsContract, config.objects.locations), connect(objectsContract, config.objects.tariffs)];
    for (const each of [locations, tariffs]) onStop('objects', () => each.close());
    const preferences = new PreferenceStore(connection);
    grpc.add(askingContract, { Ask: (request) => askCpo({ store, preferences, directory, client, deadline: config.asking.deadline }, request) });
    return { actions: { charging_preferences: (asked) => takePreferences({ store, preferences, locations, tariffs, clock }, asked) } };
  },
};
