import type { Request, Response } from 'express';
import { RoamgridError, type CredentialsCall, type CredentialsReply, type PeerDirectory } from '@roamgrid/runtime';
import { answerData, answerDone } from './answer';
import type { AuthenticatedPeer } from './authenticate';

type CredentialsOperation = 'Show' | 'Register' | 'Update' | 'Unregister';

const operations: Readonly<Record<string, CredentialsOperation>> = {
  GET: 'Show',
  POST: 'Register',
  PUT: 'Update',
  DELETE: 'Unregister',
};

/** A registration calls the peer back before it answers. */
const REGISTRATION_TIMEOUT = 60_000;

/**
 * The credentials endpoint. What the call makes of the peer holds in this gateway before the answer leaves it (CRD-11,
 * CRD-27); the others learn it by their stream.
 */
export async function credentialsHandler(
  request: Request,
  response: Response,
  caller: AuthenticatedPeer,
  directory: PeerDirectory,
  version: string,
): Promise<void> {
  const operation = operations[request.method === 'HEAD' ? 'GET' : request.method];
  response.setHeader('allow', caller.registrationOnly ? 'GET, POST' : 'GET, PUT, DELETE');
  if (!operation) throw new RoamgridError('method.not_allowed', `credentials: ${request.method} is not defined`);
  const call: CredentialsCall = {
    peer_id: caller.peer.id,
    token_hash: caller.tokenHash,
    version,
    json: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
  };
  const reply: CredentialsReply = await directory.credentials[operation](call, { timeout: REGISTRATION_TIMEOUT });
  directory.apply(reply.peer);
  response.removeHeader('allow');
  if (operation === 'Unregister') answerDone(response);
  else await answerData(request, response, reply.json);
}
