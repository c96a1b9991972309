import { partyKey, readRouting } from '@roamgrid/ocpi';
import { defineCheck, type Check } from '../check/define-check';
import { expectEqual } from '../check/expect';
import { field } from '../check/field';
import { sampleCdr } from '../samples/sample-cdr';
import { sampleSession } from '../samples/sample-session';
import { driverOf } from '../samples/sample-token';
import { moments } from './seeded-location';

/** Rows about whom a push names when a peer has several parties of one role. */
export const addressedPushChecks: readonly Check[] = (['sessions', 'cdrs'] as const).map((module) =>
  defineCheck({
    ids: ['RTE-04', 'ROL-08', module === 'cdrs' ? 'CDR-40' : 'SES-22'],
    title: `own ${module}: of a peer’s two eMSPs the one whose Token was used is addressed`,
    needs: ['invite', 'seed', `${module} SENDER`],
    run: async (target) => {
      const { peer } = await target.register({ roles: [target.newRole('EMSP'), target.newRole('EMSP')] });
      const sample = { cdrs: sampleCdr, sessions: sampleSession }[module];
      for (const emsp of peer.roles.toReversed()) {
        const object = sample(target.platformCpo(), target.newId(), driverOf(emsp), moments(target)(0));
        await target.hooks.seed?.(module, [{ ...object }]);
        const push = await peer.waitFor(`a push of ${object.id}`, ({ json }) => field(json, 'id') === object.id);
        const { to } = readRouting(push.headers);
        expectEqual(to && partyKey(to), partyKey(emsp), 'TO of the push');
      }
    },
  }),
);
