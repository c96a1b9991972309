import { randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { request } from 'undici';
import { authorizationHeader, Header, joinUrl } from '@roamgrid/ocpi';
import { defineCheck, type Check } from '../check/define-check';
import {
  expectEnvelope,
  expectEqual,
  expectList,
  expectNotFound,
  expectSuccess,
  expectTaken,
  expectThat,
  show,
} from '../check/expect';
import { field, isJsonObject } from '../check/field';
import type { Answer } from '../http/answer';
import type { CallOptions } from '../http/platform-client';
import { sampleLocation } from '../samples/sample-location';
import type { Target } from '../target/target';
import { detailsUrlOf } from '../target/version-details';
import { expectEcho, messageIds } from './message-ids';
import { pushLocation, T } from './pushed-location';

/** Rows about what every answer is made of. */
export const envelopeChecks: readonly Check[] = [
  defineCheck({
    ids: ['TRN-16', 'TRN-29', 'STS-01', 'STS-13', 'STS-15'],
    title: 'every answer, good or bad, is an envelope of application/json, and none shows a stack',
    run: async (target) => {
      for (const answer of await allKinds(target, {})) {
        expectEnvelope(answer);
        expectThat(!/\n\s*at |node_modules|\.[jt]s:\d/.test(answer.text), 'no stack', answer.text.slice(0, 300));
        const code = answer.statusCode ?? 0;
        expectThat(code % 1000 < 900, 'no status_code of a custom range', answer.describe());
        expectThat(
          code < 2000 === answer.http < 300 || answer.http === 200,
          'HTTP and OCPI status that agree',
          answer.describe(),
        );
      }
    },
  }),
  defineCheck({
    ids: ['TRN-47', 'TRN-45', 'TRN-46'],
    title: 'every answer, good or bad, repeats X-Request-ID and X-Correlation-ID',
    run: async (target) => {
      const headers = messageIds();
      for (const answer of await allKinds(target, { headers })) expectEcho(answer, headers);
    },
  }),
  defineCheck({
    ids: ['TRN-48', 'TRN-47'],
    title: 'ids that are no UUIDs are repeated as they are',
    run: async ({ registration }) => {
      const headers = { [Header.RequestId]: '1234', [Header.CorrelationId]: 'Conformance/1=ü'.replace('ü', 'u') };
      expectEcho(await registration.call('GET', registration.credentialsUrl, { headers }), headers);
    },
  }),
  defineCheck({
    ids: ['TRN-49'],
    title: 'a request without ids is served, and the answer has some',
    run: async ({ registration }) => {
      const headers = { [Header.RequestId]: undefined, [Header.CorrelationId]: undefined };
      const answer = await registration.call('GET', registration.credentialsUrl, { headers });
      expectSuccess(answer);
      for (const name of Object.keys(headers)) {
        expectThat((answer.header(name) ?? '') !== '', `${name} of the server’s own`, show(answer.header(name)));
      }
    },
  }),
  defineCheck({
    ids: ['TRN-17'],
    title: 'a list is an array in data, a single object an object',
    needs: ['locations SENDER', 'locations RECEIVER'],
    run: async (target) => {
      expectList(await target.registration.sender('locations').list({ limit: 1 }));
      const { receiver, id } = await pushLocation(target);
      const single = await receiver.get(id);
      expectThat(isJsonObject(expectSuccess(single)), 'an object in data', single.describe());
    },
  }),
  defineCheck({
    ids: ['TRN-19'],
    title: 'PUT and PATCH answer without data',
    needs: ['locations RECEIVER'],
    run: async (target) => {
      const receiver = target.registration.receiver('locations');
      const location = sampleLocation(receiver.party, target.newId(), T[1]);
      const created = await receiver.put(location);
      const replaced = await receiver.put({ ...location, last_updated: T[2] });
      const patched = await receiver.patch([location.id], { name: 'Patched', last_updated: T[3] });
      for (const answer of [created, replaced, patched]) {
        expectTaken(answer);
        expectThat((answer.data ?? null) === null, 'no data', `${answer.describe()}, data ${show(answer.data)}`);
      }
    },
  }),
  defineCheck({
    ids: ['TRN-24', 'STS-15'],
    title: 'a path below an endpoint that leads nowhere: 404 with an envelope',
    run: async ({ registration }) => {
      const url = joinUrl(registration.credentialsUrl, 'no', 'such', 'thing');
      expectNotFound(await registration.call('GET', url));
    },
  }),
  defineCheck({
    ids: ['TRN-54'],
    title: 'a slash at the end of a URL makes no difference, and no redirect',
    needs: ['locations SENDER'],
    run: async (target) => {
      const { registration } = target;
      const sender = registration.sender('locations');
      for (const url of [registration.invitation.versionsUrl, registration.credentialsUrl, sender.endpoint]) {
        const [bare, slash] = [url.replace(/\/+$/, ''), `${url.replace(/\/+$/, '')}/`];
        const routing = url === sender.endpoint ? sender.routing() : undefined;
        const first = expectSuccess(await registration.call('GET', bare, { routing }));
        expectEqual(expectSuccess(await registration.call('GET', slash, { routing })), first, `data of ${slash}:`);
      }
      const query = await registration.call('GET', `${sender.endpoint.replace(/\/+$/, '')}/?limit=1`, {
        routing: sender.routing(),
      });
      expectList(query);
    },
  }),
  defineCheck({
    ids: ['TRN-64'],
    title: 'an answer is compressed only for who accepts it',
    needs: ['locations SENDER'],
    run: async (target) => {
      await target.objects('locations', 3);
      const sender = target.registration.sender('locations');
      const plain = await sender.list();
      expectThat(
        plain.header('content-encoding') === undefined,
        'no content-encoding',
        show(plain.header('content-encoding')),
      );
      const headers = {
        authorization: authorizationHeader(target.registration.client.token),
        'accept-encoding': 'gzip',
      };
      const zipped = await request(sender.endpoint, { headers });
      const bytes = Buffer.from(await zipped.body.arrayBuffer());
      const text = zipped.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes).toString() : bytes.toString();
      expectEqual(field(JSON.parse(text), 'data'), plain.data, 'data');
    },
  }),
];

/** Answers of as many kinds as there are: successes, 401, 404, 405, semantic and syntactic errors. */
async function allKinds({ registration }: Target, options: CallOptions): Promise<Answer[]> {
  const { versionsUrl } = registration.invitation;
  const call = registration.call.bind(registration);
  const answers = [
    await call('GET', versionsUrl, options),
    await call('GET', detailsUrlOf(registration.versions), options),
    await call('GET', registration.credentialsUrl, options),
    await call('POST', registration.credentialsUrl, { ...options, body: {} }),
    await call('DELETE', versionsUrl, options),
    await call('GET', versionsUrl, { ...options, authorization: null }),
    await call('GET', registration.credentialsUrl, { ...options, token: randomUUID() }),
    await call('GET', joinUrl(versionsUrl, 'nothing', 'here'), options),
  ];
  if (registration.has('locations', 'SENDER')) {
    const sender = registration.sender('locations');
    answers.push(await sender.list({ limit: 1 }, options), await sender.list({ offset: 'x' }, options));
  }
  if (!registration.has('locations', 'RECEIVER')) return answers;
  const receiver = registration.receiver('locations');
  const unknown = `CF-${randomUUID().slice(0, 12)}`;
  const location = sampleLocation(receiver.party, unknown, T[0]);
  answers.push(
    await receiver.call('GET', [unknown], options),
    await receiver.call('PUT', [unknown], { ...options, body: {} }),
    await receiver.call('PUT', [unknown], { ...options, body: '{' }),
    await receiver.call('POST', [unknown], { ...options, body: {} }),
    await receiver.call('PUT', [unknown], { ...options, body: location }),
    await receiver.call('PATCH', [unknown], { ...options, body: { name: 'x' } }),
  );
  return answers;
}
