import type { Role } from '@roamgrid/modules';
import { partyKey, readRouting } from '@roamgrid/ocpi';
import { defineCheck, type Check } from '../check/define-check';
import { expectEqual, expectList, expectNotFound, expectStatus, expectTaken, expectThat } from '../check/expect';
import { textField } from '../check/field';
import type { Answer } from '../http/answer';
import { headerOf, type RecordedRequest } from '../peer/recorded-request';
import { ORDINARY_ENDPOINTS } from '../peer/scripted-peer';
import { sampleLocation } from '../samples/sample-location';
import { sampleTariff } from '../samples/sample-tariff';
import type { Registration } from '../target/registration';
import { keyOf, SenderInterface } from '../target/sender-interface';
import type { Target } from '../target/target';
import { endpointUrl } from '../target/version-details';
import { expectHeld, pushLocation, T } from './pushed-location';
import { moments, seedLocation } from './seeded-location';

/** Rows about peers of each role, and about platforms and peers of several. */
export const roleChecks: readonly Check[] = [
  served('ROL-04', 'NSP'),
  served('ROL-07', 'OTHER'),
  defineCheck({
    ids: ['ROL-08'],
    title: 'two parties of one role over one connection: each has its objects, each push names its own',
    needs: ['seed', 'locations SENDER', 'locations RECEIVER'],
    run: async (target) => {
      const id = target.newId();
      const receivers = [0, 1].map((index) => target.registration.receiver('locations', 'CPO', index));
      for (const receiver of receivers) expectTaken(await receiver.put(sampleLocation(receiver.party, id, T[1])));
      for (const receiver of receivers) await expectHeld(receiver, [id], sampleLocation(receiver.party, id, T[1]));
      for (const party of [target.platformCpo(0), target.platformCpo(1)]) {
        const { id: own, from } = await seedLocation(target, { party });
        const push = await pushOf(target.registration, own, from);
        const speaker = readRouting(push.headers).from;
        expectEqual(speaker && partyKey(speaker), partyKey(party), 'FROM of the push');
        expectThat(push.path.toUpperCase().includes(partyKey(party).replace('*', '/')), partyKey(party), push.path);
      }
    },
  }),
  defineCheck({
    ids: ['ROL-09'],
    title: 'two platforms that are CPO and eMSP: one registration carries both directions',
    needs: ['seed', 'locations SENDER', 'locations RECEIVER'],
    run: async (target) => {
      const { receiver, id, location } = await pushLocation(target);
      const { id: own, party, from } = await seedLocation(target);
      const push = await pushOf(target.registration, own, from);
      expectEqual(keyOf(push.json), keyOf({ ...party, id: own }), 'what is pushed to the eMSP');
      await expectHeld(receiver, [id], location);
      const { objects } = await target.registration.sender('locations').crawl();
      const keys = objects.map(keyOf);
      expectThat(keys.includes(keyOf({ ...party, id: own })), 'the platform’s own Location in its list', keys.join(' '));
    },
  }),
  defineCheck({
    ids: ['ROL-10'],
    title: 'what a peer pushed is not pushed back, on to others, or listed as the platform’s own',
    needs: ['second peer', 'seed', 'locations SENDER', 'locations RECEIVER'],
    run: async (target) => {
      const peers = [target.registration, await target.second()];
      const { id } = await pushLocation(target);
      const { id: own, from: [first = 0, second = 0] = [] } = await seedAfter(target, peers);
      await pushOf(target.registration, own, first);
      await pushOf(peers[1] ?? target.registration, own, second);
      for (const { peer } of peers) {
        const echoes = peer.requests.filter(({ path, text }) => path.includes('/receiver/') && text.includes(id));
        expectEqual(echoes.map(({ path }) => path), [], 'pushes of what the peer had pushed:');
      }
      const { objects } = await target.registration.sender('locations').crawl();
      expectEqual(objects.filter((object) => textField(object, 'id') === id).length, 0, 'such objects listed as own');
    },
  }),
  defineCheck({
    ids: ['ROL-11'],
    title: 'details may leave out what does not concern the peer, never what does',
    needs: ['invite', 'locations SENDER', 'locations RECEIVER'],
    run: async (target) => {
      for (const [role, side] of [['EMSP', 'SENDER'], ['NSP', 'SENDER'], ['CPO', 'RECEIVER']] as const) {
        const candidate = await target.candidate({ roles: [target.newRole(role)] });
        const registration = target.keep(await candidate.register());
        const details = await registration.call('GET', candidate.detailsUrl);
        for (const seen of [candidate.details, details]) {
          const url = endpointUrl(seen, 'locations', side);
          expectThat(url !== undefined, `locations ${side} in the details for a ${role}`, seen.describe());
        }
      }
    },
  }),
  defineCheck({
    ids: ['ROL-06', 'ROL-12', 'RTE-13'],
    title: 'lists are for roles that the module concerns: an SCSP gets none, beside an eMSP of its platform that does',
    needs: ['invite', 'locations SENDER'],
    run: async (target) => {
      const roles = [target.newRole('EMSP'), target.newRole('SCSP')];
      const registration = await target.register({ roles });
      for (const module of ['locations', 'tariffs'] as const) {
        const url = endpointUrl(registration.details, module, 'SENDER');
        if (url === undefined) continue;
        const as = (role: Role): SenderInterface => new SenderInterface(registration, url, registration.party(role));
        expectList(await as('EMSP').list({ limit: 1 }));
        expectKeptOut(await as('SCSP').list({ limit: 1 }));
        if (module === 'tariffs') continue;
        const [location] = await target.objects('locations', 1);
        expectKeptOut(await as('SCSP').get([location?.id ?? ''], location?.owner));
      }
    },
  }),
  defineCheck({
    ids: ['ROL-12', 'RTE-13'],
    title: 'only a CPO pushes locations and tariffs: refused for eMSP and NSP, nothing stored',
    needs: ['invite', 'locations RECEIVER', 'tariffs RECEIVER'],
    run: async (target) => {
      const registration = await target.register({ roles: [target.newRole('EMSP'), target.newRole('NSP')] });
      for (const role of ['EMSP', 'NSP'] as const) {
        const locations = registration.receiver('locations', role);
        const location = sampleLocation(locations.party, target.newId(), T[1]);
        expectKeptOut(await locations.put(location));
        expectNotFound(await locations.get(location.id));
        const tariffs = registration.receiver('tariffs', role);
        const tariff = sampleTariff(tariffs.party, target.newId(), T[1]);
        expectKeptOut(await tariffs.put(tariff));
        expectNotFound(await tariffs.get(tariff.id));
      }
    },
  }),
  defineCheck({
    ids: ['ROL-13'],
    title: 'one party_id in two countries is two parties',
    needs: ['invite', 'locations RECEIVER'],
    run: async (target) => {
      const home = target.newRole('CPO');
      const abroad = target.newRole('CPO', { country_code: 'BE', party_id: home.party_id });
      const registration = await target.register({ roles: [home, abroad] });
      const id = target.newId();
      const [one, other] = [registration.receiver('locations', 'CPO', 0), registration.receiver('locations', 'CPO', 1)];
      const name = (text: string, { party }: typeof one) => ({ ...sampleLocation(party, id, T[1]), name: text });
      expectStatus(await one.put(name('home', one)), 201, 1000);
      expectNotFound(await other.get(id));
      expectStatus(await other.put(name('abroad', other)), 201, 1000);
      await expectHeld(one, [id], name('home', one));
      await expectHeld(other, [id], name('abroad', other));
      const foreign = { country_code: 'FR', party_id: home.party_id };
      const { party: _party, ...rest } = { party: one.party, routing: { from: foreign, to: one.routing.to } };
      const url = one.url(target.newId()).replace(`/${home.country_code}/`, '/FR/');
      const body = sampleLocation(foreign, url.slice(url.lastIndexOf('/') + 1), T[1]);
      expectKeptOut(await registration.call('PUT', url, { body, ...rest }));
      expectKeptOut(await registration.call('PUT', url, { body }));
    },
  }),
  defineCheck({
    ids: ['ROL-14'],
    title: 'a party operates abroad: Locations of another country than its own are taken and offered',
    needs: ['seed', 'locations SENDER', 'locations RECEIVER'],
    run: async (target) => {
      const abroad = { country: 'BEL', time_zone: 'Europe/Brussels' };
      const { receiver, id, location } = await pushLocation(target, abroad);
      await expectHeld(receiver, [id], location);
      const { id: own, from } = await seedLocation(target, { change: abroad });
      expectEqual(textField((await pushOf(target.registration, own, from)).json, 'country'), 'BEL', 'country of the push');
    },
  }),
  defineCheck({
    ids: ['RTE-03'],
    title: 'requests without routing headers: only from a platform of one party and one role to such a one',
    needs: ['seed', 'locations SENDER'],
    run: async (target) => {
      const { id, from } = await seedLocation(target);
      await pushOf(target.registration, id, from);
      const { peer, platformRoles } = target.registration;
      if (platformRoles.length === 1 && peer.roles.length === 1) return;
      const functional = peer.requests.filter(({ path }) => /\/(sender|receiver)\//.test(path));
      const bare = functional.filter((request) => headerOf(request, 'ocpi-from-party-id') === undefined);
      expectEqual(bare.map(({ method, path }) => `${method} ${path}`), [], 'requests without routing headers:');
    },
  }),
];

/** A peer of a role that takes part in broadcasts: it is pushed to, it may list, and it pushes nothing. */
function served(id: string, role: Role): Check {
  return defineCheck({
    ids: [id],
    title: `a peer that is ${role} gets locations and tariffs pushed, and may list both`,
    needs: ['invite', 'seed', 'locations SENDER', 'tariffs SENDER'],
    run: async (target) => {
      const endpoints = ORDINARY_ENDPOINTS.filter(({ identifier, role: side }) => identifier === 'credentials' || side === 'RECEIVER');
      const registration = await target.register({ roles: [target.newRole(role)], endpoints });
      const { peer } = registration;
      const { id: location } = await seedLocation(target);
      const tariff = sampleTariff(target.platformCpo(), target.newId(), moments(target)(0));
      await target.seed('tariffs', [tariff]);
      await pushOf(registration, location, 0);
      await pushOf(registration, tariff.id, 0);
      for (const module of ['locations', 'tariffs'] as const) {
        const url = endpointUrl(registration.details, module, 'SENDER') ?? '';
        expectList(await new SenderInterface(registration, url, registration.party(role)).list({ limit: 1 }));
      }
      const others = peer.requests.filter(({ path }) => /\/(sessions|cdrs|tokens)\b/.test(path));
      expectEqual(others.map(({ path }) => path), [], `requests for modules that are nothing for a ${role}:`);
    },
  });
}

/** The push of an object, by its id in the body. */
export function pushOf({ peer }: Registration, id: string, from: number): Promise<RecordedRequest> {
  const matches = ({ path, json }: RecordedRequest): boolean => path.includes('/receiver/') && textField(json, 'id') === id;
  return peer.waitFor(`a push of ${id}`, matches, { from });
}

async function seedAfter(target: Target, peers: readonly Registration[]): Promise<{ id: string; from: number[] }> {
  const from = peers.map(({ peer }) => peer.requests.length);
  const { id } = await seedLocation(target);
  return { id, from };
}

/** Refused in one of the ways that are right: 404, or 200 with 2xxx. */
function expectKeptOut(answer: Answer): void {
  const refused = (answer.statusCode ?? 0) >= 2000 && (answer.statusCode ?? 0) < 3000;
  expectThat(refused && [200, 401, 403, 404].includes(answer.http), 'HTTP 404, or 200 with 2001', answer.describe());
}
