import { messageOf, RoamgridError, type CredentialsCall, type CredentialsReply } from '@roamgrid/runtime';
import type { Credentials } from '@roamgrid/modules';
import { endingSoon, inboundRecord, ourVersion, refuseForeignParties, toCalled, type Handshake } from './handshake';
import type { Offer } from './peer-api';
import { REMOVAL, toPeer, type InboundRecord, type PeerChanges, type PeerDocument } from './peer-document';
import { readCredentials, rolesAndClaims } from './received-credentials';
import { missingEndpoints } from './required-endpoints';

interface CallingPeer {
  readonly peer: PeerDocument;
  /** The token that the call came with. */
  readonly token: InboundRecord;
}

/** What peers call on our credentials endpoint: GET, POST, PUT, DELETE. */
export class CredentialsReceiver {
  readonly #handshake: Handshake;

  constructor(handshake: Handshake) {
    this.#handshake = handshake;
  }

  /** GET: our Credentials with the token that the caller uses, also while that is token A (CRD-19, CRD-20). */
  async show(call: CredentialsCall): Promise<CredentialsReply> {
    const { peer, token } = await this.#caller(call);
    return this.#reply(peer, this.#handshake.vault.open(token.sealed, peer._id));
  }

  /**
   * POST: a peer that we invited registers (CRD-04 to CRD-11). Its versions and details are fetched with the token it
   * gave before anything is stored, so what fails leaves token A as it was (CRD-05). Of several at once exactly one
   * wins (CRD-42).
   */
  async register(call: CredentialsCall): Promise<CredentialsReply> {
    const { peer } = await this.#caller(call);
    if (peer.state !== 'invited') throw alreadyRegistered();
    const credentials = readCredentials(call.json);
    await refuseForeignParties(this.#handshake, peer, credentials);
    const offer = await this.#visit(peer, credentials, call.version, [credentials.token]);
    const issued = this.#handshake.vault.issue(peer._id);
    const registration = { ...this.#facts(peer, credentials, offer), inbound: [inboundRecord(issued, 'all')] };
    const registered = await this.#handshake.store.change(peer, registration);
    if (!registered) throw alreadyRegistered();
    this.#handshake.logger.info({ peer: peer._id, name: peer.name, version: offer.version }, 'peer registered');
    return this.#reply(registered, issued.token);
  }

  /**
   * PUT: new token, roles, endpoints, and the version of the endpoint that was called (CRD-21, CRD-22). The token that
   * the call came with works on for the grace; all others end (CRD-24). What fails changes nothing (CRD-26).
   */
  async update(call: CredentialsCall): Promise<CredentialsReply> {
    const { peer, token } = await this.#caller(call);
    if (peer.state !== 'registered') throw notRegistered();
    const credentials = readCredentials(call.json);
    await refuseForeignParties(this.#handshake, peer, credentials);
    const previous = this.#handshake.vault.open(peer.outbound, peer._id);
    const offer = await this.#visit(peer, credentials, call.version, [...new Set([credentials.token, previous])]);
    const issued = this.#handshake.vault.issue(peer._id);
    const inbound = [inboundRecord(issued, 'all'), endingSoon(token, this.#handshake)];
    const updated = await this.#handshake.store.change(peer, { ...this.#facts(peer, credentials, offer), inbound });
    if (!updated)
      throw new RoamgridError('unavailable', 'these credentials are being changed by another call; try again');
    this.#handshake.logger.info(
      { peer: peer._id, name: peer.name, version: offer.version },
      'peer updated its credentials',
    );
    return this.#reply(updated, issued.token);
  }

  /** DELETE: no token works any more and nothing is sent any more; the business objects stay (CRD-27, CRD-28). */
  async unregister(call: CredentialsCall): Promise<CredentialsReply> {
    const { peer } = await this.#caller(call);
    if (peer.state !== 'registered') throw notRegistered();
    const removed = await this.#handshake.store.changeLatest(peer._id, () => REMOVAL);
    await this.#handshake.api.forget(peer._id);
    this.#handshake.logger.info({ peer: peer._id, name: peer.name }, 'peer unregistered');
    return { json: Buffer.alloc(0), peer: toPeer(removed) };
  }

  /** The caller as it is by now; the directory of the gateway may be a moment behind. */
  async #caller(call: CredentialsCall): Promise<CallingPeer> {
    try {
      const peer = await this.#handshake.store.byTokenHash(call.token_hash);
      const token = peer.inbound.find((record) => record.hash === call.token_hash);
      if (peer._id === call.peer_id && token) return { peer, token };
    } catch (error) {
      if (RoamgridError.from(error).code !== 'peer.unknown') throw error;
    }
    throw new RoamgridError('token.unknown', 'this token is not valid (any more)');
  }

  /** CRD-04, CRD-06, CRD-07: the caller's own versions and details, the same version as the endpoint that it called. */
  async #visit(
    peer: PeerDocument,
    credentials: Credentials,
    version: string,
    tokens: readonly string[],
  ): Promise<Offer> {
    const { api, own, logger } = this.#handshake;
    const spoken = ourVersion(this.#handshake, version);
    const called = toCalled(this.#handshake, { ...peer, version }, tokens);
    try {
      const offer = await api.explore(called, credentials.url, (listed) => listed.find((each) => each === spoken));
      const theirRoles = credentials.roles.map(({ role }) => role);
      const missing = missingEndpoints(offer.endpoints, { version: spoken, ourRoles: own.roles, theirRoles });
      if (missing !== undefined) throw new RoamgridError('peer.endpoints_missing', `${credentials.url}: ${missing}`);
      return offer;
    } catch (error) {
      logger.warn({ peer: peer._id, name: peer.name, reason: messageOf(error) }, 'handshake of a peer refused');
      throw error;
    }
  }

  #facts(peer: PeerDocument, credentials: Credentials, offer: Offer): PeerChanges {
    return {
      ...rolesAndClaims(credentials),
      state: 'registered',
      version: offer.version,
      endpoints: offer.endpoints,
      versionsUrl: credentials.url,
      outbound: this.#handshake.vault.seal(credentials.token, peer._id),
      lastError: '',
    };
  }

  #reply(peer: PeerDocument, token: string): CredentialsReply {
    return { json: this.#handshake.own.credentials(token), peer: toPeer(peer) };
  }
}

/** CRD-14. */
function alreadyRegistered(): RoamgridError {
  return new RoamgridError('peer.registered', 'already registered: PUT changes credentials, POST only registers');
}

/** CRD-15, CRD-16. */
function notRegistered(): RoamgridError {
  return new RoamgridError('peer.not_registered', 'not registered: POST registers');
}
