import { joinUrl } from '@roamgrid/ocpi';
import { defineCheck, type Check } from '../check/define-check';
import { expectNotFound, expectStatus, expectTaken, expectThat } from '../check/expect';
import type { Answer } from '../http/answer';
import { sampleLocation } from '../samples/sample-location';
import { sampleTariff } from '../samples/sample-tariff';
import { expectHeld, pushLocation, T } from './pushed-location';

/** Rows about whose objects a peer may touch. */
export const ownershipChecks: readonly Check[] = [
  defineCheck({
    ids: ['TRN-68', 'RTE-08'],
    title: 'objects of another peer’s party: nothing is read, created, changed or deleted',
    needs: ['second peer', 'locations RECEIVER'],
    run: async (target) => {
      const { receiver, id, location } = await pushLocation(target);
      const other = await target.second();
      const { routing } = other.receiver('locations');
      const intruding = { ...location, name: 'Intruder', last_updated: T[2] };
      const fresh = sampleLocation(receiver.party, target.newId(), T[1]);
      expectKeptOut(await other.call('GET', receiver.url(id), { routing }));
      expectKeptOut(await other.call('PUT', receiver.url(id), { routing, body: intruding }));
      expectKeptOut(await other.call('PUT', receiver.url(fresh.id), { routing, body: fresh }));
      expectKeptOut(await other.call('PATCH', receiver.url(id), { routing, body: { name: 'x', last_updated: T[3] } }));
      await expectHeld(receiver, [id], location);
      expectNotFound(await receiver.get(fresh.id));
    },
  }),
  defineCheck({
    ids: ['TRN-68'],
    title: 'objects of a party that nobody has, and of the platform’s own: refused',
    needs: ['locations RECEIVER'],
    run: async (target) => {
      const receiver = target.registration.receiver('locations');
      const nobody = { country_code: 'NL', party_id: 'ZZ9' };
      const parties = [nobody, ...target.registration.platformParties('CPO').slice(0, 1)];
      for (const party of parties) {
        const location = sampleLocation(party, target.newId(), T[1]);
        const url = joinUrl(receiver.endpoint, party.country_code, party.party_id, location.id);
        expectKeptOut(await target.registration.call('PUT', url, { routing: receiver.routing, body: location }));
        expectKeptOut(await target.registration.call('PUT', url, { body: location }));
      }
    },
  }),
  defineCheck({
    ids: ['TRN-68'],
    title: 'tariffs of another peer’s party: no DELETE',
    needs: ['second peer', 'tariffs RECEIVER'],
    run: async (target) => {
      const receiver = target.registration.receiver('tariffs');
      const tariff = sampleTariff(receiver.party, target.newId(), T[1]);
      expectTaken(await receiver.put(tariff));
      const other = await target.second();
      const { routing } = other.receiver('tariffs');
      expectKeptOut(await other.call('DELETE', receiver.url(tariff.id), { routing }));
      await expectHeld(receiver, [tariff.id], tariff);
    },
  }),
  defineCheck({
    ids: ['TRN-72'],
    title: 'the same id at two parties is two objects; the case of letters in the URL makes none',
    needs: ['locations RECEIVER'],
    run: async (target) => {
      const id = target.newId();
      const receivers = [0, 1].map((index) => target.registration.receiver('locations', 'CPO', index));
      for (const [index, receiver] of receivers.entries()) {
        const location = { ...sampleLocation(receiver.party, id, T[1]), name: `Number ${index}` };
        expectStatus(await receiver.put(location), 201, 1000);
      }
      for (const [index, receiver] of receivers.entries()) {
        const expected = { ...sampleLocation(receiver.party, id, T[1]), name: `Number ${index}` };
        await expectHeld(receiver, [id], expected);
        await expectHeld(receiver, [id.toLowerCase()], expected);
        const { country_code, party_id } = receiver.party;
        const url = joinUrl(receiver.endpoint, country_code.toLowerCase(), party_id.toLowerCase(), id);
        expectStatus(await target.registration.call('GET', url, { routing: receiver.routing }), 200, 1000);
      }
    },
  }),
  defineCheck({
    ids: ['RTE-13'],
    title: 'a party without the role CPO pushes no locations: refused',
    needs: ['locations RECEIVER'],
    run: async (target) => {
      const { registration } = target;
      const receiver = registration.receiver('locations', 'EMSP');
      const location = sampleLocation(receiver.party, target.newId(), T[1]);
      const answer = await registration.call('PUT', receiver.url(location.id), {
        routing: receiver.routing,
        body: location,
      });
      expectKeptOut(answer);
    },
  }),
];

/** Refused in one of the ways that are right: 404, 401, or 200 with 2001. */
function expectKeptOut(answer: Answer): void {
  const refused = (answer.statusCode ?? 0) >= 2000 && (answer.statusCode ?? 0) < 3000;
  expectThat(refused && [200, 401, 403, 404].includes(answer.http), 'HTTP 404, or 200 with 2001', answer.describe());
}
