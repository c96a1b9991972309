import type { NoticeKind } from '@roamgrid/modules';
import type { Request } from 'express';
import type { Party } from '@roamgrid/ocpi';
import type { Backend, ServedConversation } from '../backend';
import { bodyBytes, pathParameter, sendJson, sendJsonBytes, type Handler } from '../http/route';
import { answeringParty } from './own-parties';

/** Reads one conversation. Throws conversation.unknown. */
export function getConversation({ calls }: ServedConversation): Handler {
  return async (request, response) => {
    const { json } = await calls.Get({ party: partyOfPath(request), id: pathParameter(request, 'id') });
    sendJsonBytes(response, 200, json);
  };
}

/** Gives the result of what a peer asked; the same one again changes nothing. Throws conversation.unknown, conversation.over, object.invalid. */
export function answerConversation({ calls }: ServedConversation): Handler {
  return async (request, response) => {
    const { json } = await calls.Answer({ party: partyOfPath(request), id: pathParameter(request, 'id'), json: bodyBytes(request) });
    sendJsonBytes(response, 200, json);
  };
}

/** Tells the peers concerned something unasked. Throws object.invalid, party.not_yours. */
export function tellPeers({ declaration, calls }: ServedConversation, { name }: NoticeKind, { directory }: Backend): Handler {
  return async (request, response) => {
    const party = answeringParty(declaration, directory, partyOfPath(request));
    const { conversations } = await calls.Notify({ kind: name, party, json: bodyBytes(request) });
    sendJson(response, 202, { items: conversations.map(({ json }) => JSON.parse(json.toString()) as unknown) });
  };
}

function partyOfPath(request: Request): Party {
  return { country_code: pathParameter(request, 'country_code'), party_id: pathParameter(request, 'party_id') };
}
