import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { authorizationHeader } from '@roamgrid/ocpi';
import { freePort, type Platform, RoamingApiClient } from '@roamgrid/testkit';

/** The party of the peer; it owns what the peer writes. */
export const PEER_PARTY = { country_code: 'NL', party_id: 'BNP' } as const;

const VERSION = '2.2.1';
const TOKEN = 'bench-peer-token';

/** A registered peer: what its calls to the platform need. */
export interface BenchPeer {
  /** Value of its Authorization header. */
  readonly authorization: string;
  stop(): Promise<void>;
}

/**
 * Registers with the platform as a CPO that offers an empty list of tariffs, and as an eMSP, which may list, but has no
 * receiver: a peer to which nothing is pushed and from which nothing is pulled, so that the platform has nothing to do but what is measured.
 */
export async function registerPeer(platform: Platform): Promise<BenchPeer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = peerServer(url).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const roles = ['CPO', 'EMSP'].map((role) => ({ ...PEER_PARTY, role }));
  const token = await registerAt(platform, `${url}/versions`, roles);
  return {
    authorization: authorizationHeader(token),
    stop: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

/** Registers whoever serves these versions, in those roles; gives the token by which it may call the platform. */
export async function registerAt(
  platform: Platform,
  versionsUrl: string,
  roles: readonly { readonly country_code: string; readonly party_id: string; readonly role: string }[],
): Promise<string> {
  const invitation = await new RoamingApiClient(platform).invite('Benchmark peer');
  const response = await fetch(`${platform.gatewayUrl}/ocpi/${VERSION}/credentials`, {
    method: 'POST',
    headers: { authorization: authorizationHeader(invitation.token), 'content-type': 'application/json' },
    body: JSON.stringify({
      token: TOKEN,
      url: versionsUrl,
      roles: roles.map((role) => ({ ...role, business_details: { name: 'Benchmark peer' } })),
    }),
  });
  const answer = (await response.json()) as { data?: { token: string }; status_message?: string };
  if (!answer.data) throw new Error(`the peer could not register: ${response.status} ${answer.status_message ?? ''}`);
  return answer.data.token;
}

function peerServer(url: string): Server {
  const documents: Readonly<Record<string, unknown>> = {
    '/versions': [{ version: VERSION, url: `${url}/${VERSION}` }],
    [`/${VERSION}`]: {
      version: VERSION,
      endpoints: [
        { identifier: 'credentials', role: 'SENDER', url: `${url}/credentials` },
        { identifier: 'tariffs', role: 'SENDER', url: `${url}/tariffs` },
      ],
    },
    '/tariffs': [],
  };
  return createServer((request, response) => {
    const data = documents[new URL(request.url ?? '/', url).pathname];
    response.writeHead(data === undefined ? 404 : 200, { 'content-type': 'application/json', 'x-total-count': '0', 'x-limit': '100' });
    response.end(JSON.stringify({ data, status_code: data === undefined ? 2000 : 1000, timestamp: new Date().toISOString() }));
  });
}
