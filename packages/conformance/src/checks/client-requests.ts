import { Header, tokenCandidates } from '@roamgrid/ocpi';
import { defineCheck, type Check } from '../check/define-check';
import { expectEqual, expectThat, show } from '../check/expect';
import { headerOf, type RecordedRequest } from '../peer/recorded-request';

/** Rows about every request of the platform: those of the registration, and whatever else it has sent to the first peer. */
export const clientRequestChecks: readonly Check[] = [
  requests(['TRN-45', 'TRN-46', 'TRN-50'], 'an X-Request-ID of its own, and an X-Correlation-ID', (sent) => {
    const ids = sent.map((request) => headerOf(request, Header.RequestId) ?? '');
    expectEqual(new Set(ids).size, sent.length, 'different X-Request-IDs');
    for (const request of sent) {
      const present = [Header.RequestId, Header.CorrelationId].every((name) => (headerOf(request, name) ?? '') !== '');
      expectThat(present, 'both ids', `${nameOf(request)} without one`);
    }
  }),
  requests(['TRN-48'], 'X-Request-ID and X-Correlation-ID are UUIDs', (sent) => {
    for (const request of sent) {
      for (const name of [Header.RequestId, Header.CorrelationId]) {
        const value = headerOf(request, name) ?? '';
        expectThat(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value), `a UUID as ${name}`, show(value));
      }
    }
  }),
  requests(['TRN-13'], 'one with a body is application/json', (sent) => {
    const type = (request: RecordedRequest): string => headerOf(request, 'content-type') ?? 'none';
    const odd = sent.filter((request) => request.text !== '' && !/^application\/json\b/i.test(type(request)));
    expectEqual(odd.map(nameOf), [], 'requests with another Content-Type');
  }),
  requests(['TRN-03'], 'Token, one blank, and a padded Base64 of the standard alphabet', (sent) => {
    for (const request of sent) {
      const [, encoded = ''] = /^Token (\S+)$/.exec(headerOf(request, 'authorization') ?? '') ?? [];
      const [token = ''] = tokenCandidates(`Token ${encoded}`);
      const right = encoded !== '' && Buffer.from(token, 'utf8').toString('base64') === encoded;
      expectThat(right, 'Token and Base64', `another form in ${nameOf(request)}`);
    }
  }),
  requests(['VER-14', 'CRD-39', 'RTE-02'], 'no routing headers on versions and credentials', (sent) => {
    const plain = sent.filter(({ path }) => !path.includes('er/'));
    expectThat(plain.length > 0, 'requests for versions', 'none');
    for (const request of plain) {
      const names = Object.keys(request.headers).filter((name) => /^ocpi-(to|from)-/.test(name));
      expectEqual(names, [], `routing headers in ${nameOf(request)}:`);
    }
  }),
];

function requests(ids: readonly string[], title: string, judge: (sent: readonly RecordedRequest[]) => void): Check {
  return defineCheck({
    ids,
    title: `every request of the platform: ${title}`,
    run: ({ registration }) => {
      const sent = registration.peer.requests;
      expectThat(sent.length > 0, 'requests of the platform, during its registration at the least', 'none');
      judge(sent);
      return Promise.resolve();
    },
  });
}

function nameOf({ method, path }: RecordedRequest): string {
  return `${method} ${path}`;
}
