import type { ObjectServiceExtension } from '@roamgrid/object-service';
import { openPeerCalls } from '@roamgrid/ocpi-client';
import { askingContract, objectsContract } from '@roamgrid/runtime';
import { askCpo } from './asking/ask-cpo';
import { PreferenceStore } from './preferences/preference-store';
import { takePreferences } from './preferences/take-preferences';
import { sessionsSections, type SessionsConfig } from './sessions-config';

/** What the sessions service does beside owning Sessions: preferences for them, taken and told. */
export const sessionsExtension: ObjectServiceExtension<SessionsConfig> = {
  sections: sessionsSections,
  hooks: (context, { connection, store }) => {
    const { config, clock, grpc, connect, onStop } = context;
    const peers = openPeerCalls(context);
    const [locations, tariffs] = [connect(objectsContract, config.objects.locations), connect(objectsContract, config.objects.tariffs)];
    for (const each of [locations, tariffs]) onStop('objects', () => each.close());
    const preferences = new PreferenceStore(connection);
    grpc.add(askingContract, { Ask: (request) => askCpo({ store, preferences, ...peers, deadline: config.asking.deadline }, request) });
    return { actions: { charging_preferences: (asked) => takePreferences({ store, preferences, locations, tariffs, clock }, asked) } };
  },
};
