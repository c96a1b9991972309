import { defineCheck, type Check } from '../check/define-check';
import { expectEqual, expectNotFound, expectRefused, expectSuccess, expectTaken, expectThat } from '../check/expect';
import { field, listField } from '../check/field';
import { sampleEvse, sampleLocation } from '../samples/sample-location';
import type { Target } from '../target/target';
import { expectHeld, expectMoment, heldObject, pushLocation, T, type PushedLocation } from './pushed-location';

/** Rows about PATCH of what a CPO pushed. */
export const locationsPatchChecks: readonly Check[] = [
  define(['LOC-17', 'TRN-32'], 'PATCH changes only the fields given, at all three levels', async (target) => {
    const { receiver, id, location, evses } = await pushLocation(target);
    const [first, second] = location.evses ?? [];
    if (!first || !second) throw new Error('the sample has two EVSEs');
    expectTaken(await receiver.patch([id], { name: 'Patched', last_updated: T[2] }));
    await expectHeld(receiver, [id], { ...location, name: 'Patched', last_updated: T[2] });
    expectTaken(await receiver.patch([id, evses[0]], { status: 'CHARGING', last_updated: T[2] }));
    await expectHeld(receiver, [id, evses[0]], { ...first, status: 'CHARGING', last_updated: T[2] });
    expectTaken(await receiver.patch([id, evses[1], '2'], { max_amperage: 63, last_updated: T[2] }));
    await expectHeld(receiver, [id, evses[1], '2'], { ...second.connectors[1], max_amperage: 63, last_updated: T[2] });
    await expectHeld(receiver, [id, evses[1], '1'], second.connectors[0]);
  }),
  define(
    ['LOC-18', 'STS-03'],
    'PATCH without last_updated: 200/2001 at all three levels, nothing changed',
    async (target) => {
      const { receiver, id, location, evses } = await pushLocation(target);
      const patches: readonly (readonly [string[], object])[] = [
        [[id], { name: 'Patched' }],
        [[id, evses[0]], { status: 'CHARGING' }],
        [[id, evses[0], '1'], { max_amperage: 63 }],
      ];
      for (const [ids, body] of patches) {
        expectRefused(await receiver.patch(ids, body), 'no last_updated');
        expectRefused(await receiver.patch(ids, { ...body, last_updated: null }), 'last_updated null');
        expectRefused(
          await receiver.patch(ids, { ...body, last_updated: 'today' }),
          'last_updated that is no DateTime',
        );
      }
      await expectHeld(receiver, [id], location);
    },
  ),
  define(['LOC-19'], 'PATCH of a Connector moves EVSE and Location, PATCH of an EVSE the Location', async (target) => {
    const { receiver, id, evses } = await pushLocation(target);
    expectTaken(await receiver.patch([id, evses[0], '2'], { max_amperage: 10, last_updated: T[2] }));
    await expectMoment(receiver, [id, evses[0], '2'], T[2]);
    await expectMoment(receiver, [id, evses[0]], T[2]);
    await expectMoment(receiver, [id], T[2]);
    await expectMoment(receiver, [id, evses[0], '1'], T[1]);
    expectTaken(await receiver.patch([id, evses[1]], { status: 'BLOCKED', last_updated: T[3] }));
    await expectMoment(receiver, [id], T[3]);
    await expectMoment(receiver, [id, evses[0]], T[2]);
  }),
  define(['LOC-30'], 'PATCH of an identity: 200/2001 for another one, nothing changed', async (target) => {
    const { receiver, id, location, evses } = await pushLocation(target);
    const patches: readonly (readonly [string[], object])[] = [
      [[id], { id: target.newId() }],
      [[id], { country_code: 'DE' }],
      [[id], { party_id: 'ZZZ' }],
      [[id, evses[0]], { uid: target.newId() }],
      [[id, evses[0], '1'], { id: '9' }],
    ];
    for (const [ids, body] of patches) {
      expectRefused(await receiver.patch(ids, { ...body, last_updated: T[2] }), `PATCH of ${Object.keys(body).join()}`);
    }
    await expectHeld(receiver, [id], location);
  }),
  define(
    ['LOC-31', 'TRN-33'],
    'PATCH of evses replaces the whole list, or is refused; it never merges by index',
    async (target) => {
      const { receiver, id, location, evses } = await pushLocation(target);
      const only = { ...sampleEvse(evses[1], T[2]), status: 'CHARGING' as const };
      const answer = await receiver.patch([id], { evses: [only], last_updated: T[2] });
      const held = listField(expectSuccess(await receiver.get(id)), 'evses');
      if (answer.statusCode !== 1000) {
        expectRefused(answer, 'PATCH of evses');
        expectEqual(held, location.evses, 'evses after the refusal');
        return;
      }
      const offered = held.filter((evse) => field(evse, 'status') !== 'REMOVED');
      expectEqual(offered, [only], 'EVSEs that are not REMOVED');
    },
  ),
  define(['TRN-27', 'STS-15'], 'PATCH of an unknown Location: 404 and no skeleton; PUT then works', async (target) => {
    const receiver = target.registration.receiver('locations');
    const location = sampleLocation(receiver.party, target.newId(), T[1]);
    expectNotFound(await receiver.patch([location.id], { name: 'Patched', last_updated: T[1] }));
    expectNotFound(await receiver.get(location.id));
    expectTaken(await receiver.put(location));
    expectTaken(await receiver.patch([location.id], { name: 'Patched', last_updated: T[2] }));
  }),
  define(
    ['TRN-35'],
    'PATCH null: refused for a required field; for an optional one cleared or refused',
    async (target) => {
      const { receiver, id, location } = await pushLocation(target);
      expectRefused(await receiver.patch([id], { city: null, last_updated: T[2] }), 'null for city');
      await expectHeld(receiver, [id], location);
      const answer = await receiver.patch([id], { name: null, last_updated: T[2] });
      const name = field(await heldObject(receiver, id), 'name') ?? null;
      if (answer.statusCode === 1000) expectEqual(name, null, 'name');
      else expectEqual(name, location.name, 'name after the refusal');
    },
  ),
  define(['TRN-74'], 'a push that is older than what is held changes nothing', async (target) => {
    const pushed = await pushLocation(target);
    const { receiver, id, location } = pushed;
    const old = { ...location, name: 'Old', last_updated: T[0] };
    await expectIgnored(pushed, () => receiver.put(old));
    await expectIgnored(pushed, () => receiver.patch([id], { name: 'Old', last_updated: T[0] }));
    await expectIgnored(pushed, () => receiver.patch([id, pushed.evses[0]], { status: 'UNKNOWN', last_updated: T[0] }));
  }),
  define(['TRN-75'], 'PUT and PATCH sent twice leave what they left at first', async (target) => {
    const { receiver, id, location } = await pushLocation(target);
    const body = { name: 'Patched', last_updated: T[2] };
    for (let count = 0; count < 2; count += 1) expectTaken(await receiver.patch([id], body));
    await expectHeld(receiver, [id], { ...location, ...body });
    const whole = { ...location, name: 'Whole', last_updated: T[3] };
    for (let count = 0; count < 2; count += 1) expectTaken(await receiver.put(whole));
    await expectHeld(receiver, [id], whole);
  }),
];

function define(ids: readonly string[], title: string, run: (target: Target) => Promise<void>): Check {
  return defineCheck({ ids, title: `pushed locations: ${title}`, needs: ['locations RECEIVER'], run });
}

/** A late push: success or 2001, and the Location as before. */
async function expectIgnored(
  { receiver, id, location }: PushedLocation,
  push: () => ReturnType<PushedLocation['receiver']['get']>,
): Promise<void> {
  const answer = await push();
  expectThat(
    answer.http === 200 && [1000, 2001].includes(answer.statusCode ?? 0),
    '200/1000 or 200/2001',
    answer.describe(),
  );
  await expectHeld(receiver, [id], location);
}
