import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { freePort, type Platform } from '@roamgrid/testkit';
import { registerAt } from './bench-peer';
import type { LocationJson } from './bench-data';

/** A CPO with a long list of Locations, made as it is read: only a few of them are held in memory. */
export interface ListingPeer {
  readonly objects: number;
  stop(): Promise<void>;
}

const VERSION = '2.2.1';
const OWNER = { country_code: 'NL', party_id: 'BNL' } as const;
const LAST_UPDATED = '2026-01-01T00:00:00Z';
const ID = '"@ID@"';
const PAGE = 500;

/** Registers with the platform as a CPO that lists so many Locations, cut from these patterns. */
export async function startListingPeer(platform: Platform, patterns: readonly LocationJson[], objects: number): Promise<ListingPeer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const texts = patterns.map((pattern) => JSON.stringify({ ...pattern, ...OWNER, last_updated: LAST_UPDATED, id: '@ID@' }).split(ID));
  const location = (i: number): string => (texts[i % texts.length] ?? []).join(`"L${String(i).padStart(6, '0')}"`);
  const server = senderAt(url, objects, location).listen(port, '127.0.0.1');
  await once(server, 'listening');
  await registerAt(platform, `${url}/versions`, [{ ...OWNER, role: 'CPO' }]);
  return {
    objects,
    stop: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

function senderAt(url: string, objects: number, location: (i: number) => string): Server {
  const list = `${url}/${VERSION}/locations`;
  const endpoints = [
    { identifier: 'credentials', role: 'SENDER', url: `${url}/credentials` },
    { identifier: 'locations', role: 'SENDER', url: list },
  ];
  const documents: Readonly<Record<string, unknown>> = {
    '/versions': [{ version: VERSION, url: `${url}/${VERSION}` }],
    [`/${VERSION}`]: { version: VERSION, endpoints },
  };
  return createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', url);
    const document = documents[pathname];
    if (document !== undefined) answer(response, JSON.stringify(document));
    else if (!list.endsWith(pathname)) response.writeHead(404).end();
    else {
      const total = searchParams.has('date_from') ? 0 : objects;
      const [from, limit] = [Number(searchParams.get('offset') ?? 0), Math.min(PAGE, Number(searchParams.get('limit') ?? PAGE))];
      const to = Math.min(total, from + limit);
      if (to < total) response.setHeader('link', `<${list}?offset=${to}&limit=${limit}>; rel="next"`);
      response.setHeader('x-total-count', total).setHeader('x-limit', limit);
      answer(response, `[${Array.from({ length: Math.max(0, to - from) }, (_, i) => location(from + i)).join(',')}]`);
    }
  });
}

function answer(response: ServerResponse, data: string): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(`{"data":${data},"status_code":1000,"timestamp":"${new Date().toISOString()}"}`);
}
