import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { NotCovered } from '../check/check-failure';
import { defineCheck, type Check } from '../check/define-check';
import { expectEqual, expectThat } from '../check/expect';
import { textField } from '../check/field';
import { selfSignedCertificate } from '../peer/self-signed-certificate';
import type { Registration } from '../target/registration';
import { detailsUrlOf, endpointsOf } from '../target/version-details';

const ADDRESS = '127.0.0.1';

/** Rows about TLS, of the platform as a server and as a client. */
export const certificateChecks: readonly Check[] = [
  defineCheck({
    ids: ['TRN-11'],
    title: 'all endpoints are reached over TLS, without a certificate of the client, and no URL leads around it',
    run: async (target) => {
      if (target.registration.invitation.versionsUrl.startsWith('https:')) return expectTls(target.registration);
      if (!target.hooks.withRoles) throw new NotCovered('the platform is reached over plain HTTP here');
      await expectTls(await (await target.special()).register());
    },
  }),
  defineCheck({
    ids: ['TRN-12'],
    title: 'a peer whose certificate nobody vouches for: no registration, and not one request',
    needs: ['connect'],
    run: async (target) => {
      const asked: string[] = [];
      const server = createServer(selfSignedCertificate(ADDRESS, target.now()), ({ url = '' }, response) => {
        asked.push(url);
        response.writeHead(500).end();
      });
      let attempts = 0;
      server.on('connection', () => (attempts += 1));
      server.listen(0, ADDRESS);
      await once(server, 'listening');
      try {
        const versionsUrl = `https://${ADDRESS}:${(server.address() as AddressInfo).port}/versions`;
        const connected = await target.hooks.connect?.('self-signed', { versionsUrl, token: target.random(40) }).then(
          () => true,
          () => false,
        );
        expectThat(connected === false, 'a failure', 'a registration');
        expectEqual(asked, [], 'requests at the peer:');
        expectThat(attempts > 0, 'an attempt to connect', 'none');
      } finally {
        await close(server);
      }
    },
  }),
];

async function expectTls(registration: Registration): Promise<void> {
  const endpoints = endpointsOf(registration.details).map((each) => textField(each, 'url') ?? '');
  const urls = [registration.invitation.versionsUrl, ...endpoints, detailsUrlOf(registration.versions), textField(registration.answer.data, 'url') ?? ''];
  expectEqual(urls.filter((url) => !url.startsWith('https:')), [], 'URLs without TLS:');
  for (const url of urls) await registration.call('GET', url);
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
