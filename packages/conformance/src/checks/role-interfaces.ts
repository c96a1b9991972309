import type { ModuleId, Role } from '@roamgrid/modules';
import { NotCovered } from '../check/check-failure';
import { defineCheck, type Check } from '../check/define-check';
import { expectEqual, expectTaken, expectThat, show } from '../check/expect';
import { eventually } from '../check/eventually';
import { field, listField, textField } from '../check/field';
import { sampleLocation } from '../samples/sample-location';
import { Candidate } from '../target/candidate';
import { keyOf } from '../target/sender-interface';
import type { Target } from '../target/target';
import { endpointsOf } from '../target/version-details';
import { T } from './pushed-location';

type Sides = Partial<Record<ModuleId, string>>;

/** The interfaces of a role: S for SENDER, R for RECEIVER. */
const MATRIX: Readonly<Record<Role, Sides>> = {
  CPO: { cdrs: 'S', chargingprofiles: 'R', commands: 'R', hubclientinfo: 'R', locations: 'S', sessions: 'S', tariffs: 'S', tokens: 'R' },
  EMSP: { cdrs: 'R', chargingprofiles: 'S', commands: 'S', hubclientinfo: 'R', locations: 'R', sessions: 'R', tariffs: 'R', tokens: 'S' },
  HUB: { cdrs: 'SR', chargingprofiles: 'SR', commands: 'SR', hubclientinfo: 'S', locations: 'SR', sessions: 'SR', tariffs: 'SR', tokens: 'SR' },
  NSP: { hubclientinfo: 'R', locations: 'R', tariffs: 'R' },
  NAP: { hubclientinfo: 'R', locations: 'SR', tariffs: 'SR' },
  SCSP: { chargingprofiles: 'S', hubclientinfo: 'R', sessions: 'R' },
  OTHER: { hubclientinfo: 'R', locations: 'R', tariffs: 'R' },
};

/** Rows about the interfaces that a platform offers for the roles of its own parties. */
export const roleInterfaceChecks: readonly Check[] = [
  offers(['ROL-01'], 'CPO'),
  offers(['ROL-02'], 'EMSP'),
  offers(['ROL-03', 'CRD-34'], 'HUB', isHubAlone),
  offers(['ROL-04'], 'NSP'),
  offers(['ROL-05'], 'NAP', passesOn),
  offers(['ROL-06'], 'SCSP'),
  offers(['ROL-07'], 'OTHER'),
];

type Look = (target: Target, discover: () => Promise<Candidate>) => Promise<void>;

/**
 * Of the modules that the platform speaks at all, which is what it lists, those of its roles are listed on the roles’ sides,
 * and no others. A platform that has the role shows it by itself; otherwise one with that role alone is started.
 */
function offers(ids: readonly string[], role: Role, more: Look = () => Promise.resolve()): Check {
  return defineCheck({
    ids,
    title: `a platform of the role ${role} offers the interfaces of its roles, and no others`,
    run: async (target) => {
      const own = [...new Set(target.registration.platformRoles.map((each) => String(each['role'])))] as Role[];
      const { details } = target.registration;
      const spoken = new Set(sidesOf(details).keys());
      if (own.includes(role)) {
        expectSides(details, own, spoken);
        await more(target, async () => Candidate.discover(target.newPeer(), await target.invite()));
        return;
      }
      const { withRoles } = target.hooks;
      if (!withRoles) throw new NotCovered(`needs a platform of the role ${role}, or a hook that starts one`);
      const platform = await withRoles([role]);
      try {
        const discover = (): Promise<Candidate> => platform.invite().then((invitation) => Candidate.discover(target.newPeer(), invitation));
        expectSides((await discover()).details, [role], spoken);
        await more(target, discover);
      } finally {
        await platform.stop();
      }
    },
  });
}

function expectSides(details: Candidate['details'], roles: readonly Role[], spoken: ReadonlySet<string>): void {
  const expected = [...spoken].flatMap((module): [string, string][] => {
    const sides = roles.map((role) => MATRIX[role][module as ModuleId] ?? '').join('');
    return sides === '' ? [] : [[module, ['S', 'R'].filter((side) => sides.includes(side)).join('')]];
  });
  expectEqual([...sidesOf(details)].sort(), expected.sort(), `interfaces of ${roles.join(' and ')}:`);
}

/** What a NAP received it lists, whoever owns it: without a sender interface nobody could get at it. */
async function passesOn(target: Target, discover: () => Promise<Candidate>): Promise<void> {
  const registration = await (await discover()).register();
  const receiver = registration.receiver('locations');
  const location = sampleLocation(receiver.party, target.newId(), T[1]);
  expectTaken(await receiver.put(location));
  await eventually('the Location that was pushed to be listed', async (note) => {
    const { objects } = await registration.sender('locations').crawl();
    note(show(objects.map(keyOf)));
    return objects.some((object) => keyOf(object) === keyOf(location));
  });
}

/** A hub registers with the role HUB alone: a party that connects to it is none of its roles. */
async function isHubAlone(_target: Target, discover: () => Promise<Candidate>): Promise<void> {
  const registration = await (await discover()).register();
  for (const { data } of [registration.answer, await registration.credentials()]) {
    expectEqual(listField(data, 'roles').map((role) => textField(role, 'role')), ['HUB'], 'roles in the Credentials of the hub:');
  }
}

/** `S`, `R` or `SR` by module, without credentials. */
function sidesOf(details: Candidate['details']): Map<string, string> {
  const sides = new Map<string, string>();
  for (const endpoint of endpointsOf(details)) {
    const module = textField(endpoint, 'identifier') ?? '';
    if (module === 'credentials') continue;
    const side = field(endpoint, 'role') === 'SENDER' ? 'S' : 'R';
    expectThat(!sides.get(module)?.includes(side), `${module} once on each side`, show(details.data));
    sides.set(module, [...(sides.get(module) ?? ''), side].sort().reverse().join(''));
  }
  return sides;
}
