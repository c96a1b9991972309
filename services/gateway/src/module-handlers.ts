import type { Request, Response } from 'express';
import { addressedIds } from '@roamgrid/modules';
import {
  Header,
  ListCursorCodec,
  listSpelledForPeer,
  nextLink,
  readQuirks,
  spelledByPeer,
  spelledForPeer,
  type Party,
  type Routing,
} from '@roamgrid/ocpi';
import {
  RoamgridError,
  type Client,
  type ObjectPath,
  type ObjectsCalls,
  type Peer,
  type Platform,
} from '@roamgrid/runtime';
import { answerData, answerDone, answerHead } from './answer';
import { alsoListedFor, callerOf, checkReader, checkSpeaker, listedOrigin, OWN_OBJECTS, readersOf } from './exchange';
import { EnvelopeHead } from './envelope-head';
import type { GatewayConfig } from './gateway-config';
import { readListQuery, type ListQuery } from './list-query';
import type { ModuleRoute } from './module-route';
import { PageCache, type CachedPage } from './page-cache';

/** One authenticated, routed request to a module. */
export interface ModuleCall {
  readonly request: Request;
  readonly response: Response;
  readonly route: ModuleRoute;
  readonly peer: Peer;
  readonly platform: Platform;
  readonly routing: Routing;
  readonly objects: Client<ObjectsCalls>;
}

type ModuleHandler = (call: ModuleCall) => Promise<void>;

/** What the operations of a declaration do over HTTP. */
export function moduleHandlers(config: GatewayConfig): Readonly<Record<ModuleRoute['operation'], ModuleHandler>> {
  const cursors = new ListCursorCodec(config.cursorKey);
  const pages = new PageCache(config.page.cacheBytes);
  return {
    page: (call) => listPage(call, config, cursors, pages),
    get: getObject,
    put: (call) => write(call, 'Put'),
    patch: (call) => write(call, 'Patch'),
    delete: (call) => write(call, 'Delete'),
    post: (call) => postObject(call, config.publicUrl),
    action: act,
  };
}

async function listPage(call: ModuleCall, config: GatewayConfig, cursors: ListCursorCodec, pages: PageCache): Promise<void> {
  const { request, response, route, peer, platform, routing } = call;
  checkReader(route.module, peer, routing);
  const origin = listedOrigin(route.module, platform, routing);
  const readers = readersOf(route.module, peer, routing);
  const alsoFor = alsoListedFor(route.module, peer, platform, routing);
  const list = JSON.stringify([peer.id, route.module.id, route.version, routing.to ?? null, readers, alsoFor]);
  const query = readListQuery(request.query, config.page, list, cursors);
  if (route.fromRequired && query.dateFrom === undefined) {
    throw new RoamgridError('parameter.invalid', `date_from: is required for a list of ${route.module.id}`);
  }
  const page = await pages.list(route.module.id, call.objects, {
    version: route.version,
    origin,
    parties: routing.to && origin === OWN_OBJECTS ? [routing.to] : [],
    readers,
    ...(alsoFor.length > 0 && { also_for: alsoFor }),
    ...(query.dateFrom !== undefined && { date_from: query.dateFrom }),
    ...(query.dateTo !== undefined && { date_to: query.dateTo }),
    offset: query.offset,
    limit: query.limit,
    ...(query.cursor && { after: { created: query.cursor.created, key: query.cursor.key } }),
    ...(query.cursor?.total !== undefined && { known_total: query.cursor.total }),
    described: false,
  });
  response.setHeader(Header.TotalCount, page.total);
  response.setHeader(Header.Limit, query.limit);
  const isCounted = query.filters.length > 0 || readers.length + alsoFor.length > 0; // what no counter says is counted once a crawl
  const next = nextUrl(config.publicUrl + route.template, { query, isCounted }, page, cursors);
  if (next) response.setHeader(Header.Link, nextLink(next));
  await answerHead(request, response, headFor(call, page));
}

/** The page as it is for everybody, or as a quirk of the peer spells it. */
function headFor({ route, peer }: ModuleCall, { head }: CachedPage): EnvelopeHead {
  const spelled = listSpelledForPeer(route.module.id, readQuirks(peer.quirks), head.data);
  return spelled === head.data ? head : new EnvelopeHead(spelled);
}

/** Absolute, with next offset, limit, all original filters and the position behind this page (PAG-10). */
function nextUrl(
  url: string,
  { query, isCounted }: { readonly query: ListQuery; readonly isCounted: boolean },
  page: CachedPage,
  cursors: ListCursorCodec,
): string | undefined {
  if (!page.next) return undefined;
  const offset = query.offset + page.count;
  const cursor = cursors.encode({ ...page.next, offset, ...(isCounted && { total: page.total }) }, query.scope);
  const parameters = new URLSearchParams([
    ...query.filters,
    ['offset', String(offset)],
    ['limit', String(query.limit)],
    ['cursor', cursor],
  ]);
  return `${url}?${parameters.toString()}`;
}

async function getObject(call: ModuleCall): Promise<void> {
  const { request, response, route, peer, routing } = call;
  const path = pathOf(call);
  if (route.side === 'SENDER') checkReader(route.module, peer, routing);
  const reply = await call.objects.Get({
    version: route.version,
    origin: route.side === 'SENDER' ? OWN_OBJECTS : peer.id,
    parties: route.side === 'SENDER' ? senderParties(call) : [path.party],
    ids: path.ids,
    nested: path.nested,
  });
  const json = path.nested.length > 0 ? reply.json : spelledForPeer(route.module.id, readQuirks(peer.quirks), reply.json);
  await answerData(request, response, json);
}

/** The sender's path names no party: the one addressed, else every one of ours that owns such objects (LOC-06, LOC-11). */
function senderParties({ route, platform, routing }: ModuleCall): readonly Party[] {
  if (routing.to) return [routing.to];
  return platform.parties.filter(({ role }) => role === route.module.owner);
}

async function write(call: ModuleCall, operation: 'Put' | 'Patch' | 'Delete'): Promise<void> {
  const { response, route, peer, platform, routing } = call;
  const path = pathOf(call);
  checkSpeaker(peer, routing, path.party);
  const caller = callerOf(route.module, peer, platform);
  const reply = await call.objects[operation]({ caller, version: route.version, path, json: bodyOf(call) });
  answerDone(response, reply.outcome === 'created' ? 201 : 200);
}

/** Answers with the URL at which the object can be read from now on, also where it was there already (CDR-03, CDR-09). */
async function postObject(call: ModuleCall, publicUrl: string): Promise<void> {
  const { response, route, peer, platform, routing } = call;
  const caller = callerOf(route.module, peer, platform, routing.from);
  const { outcome, names = [] } = await call.objects.Post({ caller, version: route.version, json: bodyOf(call) });
  response.setHeader('location', [publicUrl + route.template, ...names.map(encodeURIComponent)].join('/'));
  answerDone(response, outcome === 'created' ? 201 : 200);
}

/** Passes on what is asked of an object to the service that owns it. */
async function act(call: ModuleCall): Promise<void> {
  const { request, response, route, peer, platform, routing } = call;
  checkReader(route.module, peer, routing);
  const { json } = await call.objects.Act({
    action: route.action ?? '',
    version: route.version,
    caller: callerOf(route.module, peer, platform, routing.from),
    parties: senderParties(call),
    ids: pathOf(call).ids,
    json: bodyOf(call),
  });
  await answerData(request, response, json);
}

/** The body as OCPI spells it. */
function bodyOf({ request, route, peer }: ModuleCall): Buffer {
  const sent = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  return spelledByPeer(route.module.id, readQuirks(peer.quirks), sent);
}

function pathOf({ request, route }: ModuleCall): ObjectPath {
  const parameter = (name: string): string => String(request.params[name] ?? '');
  const { module, operation } = route;
  const queried = module.keyQuery && readQuery(request, module.keyQuery.name);
  return {
    party: { country_code: parameter('country_code'), party_id: parameter('party_id') },
    ids: addressedIds(module, route.idSegments.map(parameter)[0], queried, operation === 'put'),
    nested: route.nestedSegments.map(parameter),
  };
}

function readQuery(request: Request, name: string): string | undefined {
  const value = request.query[name];
  if (Array.isArray(value)) throw new RoamgridError('parameter.invalid', `${name}: given more than once`);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
