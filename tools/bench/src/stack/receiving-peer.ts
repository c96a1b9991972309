import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { emptyEnvelope, objectKey, StatusCode } from '@roamgrid/ocpi';
import { freePort, type ObjectLister, type Platform } from '@roamgrid/testkit';
import { registerAt } from './bench-peer';
import { Manner } from './manner';

/** An eMSP that takes objects of one module and keeps what it was told last. */
export interface ReceivingPeer extends ObjectLister {
  /** How it treats whoever calls its receiver; may be changed at any time. */
  readonly manner: Manner;
  stop(): Promise<void>;
}

export interface ReceivingPeerOptions {
  readonly party: { readonly country_code: string; readonly party_id: string };
  readonly module: 'locations' | 'sessions';
  /** Called with each object that it takes. */
  readonly onTaken?: (key: string, body: Buffer) => void;
}

const VERSION = '2.2.1';

/** Registers with the platform as an eMSP of that party, with a receiver of that module and nothing else. */
export async function startReceivingPeer(platform: Platform, options: ReceivingPeerOptions): Promise<ReceivingPeer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const held = new Map<string, Buffer>();
  const manner = new Manner();
  const taken = (key: string, body: Buffer): void => {
    held.set(key, body);
    options.onTaken?.(key, body);
  };
  const server = receiverAt(url, options.module, manner, taken).listen(port, '127.0.0.1');
  await once(server, 'listening');
  await registerAt(platform, `${url}/versions`, [{ ...options.party, role: 'EMSP' }]);
  return {
    manner,
    async *list() {
      for (const [key, json] of held) yield await Promise.resolve({ key, object: JSON.parse(json.toString()) as Record<string, unknown> });
    },
    stop: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

type Taken = (key: string, body: Buffer) => void;

function receiverAt(url: string, module: string, manner: Manner, taken: Taken): Server {
  const path = `/${VERSION}/${module}`;
  const endpoints = [
    { identifier: 'credentials', role: 'SENDER', url: `${url}/credentials` },
    { identifier: module, role: 'RECEIVER', url: url + path },
  ];
  const documents: Readonly<Record<string, unknown>> = {
    '/versions': [{ version: VERSION, url: `${url}/${VERSION}` }],
    [`/${VERSION}`]: { version: VERSION, endpoints },
  };
  return createServer((request, response) => {
    const at = request.url ?? '';
    if (at.startsWith(`${path}/`) && request.method === 'PUT') manner.treat(request, response, () => take(at.slice(path.length + 1), request, response, taken));
    else answer(response, documents[at]);
  });
}

function take(path: string, request: IncomingMessage, response: ServerResponse, taken: Taken): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const [country_code = '', party_id = '', id = ''] = path.split('/');
    taken(objectKey({ country_code, party_id }, id), Buffer.concat(chunks));
    response.writeHead(200, { 'content-type': 'application/json' }).end(emptyEnvelope(StatusCode.Success, Date.now()));
  });
}

function answer(response: ServerResponse, data: unknown): void {
  const status_code = data === undefined ? StatusCode.ClientError : StatusCode.Success;
  response.writeHead(data === undefined ? 404 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ data, status_code, timestamp: new Date().toISOString() }));
}
