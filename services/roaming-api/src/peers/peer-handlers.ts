import { isCredentialsToken } from '@roamgrid/ocpi';
import { messageOf, RoamgridError, type ConnectRequest } from '@roamgrid/runtime';
import type { Backend } from '../backend';
import { jsonReader } from '../http/read-json';
import { pathParameter, sendJson, type Handler } from '../http/route';
import type { Creation } from '../idempotency/idempotent';
import { findPeer } from './find-peer';
import { connectSchema, invitationSchema, pullSchema } from './peer-schemas';
import { storedQuirks, type GivenQuirks } from './quirk-handlers';
import { viewPeer } from './peer-view';

/** Calls that make the credentials service call a peer, several times over. */
const HANDSHAKE_TIMEOUT = 60_000;
const HEALTH_TIMEOUT = 2_000;

/** All peers. */
export function listPeers(backend: Backend): Handler {
  return async (_request, response) => {
    const [{ peers }, held] = await Promise.all([backend.directory.credentials.ListPeers({}), heldPeers(backend)]);
    sendJson(response, 200, { items: peers.map((peer) => viewPeer(peer, held.get(peer.id))) });
  };
}

/** One peer. Throws peer.unknown. */
export function getPeer(backend: Backend): Handler {
  return async (request, response) => {
    const id = pathParameter(request, 'id');
    const [peer, held] = await Promise.all([findPeer(backend.directory.credentials, id), heldPeers(backend)]);
    sendJson(response, 200, viewPeer(peer, held.get(id)));
  };
}

/** Why what peers are owed waits (HCI-11 … HCI-13), by peer id; nothing while the push-dispatcher does not say. */
async function heldPeers({ push, logger }: Backend): Promise<ReadonlyMap<string, string>> {
  try {
    const { peers } = await push.Health({}, { timeout: HEALTH_TIMEOUT });
    return new Map(peers.map(({ peer_id, held }) => [peer_id, held]));
  } catch (error) {
    logger.warn({ reason: messageOf(error) }, 'no word from the push-dispatcher on peers that are held');
    return new Map();
  }
}

/** Registers at a peer with the token A that it gave us. */
export function connectPeer({ directory, publicUrl }: Backend): Creation {
  const read = jsonReader<Omit<ConnectRequest, 'quirks'> & MaybeQuirks>(connectSchema);
  return async (request) => {
    const { name, versions_url, token, quirks: given = {} } = read(request);
    if (!isCredentialsToken(token)) {
      throw new RoamgridError(
        'object.invalid',
        '/token must be 1 to 64 printable ASCII characters without blanks (CRD-29)',
      );
    }
    if (!/^https?:\/\//i.test(versions_url) || !URL.canParse(versions_url)) {
      throw new RoamgridError('object.invalid', '/versions_url must be an absolute http(s) URL');
    }
    const quirks = storedQuirks(given);
    const connecting = { name, versions_url, token, quirks };
    const peer = await directory.credentials.Connect(connecting, { timeout: HANDSHAKE_TIMEOUT });
    const location = `${publicUrl}/v1/peers/${encodeURIComponent(peer.id)}`;
    return { status: 201, headers: { location }, body: viewPeer(peer) };
  };
}

/** Makes the token A that a peer registers with; this answer is the only one that ever shows it. */
export function invitePeer({ directory }: Backend): Creation {
  const read = jsonReader<{ readonly name: string } & MaybeQuirks>(invitationSchema);
  return async (request) => {
    const { name, quirks = {} } = read(request);
    const invited = await directory.credentials.Invite({ name, quirks: storedQuirks(quirks) });
    const { peer, token, versions_url } = invited;
    const body = { peer: viewPeer(peer), token, versions_url };
    return { status: 201, headers: { 'cache-control': 'no-store' }, body };
  };
}

/** Exchanges the tokens with a peer for new ones. */
export function renewPeer({ directory }: Backend): Handler {
  return async (request, response) => {
    const peer_id = pathParameter(request, 'id');
    sendJson(response, 200, viewPeer(await directory.credentials.Renew({ peer_id }, { timeout: HANDSHAKE_TIMEOUT })));
  };
}

/** Ends the registration with a peer. */
export function disconnectPeer({ directory }: Backend): Handler {
  return async (request, response) => {
    const peer_id = pathParameter(request, 'id');
    sendJson(
      response,
      200,
      viewPeer(await directory.credentials.Disconnect({ peer_id }, { timeout: HANDSHAKE_TIMEOUT })),
    );
  };
}

/** Starts pulling from a peer now: one module, or all that it sends. */
export function pullFromPeer({ pull, modules }: Backend): Handler {
  const read = jsonReader<{ readonly module?: string; readonly full?: boolean }>(pullSchema, {});
  return async (request, response) => {
    const { module = '', full = false } = read(request);
    if (module !== '' && !modules.some(({ declaration }) => declaration.id === module)) {
      const offered = modules.map(({ declaration }) => declaration.id).join(', ');
      throw new RoamgridError('object.invalid', `/module: expected one of ${offered}`);
    }
    const { started } = await pull.Start({ peer_id: pathParameter(request, 'id'), module, full });
    sendJson(response, 202, { started });
  };
}

interface MaybeQuirks {
  readonly quirks?: GivenQuirks;
}
