import type { Location } from '@roamgrid/modules';
import { defineCheck, type Check } from '../check/define-check';
import { expectEqual, expectTaken } from '../check/expect';
import { field, listField, type JsonObject } from '../check/field';
import { sampleEvse } from '../samples/sample-location';
import type { Target } from '../target/target';
import { pushLocation, T, type PushedLocation } from './pushed-location';

type Look = (pushed: PushedLocation, ...tokens: readonly JsonObject[]) => Promise<JsonObject>;

/** Rows about what the drivers of an eMSP are shown of Locations that it received. */
export const driverViewChecks: readonly Check[] = [
  shown(['LOC-27'], 'a Location without a valid EVSE is hidden', async (target, look) => {
    const pushed = await pushLocation(target);
    expectEqual(field(await look(pushed), 'shown'), true, 'shown, with valid EVSEs:');
    for (const uid of pushed.evses) {
      const removed = { ...sampleEvse(uid, T[2]), status: 'REMOVED' };
      expectTaken(await pushed.receiver.putAt([pushed.id, uid], removed));
    }
    expectEqual(field(await look(pushed), 'shown'), false, 'shown, with REMOVED EVSEs:');
  }),
  shown(['LOC-36'], 'publish=false is shown to nobody but holders of a token that is named', async (target, look) => {
    const named = await pushLocation(target, privately({ uid: 'U1', type: 'RFID' }));
    expectEqual(field(await look(named), 'shown'), false, 'shown to the public:');
    expectEqual(field(await look(named, { uid: 'U2', type: 'RFID' }), 'shown'), false, 'shown to another token:');
    expectEqual(field(await look(named, { uid: 'U1', type: 'RFID' }), 'shown'), true, 'shown to the token named:');
    const unnamed = await pushLocation(target, privately());
    expectEqual(field(await look(unnamed, { uid: 'U1', type: 'RFID' }), 'shown'), false, 'shown without a list:');
  }),
  shown(['LOC-37'], 'a token matches all set fields of one entry', async (target, look) => {
    const pushed = await pushLocation(
      target,
      privately({ visual_number: '1', issuer: 'A' }, { group_id: 'G', issuer: 'B' }),
    );
    const cases: readonly (readonly [boolean, JsonObject])[] = [
      [true, { visual_number: '1', issuer: 'A', group_id: 'X' }],
      [true, { visual_number: '2', issuer: 'B', group_id: 'G' }],
      [false, { visual_number: '1', issuer: 'B' }],
      [false, { visual_number: '1', issuer: 'C', group_id: 'G' }],
      [false, { issuer: 'A' }],
    ];
    for (const [expected, token] of cases) {
      expectEqual(field(await look(pushed, token), 'shown'), expected, `shown to ${JSON.stringify(token)}:`);
    }
  }),
  shown(['LOC-40'], 'who has another eMSP’s token may see, but not start', async (target, look) => {
    const pushed = await pushLocation(target, privately({ group_id: 'G' }));
    const [emsp] = target.registration.platformParties('EMSP');
    const own = await look(pushed, { group_id: 'G', ...emsp });
    expectEqual([field(own, 'shown'), field(own, 'may_start')], [true, true], 'shown and may_start with an own token:');
    const foreign = await look(pushed, { group_id: 'G', ...target.registration.party('EMSP') });
    const seen = [field(foreign, 'shown'), field(foreign, 'may_start')];
    expectEqual(seen, [true, false], 'shown and may_start with a token of another eMSP:');
  }),
  shown(['LOC-53', 'CRD-40'], 'without an operator the owner’s business_details stand in', async (target, look) => {
    const { party } = target.registration.receiver('locations');
    const role = target.registration.peer.roles.find(({ party_id }) => party_id === party.party_id);
    const bare = await look(await pushLocation(target));
    expectEqual(field(bare, 'location', 'operator', 'name'), role?.business_details.name, 'operator');
    const operated = await look(await pushLocation(target, { operator: { name: 'Operator' } }));
    expectEqual(field(operated, 'location', 'operator', 'name'), 'Operator', 'operator that the Location names:');
  }),
  shown(['LOC-59', 'LOC-26'], 'a status an EVSE, none a Connector; REMOVED EVSEs are not shown', async (target, look) => {
    const pushed = await pushLocation(target);
    const [gone, charging] = pushed.evses;
    expectTaken(await pushed.receiver.patch([pushed.id, gone], { status: 'REMOVED', last_updated: T[2] }));
    expectTaken(await pushed.receiver.patch([pushed.id, charging], { status: 'CHARGING', last_updated: T[2] }));
    const evses = listField(await look(pushed), 'location', 'evses');
    expectEqual(evses.map((evse) => [field(evse, 'uid'), field(evse, 'status')]), [[charging, 'CHARGING']], 'EVSEs');
    const statuses = listField(evses[0], 'connectors').map((connector) => field(connector, 'status') ?? null);
    expectEqual(statuses, [null, null], 'status of the Connectors');
  }),
];

function shown(ids: readonly string[], title: string, run: (target: Target, look: Look) => Promise<void>): Check {
  return defineCheck({
    ids,
    title: `what drivers see: ${title}`,
    needs: ['driverView', 'locations RECEIVER'],
    run: (target) => run(target, (pushed, ...tokens) => view(target, pushed, tokens)),
  });
}

async function view(
  target: Target,
  { receiver, id }: PushedLocation,
  tokens: readonly JsonObject[],
): Promise<JsonObject> {
  const { country_code, party_id } = receiver.party;
  return (await target.hooks.driverView?.([country_code, party_id, id], { tokens })) ?? {};
}

function privately(...publish_allowed_to: readonly JsonObject[]): Partial<Location> {
  return { publish: false, ...(publish_allowed_to.length > 0 && { publish_allowed_to: [...publish_allowed_to] }) };
}
