import type { ConversationExtension } from '@roamgrid/conversation-service';
import { objectsContract } from '@roamgrid/runtime';
import { chargingProfilesSections, type ChargingProfilesConfig } from './charging-profiles-config';
import { judgeProfile, profileSubject } from './judge-profile';

/** What the charging-profiles service knows beside how conversations go: the session that a profile is for. */
export const chargingProfilesExtension: ConversationExtension<ChargingProfilesConfig> = {
  sections: chargingProfilesSections,
  hooks: ({ config, clock, connect, onStop }, store) => {
    const [locations, sessions] = [connect(objectsContract, config.objects.locations), connect(objectsContract, config.objects.sessions)];
    for (const client of [locations, sessions]) onStop('objects', () => client.close());
    return {
      judge: (asked) => judgeProfile({ locations, sessions, store, pause: config.pause, clock }, asked),
      complete: ({ request }) => Promise.resolve({ request }),
      subjectOf: profileSubject,
    };
  },
};
