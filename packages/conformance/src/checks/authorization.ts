import { defineCheck, type Check } from '../check/define-check';
import { expectList, expectStatus, expectSuccess, expectThat, expectUnauthorised } from '../check/expect';
import type { CallOptions, Method } from '../http/platform-client';
import { sampleLocation } from '../samples/sample-location';
import type { Registration } from '../target/registration';
import { endpointUrl } from '../target/version-details';
import { T } from './pushed-location';

/** Rows about the Authorization header. */
export const authorizationChecks: readonly Check[] = [
  defineCheck({
    ids: ['TRN-01', 'STS-15'],
    title: 'no Authorization header: 401 with an envelope, everywhere',
    run: ({ registration }) => refusedEverywhere(registration, { authorization: null }),
  }),
  defineCheck({
    ids: ['TRN-02', 'STS-15'],
    title: 'an unknown token: 401 with an envelope, everywhere',
    run: (target) => refusedEverywhere(target.registration, { token: target.random(40) }),
  }),
  defineCheck({
    ids: ['TRN-02'],
    title: 'a header that is no token at all: 401',
    run: async ({ registration }) => {
      const encoded = Buffer.from(registration.client.token).toString('base64');
      for (const authorization of [
        'Token',
        'Token  ',
        `Bearer ${encoded}`,
        `Basic ${encoded}`,
        encoded,
        'Token %%%',
        'Token a b',
      ]) {
        expectUnauthorised(await registration.call('GET', registration.credentialsUrl, { authorization }));
      }
    },
  }),
  defineCheck({
    ids: ['TRN-04'],
    title: 'the token counts with the case of its letters, and decoded once',
    run: async ({ registration }) => {
      const { token } = registration.client;
      expectSuccess(await registration.call('GET', registration.credentialsUrl));
      const other = token === token.toUpperCase() ? token.toLowerCase() : token.toUpperCase();
      if (other !== token)
        expectUnauthorised(await registration.call('GET', registration.credentialsUrl, { token: other }));
      const twice = Buffer.from(token).toString('base64');
      expectUnauthorised(await registration.call('GET', registration.credentialsUrl, { token: twice }));
    },
  }),
  defineCheck({
    ids: ['TRN-05'],
    title: 'a line end behind the encoded token is tolerated',
    run: async ({ registration }) => {
      for (const end of ['\n', '\r\n']) {
        const token = registration.client.token + end;
        expectSuccess(await registration.call('GET', registration.credentialsUrl, { token }));
      }
    },
  }),
  defineCheck({
    ids: ['TRN-06'],
    title: 'a token that is not encoded is tolerated or refused with 401',
    run: async ({ registration }) => {
      const authorization = `Token ${registration.client.token}`;
      const answer = await registration.call('GET', registration.credentialsUrl, { authorization });
      if (answer.statusCode === 1000) expectSuccess(answer);
      else expectUnauthorised(answer);
    },
  }),
  defineCheck({
    ids: ['TRN-08'],
    title: 'the scheme in any case of letters, blanks around the token',
    run: async ({ registration }) => {
      const encoded = Buffer.from(registration.client.token).toString('base64');
      for (const authorization of [`token ${encoded}`, `TOKEN ${encoded}`, `Token   ${encoded}`, `Token ${encoded} `]) {
        expectSuccess(await registration.call('GET', registration.credentialsUrl, { authorization }));
      }
    },
  }),
  defineCheck({
    ids: ['TRN-09'],
    title: 'token A opens no functional module: 401',
    needs: ['invite'],
    run: async (target) => {
      const candidate = await target.candidate();
      for (const [method, url, options] of moduleRequests(target.registration)) {
        expectUnauthorised(await candidate.client.call(method, url, options));
      }
      target.keep(await candidate.register());
    },
  }),
  defineCheck({
    ids: ['TRN-10'],
    title: 'who calls follows from the token: a body or headers that name another party give nothing',
    needs: ['second peer', 'locations RECEIVER'],
    run: async (target) => {
      const other = await target.second();
      const victim = target.registration.receiver('locations');
      const location = sampleLocation(victim.party, target.newId(), T[1]);
      const answer = await other.call('PUT', victim.url(location.id), { body: location, routing: victim.routing });
      expectThat(answer.statusCode !== undefined && answer.statusCode >= 2000, 'a refusal', answer.describe());
      expectStatus(await victim.get(location.id), 404, [2000, 2001, 2003]);
    },
  }),
  defineCheck({
    ids: ['TRN-51'],
    title: 'header names in any case of letters',
    needs: ['locations SENDER'],
    run: async ({ registration }) => {
      const authorization = `Token ${Buffer.from(registration.client.token).toString('base64')}`;
      const { country_code, party_id } = registration.party('EMSP');
      for (const fold of [(text: string) => text.toUpperCase(), (text: string) => text.toLowerCase()]) {
        const named = {
          Authorization: authorization,
          'OCPI-from-country-code': country_code,
          'OCPI-from-party-id': party_id,
        };
        const headers = Object.fromEntries(Object.entries(named).map(([name, value]) => [fold(name), value]));
        const { endpoint } = registration.sender('locations');
        const answer = await registration.call('GET', endpoint, { authorization: null, headers });
        expectList(answer);
        const to = [answer.header('ocpi-to-country-code'), answer.header('ocpi-to-party-id')].join('*').toUpperCase();
        expectThat(to === `${country_code}*${party_id}`.toUpperCase(), 'the FROM of the request as TO', to);
      }
    },
  }),
];

async function refusedEverywhere(registration: Registration, options: CallOptions): Promise<void> {
  const plain = [registration.invitation.versionsUrl, registration.credentialsUrl];
  for (const url of plain) expectUnauthorised(await registration.call('GET', url, options));
  for (const [method, url, more] of moduleRequests(registration)) {
    expectUnauthorised(await registration.call(method, url, { ...more, ...options }));
  }
}

/** A request to each functional interface that the platform lists. */
function moduleRequests(registration: Registration): [Method, string, CallOptions][] {
  const { details } = registration;
  const senders = ['locations', 'tariffs', 'sessions', 'cdrs', 'tokens'].map((module) =>
    endpointUrl(details, module, 'SENDER'),
  );
  const lists = senders.flatMap((url): [Method, string, CallOptions][] =>
    url === undefined ? [] : [['GET', url, {}]],
  );
  if (!registration.has('locations', 'RECEIVER')) return lists;
  const receiver = registration.receiver('locations');
  const location = sampleLocation(receiver.party, 'CF-NOBODY', T[0]);
  return [...lists, ['PUT', receiver.url(location.id), { body: location, routing: receiver.routing }]];
}
