import { setTimeout as pause } from 'node:timers/promises';
import { defineCheck, type Check } from '../check/define-check';
import { expectEnvelope, expectEqual, expectRefused, expectStatus, expectSuccess, expectTaken, expectThat, show } from '../check/expect';
import { eventually } from '../check/eventually';
import { field, textField } from '../check/field';
import { patienceMillis } from '../check/patience';
import type { RecordedRequest } from '../peer/recorded-request';
import { sampleLocation } from '../samples/sample-location';
import type { Target } from '../target/target';
import { detailsUrlOf, VERSION } from '../target/version-details';
import { expectHeld, T } from './pushed-location';
import { pushOf } from './roles';
import { moments, seedLocation } from './seeded-location';

/** Anything that data may be where it does not count. */
const ODD_DATA: readonly unknown[] = [undefined, null, 'text', 17, [], ['x'], { deep: { er: [] } }];

/** Rows that leave something open: what the other side makes of it has to be tolerated. */
export const permissionChecks: readonly Check[] = [
  defineCheck({
    ids: ['TRN-18'],
    title: 'the platform pushes: data of a failure may be anything, and the push is tried again',
    needs: ['seed', 'locations SENDER'],
    run: async (target) => {
      const { peer } = target.registration;
      for (const data of ['text', 17, ['x'], { deep: { er: [] } }]) {
        let failures = 1;
        const isPush = ({ path }: RecordedRequest): boolean => path.includes('/receiver/locations/');
        peer.script = (request) => (isPush(request) && failures-- > 0 ? { status: 3000, data } : undefined);
        const { id, party } = await seedLocation(target);
        await eventually(`the Location to be pushed again after a failure with data ${show(data)}`, () =>
          Promise.resolve(peer.modules.held('locations', party.country_code, party.party_id, id) !== undefined),
        );
      }
      peer.script = () => undefined;
    },
  }),
  defineCheck({
    ids: ['TRN-20'],
    title: 'the platform pushes: success counts, whatever its data; nothing is sent again',
    needs: ['seed', 'locations SENDER'],
    run: async (target) => {
      const { peer } = target.registration;
      const answers = new Map<string, unknown>();
      const idOf = ({ path }: RecordedRequest): string => decodeURIComponent(path.split('/').at(-1) ?? '');
      peer.script = (request) => (answers.has(idOf(request)) ? { data: answers.get(idOf(request)) } : undefined);
      const from = peer.requests.length;
      for (const data of ODD_DATA) {
        const id = target.newId();
        answers.set(id, data);
        await target.seed('locations', [sampleLocation(target.platformCpo(), id, moments(target)(0))]);
        await pushOf(target.registration, id, from);
      }
      await afterRetries(target, (request) => (answers.has(idOf(request)) ? { data: answers.get(idOf(request)) } : undefined));
      const counts = [...answers.keys()].map((id) => peer.requests.slice(from).filter((request) => idOf(request) === id).length);
      expectEqual(counts, ODD_DATA.map(() => 1), `pushes by data of the answer (${show(ODD_DATA)}):`);
    },
  }),
  defineCheck({
    ids: ['TRN-65'],
    title: '#NA stands for a text that nobody knows: taken, but not as a date or a country, and never made up',
    needs: ['locations RECEIVER'],
    run: async (target) => {
      const receiver = target.registration.receiver('locations');
      const location = { ...sampleLocation(receiver.party, target.newId(), T[1]), city: '#NA', address: '#NA' };
      expectTaken(await receiver.put(location));
      await expectHeld(receiver, [location.id], location);
      for (const change of [{ last_updated: '#NA' }, { country: '#NA', coordinates: '#NA' }, { publish: '#NA' }]) {
        expectRefused(await receiver.put({ ...location, ...change }), show(change));
      }
      if (!target.registration.has('locations', 'SENDER')) return;
      const { objects } = await target.registration.sender('locations').crawl();
      const made = objects.filter((object) => ['city', 'address'].some((name) => field(object, name) === '#NA'));
      expectEqual(made.map((object) => textField(object, 'id')), [], 'own Locations with #NA:');
    },
  }),
  defineCheck({
    ids: ['TYP-10'],
    title: 'line ends and tabs in a text: own ones are not sent, those of peers are kept or refused',
    needs: ['write', 'locations SENDER', 'locations RECEIVER'],
    run: async (target) => {
      for (const text of ['two\nlines', 'two\r\nlines', 'a\ttab', 'a\u0000zero', 'a\u0085next line']) {
        const id = target.newId();
        const location = { ...sampleLocation(target.platformCpo(), id, moments(target)(0)), name: text };
        const [written] = (await target.hooks.write?.('locations', [location])) ?? [];
        if (written?.taken) {
          const { json } = await pushOf(target.registration, id, 0);
          expectThat(!hasControls(field(json, 'name')), 'no control characters in what is pushed', show(field(json, 'name')));
        }
        const receiver = target.registration.receiver('locations');
        const received = { ...sampleLocation(receiver.party, target.newId(), T[1]), name: text };
        const answer = await receiver.put(received);
        if (answer.statusCode === 1000) await expectHeld(receiver, [received.id], received);
        else expectRefused(answer, 'or success');
      }
    },
  }),
  defineCheck({
    ids: ['VER-10'],
    title: 'a party may come over two connections, one a role: both work, or the second is refused as OCPI says',
    needs: ['invite', 'locations SENDER', 'locations RECEIVER'],
    run: async (target) => {
      const cpo = target.newRole('CPO');
      const emsp = target.newRole('EMSP', cpo);
      const first = await target.register({ roles: [cpo] });
      const candidate = await target.candidate({ roles: [emsp] });
      const answer = await candidate.post();
      const refused = (answer.statusCode ?? 0) >= 2000;
      expectThat(refused || answer.statusCode === 1000, 'success, or an OCPI status of failure', answer.describe());
      const receiver = first.receiver('locations');
      expectTaken(await receiver.put(sampleLocation(receiver.party, target.newId(), T[1])));
      if (refused) return;
      const token = textField(answer.data, 'token') ?? '';
      const url = target.registration.sender('locations').endpoint;
      expectSuccess(await first.call('GET', url, { token, routing: { from: emsp } }));
      expectStatus(await first.call('DELETE', candidate.credentialsUrl, { token }), 200, 1000);
    },
  }),
  defineCheck({
    ids: ['VER-17'],
    title: 'an object under the URL of another version: there or not, answered in the way of OCPI',
    needs: ['locations SENDER'],
    run: async (target) => {
      const [location] = await target.objects('locations', 1);
      const sender = target.registration.sender('locations');
      for (const version of ['2.1.1', '2.2', '2.3.0', '3.0']) {
        const url = `${sender.endpoint.replaceAll(VERSION, version).replace(/\/$/, '')}/${encodeURIComponent(location?.id ?? '')}`;
        const answer = await target.registration.call('GET', url, { routing: sender.routing(location?.owner) });
        expectThat([200, 404].includes(answer.http), `HTTP 200 or 404 for ${version}`, answer.describe());
        expectEnvelope(answer);
      }
    },
  }),
  defineCheck({
    ids: ['CRD-43'],
    title: 'no token of a connection is told to operators, and one letter of it that differs opens nothing',
    needs: ['report'],
    run: async (target) => {
      const { registration } = target;
      const told = (await target.hooks.report?.()) ?? '';
      const tokens = { B: registration.tokens.b, C: registration.client.token };
      for (const [name, token] of Object.entries(tokens)) {
        const forms = [token, Buffer.from(token).toString('base64'), encodeURIComponent(token)];
        expectThat(!forms.some((form) => told.includes(form)), `no token ${name} in what operators are told`, 'the token');
      }
      const { token } = registration.client;
      for (const wrong of [token.slice(0, -1), `${token}x`, `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`]) {
        expectStatus(await registration.call('GET', registration.credentialsUrl, { token: wrong }), 401, [2000, 2001, 2002]);
      }
      expectSuccess(await registration.call('GET', detailsUrlOf(registration.versions)));
    },
  }),
  defineCheck({
    ids: ['TRN-62'],
    title: 'a peer that never answers: the registration ends with 3001 in good time, asked for once, and a later one works',
    needs: ['invite'],
    run: async (target) => {
      const candidate = await target.candidate();
      const { peer } = candidate;
      const silence = new AbortController();
      const isCall = ({ path }: RecordedRequest): boolean => path === '/versions';
      peer.script = (request) =>
        isCall(request) && !silence.signal.aborted
          ? new Promise((resolve) => silence.signal.addEventListener('abort', () => resolve({ hangUp: true })))
          : undefined;
      const posted = candidate.post();
      const limit = 2 * patienceMillis();
      const answer = await Promise.race([posted, pause(limit, undefined, { ref: false })]);
      silence.abort();
      expectThat(answer !== undefined, `an answer within ${limit} ms`, 'none');
      expectStatus(answer, 200, [3000, 3001]);
      expectEqual(peer.requests.filter(isCall).length, 1, 'requests for the versions that were never answered:');
      peer.script = () => undefined;
      target.keep(await candidate.register());
    },
  }),
  defineCheck({
    ids: ['TRN-67'],
    title: 'no token of a connection stands in the logs, whatever was asked with it',
    needs: ['logs', 'locations RECEIVER'],
    run: async (target) => {
      const { registration } = target;
      const receiver = registration.receiver('locations');
      await receiver.putAt([target.newId()], '{');
      await registration.call('GET', `${registration.credentialsUrl}/nothing`);
      const logs = (await target.hooks.logs?.()) ?? '';
      expectThat(logs !== '', 'logs', 'none');
      const tokens = { A: registration.tokens.a, B: registration.tokens.b, C: registration.client.token };
      for (const [name, token] of Object.entries(tokens)) {
        const forms = [token, Buffer.from(token).toString('base64'), Buffer.from(token).toString('base64url')];
        expectThat(!forms.some((form) => logs.includes(form)), `no token ${name} in the logs`, 'the token');
      }
    },
  }),
  defineCheck({
    ids: ['STS-07'],
    title: 'a part of the platform that is broken: an envelope with 3000, no details of it, and all is well afterwards',
    needs: ['breakDown', 'tariffs SENDER'],
    run: async (target) => {
      const sender = target.registration.sender('tariffs');
      const mend = (await target.hooks.breakDown?.('tariffs')) ?? (() => Promise.resolve());
      try {
        const answer = await sender.list({ limit: 3 });
        expectStatus(answer, [200, 500, 502, 503, 504], 3000);
        expectEnvelope(answer);
        expectThat(!/\bat .*:\d+:\d+|node_modules/.test(answer.text), 'no stack', answer.text.slice(0, 200));
      } finally {
        await mend();
      }
      await eventually('the list to be answered again', async (note) => {
        const answer = await sender.list({ limit: 3 });
        note(answer.describe());
        return answer.statusCode === 1000;
      });
    },
  }),
];

/** Waits until a push that was refused once has come again: what was to be repeated before it has been, too. */
async function afterRetries(target: Target, otherwise: (request: RecordedRequest) => { readonly data: unknown } | undefined): Promise<void> {
  const { peer } = target.registration;
  const id = target.newId();
  let refusals = 1;
  peer.script = (request) => (request.path.includes(id) && refusals-- > 0 ? { http: 503, status: 3000 } : otherwise(request));
  const from = peer.requests.length;
  await target.seed('locations', [sampleLocation(target.platformCpo(), id, moments(target)(0))]);
  await peer.waitFor('the push that was refused, again', ({ path, replied }) => path.includes(id) && replied !== 503, { from });
  peer.script = () => undefined;
}

function hasControls(text: unknown): boolean {
  return [...String(text)].some((character) => character < ' ' || (character >= '\u007f' && character <= '\u009f'));
}
