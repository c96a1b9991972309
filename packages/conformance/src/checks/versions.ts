import { CheckFailure, NotCovered } from '../check/check-failure';
import { defineCheck, type Check } from '../check/define-check';
import {
  expectEnvelope,
  expectEqual,
  expectList,
  expectMethodNotAllowed,
  expectStatus,
  expectSuccess,
  expectThat,
  show,
} from '../check/expect';
import { field, textField } from '../check/field';
import type { Answer } from '../http/answer';
import type { Target } from '../target/target';
import { detailsUrlOf, endpointsOf, VERSION } from '../target/version-details';

const VERSIONS = ['2.0', '2.1', '2.1.1', '2.2', '2.2.1', '2.3.0'];
const MODULES = [
  'cdrs',
  'chargingprofiles',
  'commands',
  'credentials',
  'hubclientinfo',
  'locations',
  'sessions',
  'tariffs',
  'tokens',
];
const ROUTING = ['ocpi-to-party-id', 'ocpi-to-country-code', 'ocpi-from-party-id', 'ocpi-from-country-code'];

/** Rows of the versions module that bind a server. */
export const versionsChecks: readonly Check[] = [
  defineCheck({
    ids: ['VER-01'],
    title: 'GET versions with token C answers 200/1000 and a list of version and url',
    run: async (target) => {
      const listed = expectList(await getVersions(target));
      expectThat(listed.length > 0, 'at least one version', 'an empty list');
      for (const entry of listed)
        expectThat(hasTexts(entry, 'version', 'url'), 'entries of version and url', show(entry));
    },
  }),
  defineCheck({
    ids: ['VER-01'],
    title: 'GET versions and details with token A answers 200/1000',
    needs: ['invite'],
    run: async (target) => {
      const { versions, details } = await target.candidate();
      expectThat(expectList(versions).length > 0, 'at least one version', show(versions.data));
      expectSuccess(details);
    },
  }),
  defineCheck({
    ids: ['VER-02'],
    title: 'versions are of the enum and their URLs absolute',
    run: async (target) => {
      for (const entry of expectList(await getVersions(target))) {
        expectThat(
          VERSIONS.includes(String(field(entry, 'version'))),
          `version: one of ${VERSIONS.join(', ')}`,
          show(entry),
        );
        expectThat(isAbsolute(field(entry, 'url')), 'url: an absolute http(s) URL', show(entry));
      }
    },
  }),
  defineCheck({
    ids: ['VER-03', 'VER-04'],
    title: 'details of every version: its own version, and endpoints of identifier, role and url',
    run: async (target) => {
      for (const entry of expectList(await getVersions(target))) {
        const details = await target.registration.call('GET', textField(entry, 'url') ?? '');
        expectSuccess(details);
        expectEqual(field(details.data, 'version'), field(entry, 'version'), 'version in the details');
        const endpoints = endpointsOf(details);
        expectThat(endpoints.length > 0, 'at least one endpoint', show(details.data));
        const roles: readonly unknown[] = field(entry, 'version') === '2.1.1' ? [undefined] : ['SENDER', 'RECEIVER'];
        for (const endpoint of endpoints) {
          const holds = hasTexts(endpoint, 'identifier') && roles.includes(field(endpoint, 'role'));
          expectThat(holds && isAbsolute(field(endpoint, 'url')), 'identifier, role and absolute url', show(endpoint));
        }
      }
    },
  }),
  defineCheck({
    ids: ['VER-05', 'VER-06'],
    title: 'the credentials endpoint is listed, once, as SENDER',
    run: (target) => {
      const listed = endpointsOf(target.registration.details).filter(
        (each) => field(each, 'identifier') === 'credentials',
      );
      expectEqual(
        listed.map((each) => field(each, 'role')),
        ['SENDER'],
        'roles of the credentials endpoints',
      );
      return Promise.resolve();
    },
  }),
  defineCheck({
    ids: ['VER-08'],
    title: 'locations: SENDER is the one that lists, RECEIVER the one that takes pushes',
    needs: ['locations SENDER', 'locations RECEIVER'],
    run: async (target) => {
      const { registration } = target;
      expectList(await registration.sender('locations').list({ limit: 1 }));
      const receiver = registration.receiver('locations');
      const listedThere = await registration.call('GET', receiver.endpoint, { routing: receiver.routing });
      expectThat(!Array.isArray(listedThere.data), 'no list on the RECEIVER interface', listedThere.describe());
    },
  }),
  defineCheck({
    ids: ['VER-09'],
    title: 'a module that is listed as SENDER and RECEIVER has two URLs',
    run: (target) => {
      const urls = endpointsOf(target.registration.details).map((each) => textField(each, 'url')?.replace(/\/+$/, ''));
      expectEqual(new Set(urls).size, urls.length, 'distinct endpoint URLs');
      return Promise.resolve();
    },
  }),
  defineCheck({
    ids: ['VER-13'],
    title: 'a peer that agreed to none sees no custom modules',
    run: (target) => {
      const identifiers = endpointsOf(target.registration.details).map((each) => String(field(each, 'identifier')));
      const custom = identifiers.filter((identifier) => !MODULES.includes(identifier));
      expectEqual(custom, [], 'custom modules in the details');
      return Promise.resolve();
    },
  }),
  defineCheck({
    ids: ['VER-14', 'RTE-02'],
    title: 'answers of versions, details and credentials carry no routing headers, and need none',
    run: async (target) => {
      const { registration } = target;
      const urls = [
        registration.invitation.versionsUrl,
        detailsUrlOf(registration.versions),
        registration.credentialsUrl,
      ];
      for (const url of urls) {
        const answer = await registration.call('GET', url);
        expectSuccess(answer);
        const present = ROUTING.filter((name) => answer.header(name) !== undefined);
        expectThat(present.length === 0, 'no routing headers', `${present.join(', ')} in ${answer.describe()}`);
      }
    },
  }),
  defineCheck({
    ids: ['VER-16'],
    title: 'the version stands in every endpoint URL',
    run: (target) => {
      for (const endpoint of endpointsOf(target.registration.details)) {
        const url = textField(endpoint, 'url') ?? '';
        expectThat(url.includes(VERSION), `${VERSION} in the URL`, url);
      }
      return Promise.resolve();
    },
  }),
  defineCheck({
    ids: ['VER-18'],
    title: 'POST, PUT, PATCH and DELETE on versions and details answer 405',
    run: async (target) => {
      const { registration } = target;
      for (const url of [registration.invitation.versionsUrl, detailsUrlOf(registration.versions)]) {
        for (const method of ['POST', 'PUT', 'PATCH'] as const) {
          expectMethodNotAllowed(await registration.call(method, url, { body: {} }));
        }
        expectMethodNotAllowed(await registration.call('DELETE', url));
      }
    },
  }),
  defineCheck({
    ids: ['VER-19'],
    title: 'GET versions many times changes nothing: same answer, and token A still registers',
    needs: ['invite'],
    run: async (target) => {
      const candidate = await target.candidate();
      for (let count = 0; count < 5; count += 1) {
        const again = await candidate.client.call('GET', candidate.invitation.versionsUrl);
        expectEqual(expectList(again), expectList(candidate.versions), 'the same versions as before');
      }
      target.keep(await candidate.register());
    },
  }),
  defineCheck({
    ids: ['VER-20'],
    title: 'details of a version that is not spoken: 404 with 3002',
    run: async (target) => {
      const url = detailsUrlOf(target.registration.versions);
      const at = url.lastIndexOf(VERSION);
      if (at < 0) throw new NotCovered(`the URL of the details does not name the version: ${url}`);
      const unknown = await target.registration.call(
        'GET',
        `${url.slice(0, at)}2.9.9${url.slice(at + VERSION.length)}`,
      );
      expectStatus(unknown, 404, 3002);
      expectEnvelope(unknown);
    },
  }),
];

function getVersions({ registration }: Target): Promise<Answer> {
  return registration.call('GET', registration.invitation.versionsUrl);
}

function hasTexts(value: unknown, ...names: readonly string[]): boolean {
  return names.every((name) => (textField(value, name) ?? '') !== '');
}

function isAbsolute(url: unknown): boolean {
  if (typeof url !== 'string') throw new CheckFailure('a url', show(url));
  return /^https?:\/\/[^/]/i.test(url) && URL.canParse(url);
}
