import type { Request, Response } from 'express';
import type { Routing } from '@roamgrid/ocpi';
import { isSmartCharger, RoamgridError, type Client, type ConversationsCalls, type Peer, type Platform, type ReceiveRequest } from '@roamgrid/runtime';
import { answerData, answerDone } from './answer';
import { REPLY, type ConversationRoute } from './conversation-route';
import { speakingRoles } from './exchange';

/** One authenticated, routed request to a conversation module. */
export interface ConversationCall {
  readonly request: Request;
  readonly response: Response;
  readonly route: ConversationRoute;
  readonly peer: Peer;
  readonly platform: Platform;
  readonly routing: Routing;
  readonly client: Client<ConversationsCalls>;
}

/** Passes on what a peer says to the service that holds its conversations. */
export async function converse(call: ConversationCall): Promise<void> {
  const { request, response, route, client } = call;
  const { says } = route;
  if (says === 'result') {
    const { caller, json } = received(call, '');
    await client.TakeResult({ reply: String(request.params[REPLY]), caller, json });
    answerDone(response);
  } else if ('notice' in says) {
    await client.TakeNotice(received(call, says.notice.name));
    answerDone(response);
  } else {
    const { json } = await client.Receive(received(call, says.request.name));
    await answerData(request, response, json);
  }
}

function received({ request, route, peer, platform, routing }: ConversationCall, kind: string): ReceiveRequest {
  const { answers, asks, passedOnBy } = route.module;
  const answering = [answers, ...(passedOnBy !== undefined && isSmartCharger(peer) ? [passedOnBy] : [])];
  const roles: readonly string[] = route.side === 'RECEIVER' ? answering : asks;
  const hosted = platform.parties.filter(({ role }) => roles.includes(role));
  return {
    kind,
    caller: { origin: peer.id, roles: speakingRoles(peer, routing.from), hosted: [] },
    parties: (routing.to ? [routing.to] : hosted).map(({ country_code, party_id }) => ({ country_code, party_id })),
    json: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    fields: { ...queryOf(request), ...paramsOf(request) },
  };
}

function paramsOf({ params }: Request): Record<string, string> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)]));
}

function queryOf({ query }: Request): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => {
      if (typeof value !== 'string') throw new RoamgridError('parameter.invalid', `${name}: given more than once`);
      return [name, value];
    }),
  );
}
