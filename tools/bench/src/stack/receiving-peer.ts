import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { emptyEnvelope, objectKey, StatusCode } from '@roamgrid/ocpi';
import { freePort, type ObjectLister, type Platform } from '@roamgrid/testkit';
import { registerAt } from './bench-peer';

/** An eMSP that takes Sessions, answers at once and keeps what it was told last. */
export interface ReceivingPeer extends ObjectLister {
  stop(): Promise<void>;
}

const VERSION = '2.2.1';
const SESSIONS = `/${VERSION}/sessions/`;

/** Registers with the platform as an eMSP of that party, with a receiver of Sessions and nothing else. */
export async function startReceivingPeer(platform: Platform, party: { country_code: string; party_id: string }): Promise<ReceivingPeer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const held = new Map<string, Buffer>();
  const server = receiverAt(url, held).listen(port, '127.0.0.1');
  await once(server, 'listening');
  await registerAt(platform, `${url}/versions`, [{ ...party, role: 'EMSP' }]);
  return {
    async *list() {
      for (const [key, json] of held) yield await Promise.resolve({ key, object: JSON.parse(json.toString()) as Record<string, unknown> });
    },
    stop: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

function receiverAt(url: string, held: Map<string, Buffer>): Server {
  const endpoints = [
    { identifier: 'credentials', role: 'SENDER', url: `${url}/credentials` },
    { identifier: 'sessions', role: 'RECEIVER', url: url + SESSIONS.slice(0, -1) },
  ];
  const documents: Readonly<Record<string, unknown>> = {
    '/versions': [{ version: VERSION, url: `${url}/${VERSION}` }],
    [`/${VERSION}`]: { version: VERSION, endpoints },
  };
  return createServer((request, response) => {
    const path = request.url ?? '';
    if (path.startsWith(SESSIONS) && request.method === 'PUT') take(path.slice(SESSIONS.length), request, response, held);
    else answer(response, documents[path]);
  });
}

function take(path: string, request: IncomingMessage, response: ServerResponse, held: Map<string, Buffer>): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const [country_code = '', party_id = '', id = ''] = path.split('/');
    held.set(objectKey({ country_code, party_id }, id), Buffer.concat(chunks));
    response.writeHead(200, { 'content-type': 'application/json' }).end(emptyEnvelope(StatusCode.Success, Date.now()));
  });
}

function answer(response: ServerResponse, data: unknown): void {
  const status_code = data === undefined ? StatusCode.ClientError : StatusCode.Success;
  response.writeHead(data === undefined ? 404 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ data, status_code, timestamp: new Date().toISOString() }));
}
