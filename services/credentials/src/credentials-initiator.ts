import type { Credentials, OcpiVersion } from '@roamgrid/modules';
import { highestMutualVersion } from '@roamgrid/ocpi';
import {
  messageOf,
  RoamgridError,
  type ConnectRequest,
  type InviteReply,
  type InviteRequest,
  type Peer,
  type SetQuirksRequest,
} from '@roamgrid/runtime';
import { endingSoon, inboundRecord, refuseForeignParties, toCalled, type Handshake } from './handshake';
import type { Called, Offer } from './peer-api';
import { newPeer, REMOVAL, toPeer, type InboundRecord, type PeerChanges, type PeerDocument } from './peer-document';
import { changedQuirks, checkedQuirks } from './peer-quirks';
import { rolesAndClaims } from './received-credentials';
import { missingEndpoints } from './required-endpoints';

/** Milliseconds that token B lives while its handshake is under way; a handshake that died leaves nothing open. */
const HANDSHAKE_TIME = 10 * 60_000;

/** What our operator does: invite a peer, connect to one, renew its credentials, part from it. */
export class CredentialsInitiator {
  readonly #handshake: Handshake;

  constructor(handshake: Handshake) {
    this.#handshake = handshake;
  }

  /** A new peer with a token A, to be handed over with our versions URL out of band (CRD-01). */
  async invite({ name, quirks = {} }: InviteRequest): Promise<InviteReply> {
    const { store, vault, own, ids, clock } = this.#handshake;
    requireName(name);
    checkedQuirks(quirks);
    const id = ids();
    const issued = vault.issue(id);
    const inbound = [inboundRecord(issued, 'registration')];
    const peer = await store.insert({ ...newPeer(id, name, 'invited', clock.now()), inbound, quirks });
    return { peer: toPeer(peer), token: issued.token, versions_url: own.versionsUrl };
  }

  /**
   * Registers us with a peer that gave us its versions URL and a token A (CRD-02, CRD-08, CRD-12). Our token B works
   * before the POST leaves, since the peer calls us while it is open (CRD-03). A failure leaves either nothing or a
   * peer `connecting` without tokens that tells why; connecting again takes it up.
   */
  async connect(request: ConnectRequest): Promise<Peer> {
    const { store, vault, api, own, logger, clock } = this.#handshake;
    requireName(request.name);
    checkedQuirks(request.quirks ?? {});
    if (await store.byVersionsUrl(request.versions_url, 'registered')) {
      throw new RoamgridError('peer.registered', `a peer at ${request.versions_url} is registered already`);
    }
    const draft = await this.#draft(request);
    const called = toCalled(this.#handshake, draft, [request.token]);
    const offer = await this.#explore(called, request.versions_url);
    const issued = vault.issue(draft._id);
    const connecting = await this.#begin(draft, [inboundRecord(issued, 'all', clock.now() + HANDSHAKE_TIME)]);
    try {
      const theirs = await api.exchange('POST', called, credentialsUrl(offer), own.credentials(issued.token));
      const peer = await this.#settle(connecting, offer, theirs, inboundRecord(issued, 'all'));
      logger.info({ peer: peer._id, name: peer.name, version: offer.version }, 'registered with peer');
      return toPeer(peer);
    } catch (error) {
      await this.#noteFailure(connecting._id, error, issued.hash);
      throw error;
    }
  }

  /**
   * PUT with new tokens for both sides, at the highest version that both speak by now (CRD-22, CRD-36, CRD-37, CRD-45).
   * Our new token works beside the old one before the PUT leaves. When the answer gets lost both stay valid and the
   * next renewal sends the same token again (CRD-25); when the peer refuses, nothing has changed.
   */
  async renew(peerId: string): Promise<Peer> {
    const { store, vault, api, own } = this.#handshake;
    const peer = await store.byId(peerId);
    if (peer.state !== 'registered')
      throw new RoamgridError('peer.not_registered', `peer ${peer.name} is ${peer.state}`);
    const called = toCalled(this.#handshake, peer);
    const theirRoles = peer.roles.map(({ role }) => role);
    const offer = await this.#explore(called, peer.versionsUrl, theirRoles);
    const owed = peer.inbound.find(({ pending }) => pending);
    const sent = owed ?? { ...inboundRecord(vault.issue(peer._id), 'all'), pending: true };
    const renewing = await this.#begin(peer, [...peer.inbound.filter((record) => record !== owed), sent]);
    try {
      const ours = own.credentials(vault.open(sent.sealed, peer._id));
      const theirs = await api.exchange('PUT', called, credentialsUrl(offer), ours);
      return toPeer(await this.#conclude(renewing, offer, theirs, { ...sent, pending: false }));
    } catch (error) {
      const refused = owed === undefined && RoamgridError.from(error).code === 'peer.refused';
      await this.#noteFailure(peer._id, error, refused ? sent.hash : undefined);
      throw error;
    }
  }

  /** Parts from a peer: DELETE there as far as it answers, and here in any case (CRD-27). */
  async disconnect(peerId: string): Promise<Peer> {
    const { store, api, logger } = this.#handshake;
    const peer = await store.byId(peerId);
    const url = peer.endpoints.find(({ identifier }) => identifier === 'credentials')?.url;
    if (peer.state === 'registered' && url !== undefined) {
      await api.unregister(toCalled(this.#handshake, peer), url).catch((error: unknown) => {
        logger.warn({ peer: peerId, err: error }, 'the peer did not take our DELETE; it is removed here all the same');
      });
    }
    const removed = await store.changeLatest(peerId, () => REMOVAL);
    await api.forget(peerId);
    return toPeer(removed);
  }

  /** Sets quirks of a peer. Throws object.invalid where a name or value is not known; then nothing is set. */
  async setQuirks({ peer_id, ...change }: SetQuirksRequest): Promise<Peer> {
    const { store, logger } = this.#handshake;
    checkedQuirks(change.quirks, change.reset);
    const peer = await store.changeLatest(peer_id, ({ quirks }) => ({ quirks: changedQuirks(quirks, change) }));
    logger.info({ peer: peer_id, name: peer.name, quirks: peer.quirks }, 'quirks of a peer set');
    return toPeer(peer);
  }

  /** All peers but the removed ones. */
  async listPeers(): Promise<Peer[]> {
    return (await this.#handshake.store.all()).map((peer) => toPeer(peer));
  }

  /** Their highest version that we speak, with all that our roles need (CRD-08, VER-11). */
  async #explore(called: Called, url: string, theirRoles?: readonly string[]): Promise<Offer> {
    const { api, own, versions } = this.#handshake;
    const offer = await api.explore(called, url, (listed) => highestMutualVersion(versions, listed));
    const version = offer.version as OcpiVersion;
    const missing = missingEndpoints(offer.endpoints, { version, ourRoles: own.roles, theirRoles });
    if (missing !== undefined) throw new RoamgridError('peer.endpoints_missing', `${url}: ${missing}`);
    return offer;
  }

  /** The peer of an earlier try, or a new one that is not stored yet. */
  async #draft({ name, versions_url: versionsUrl, quirks = {} }: ConnectRequest): Promise<PeerDocument> {
    const { store, ids, clock } = this.#handshake;
    const earlier = await store.byVersionsUrl(versionsUrl, 'connecting');
    const draft = earlier ?? { ...newPeer(ids(), name, 'connecting', clock.now()), versionsUrl, rev: 0 };
    return { ...draft, name, quirks: { ...draft.quirks, ...quirks } };
  }

  /** Makes new tokens work before the peer is told of them. */
  async #begin(peer: PeerDocument, inbound: readonly InboundRecord[]): Promise<PeerDocument> {
    const { store } = this.#handshake;
    if (peer.rev === 0) return store.insert({ ...peer, inbound, rev: 1 });
    const begun = await store.change(peer, { inbound, name: peer.name, quirks: peer.quirks });
    if (begun) return begun;
    throw new RoamgridError('unavailable', `peer ${peer.name} is being changed by another call; try again`);
  }

  /**
   * Ends a registration. Where the peer registered with us while we registered with it, one of the two stands, the same one
   * on both sides: that of the platform whose versions URL comes first; the other platform gives its own back.
   */
  async #settle(connecting: PeerDocument, offer: Offer, theirs: Credentials, sent: InboundRecord): Promise<PeerDocument> {
    const { store, own } = this.#handshake;
    for (;;) {
      const crossed = await store.byVersionsUrl(theirs.url, 'registered');
      if (crossed && own.versionsUrl > theirs.url) {
        await this.#giveBack(connecting, offer, theirs);
        await store.changeLatest(connecting._id, () => REMOVAL);
        return store.changeLatest(crossed._id, ({ quirks }) => ({ quirks: { ...quirks, ...connecting.quirks } }));
      }
      if (crossed) {
        await this.#removeUnlessGone(crossed._id);
        await store.changeLatest(connecting._id, ({ quirks }) => ({ quirks: { ...crossed.quirks, ...quirks } }));
      }
      try {
        return await this.#conclude(connecting, offer, theirs, sent);
      } catch (error) {
        if (!crossed && (await store.byVersionsUrl(theirs.url, 'registered'))) continue; // it came this very moment
        await this.#giveBack(connecting, offer, theirs);
        throw error;
      }
    }
  }

  /** The other platform may be giving the same registration back at this moment. */
  async #removeUnlessGone(peerId: string): Promise<void> {
    await this.#handshake.store.changeLatest(peerId, () => REMOVAL).catch((error: unknown) => {
      if (RoamgridError.from(error).code !== 'peer.unknown') throw error;
    });
  }

  /** Stores what the peer answered; the token that it was sent is the one that stays, all others end. */
  async #conclude(peer: PeerDocument, offer: Offer, theirs: Credentials, sent: InboundRecord): Promise<PeerDocument> {
    const { store, vault } = this.#handshake;
    await refuseForeignParties(this.#handshake, peer, theirs);
    // The URL that we were given has just proved itself; a peer that wants another one says so with a PUT.
    return store.changeLatest(peer._id, ({ inbound }) => ({
      ...rolesAndClaims(theirs),
      state: 'registered',
      version: offer.version,
      endpoints: offer.endpoints,
      outbound: vault.seal(theirs.token, peer._id),
      inbound: [sent, ...others(inbound, sent.hash).map((record) => endingSoon(record, this.#handshake))],
      lastError: '',
    }));
  }

  /** Ends at the peer a registration that we do not keep. */
  async #giveBack(peer: PeerDocument, offer: Offer, theirs: Credentials): Promise<void> {
    const { api, logger } = this.#handshake;
    await api.unregister(toCalled(this.#handshake, peer, [theirs.token]), credentialsUrl(offer)).catch((error: unknown) => {
      logger.warn({ peer: peer._id, err: error }, 'the peer did not take our DELETE of a registration that we do not keep');
    });
  }

  /** `withdrawn`: hash of a token that shall not work after all. */
  async #noteFailure(peerId: string, error: unknown, withdrawn: string | undefined): Promise<void> {
    const { store, logger } = this.#handshake;
    const lastError = messageOf(error);
    const note = ({ inbound }: PeerDocument): PeerChanges => ({ inbound: others(inbound, withdrawn), lastError });
    await store.changeLatest(peerId, note).catch((failure: unknown) => {
      logger.warn({ peer: peerId, err: failure }, 'the failure of a handshake could not be noted');
    });
  }
}

function others(inbound: readonly InboundRecord[], hash: string | undefined): InboundRecord[] {
  return inbound.filter((record) => record.hash !== hash);
}

function credentialsUrl(offer: Offer): string {
  const endpoint = offer.endpoints.find(({ identifier }) => identifier === 'credentials');
  if (endpoint) return endpoint.url;
  throw new RoamgridError('peer.endpoints_missing', 'there is no credentials endpoint');
}

function requireName(name: string): void {
  if (name.trim() === '') throw new RoamgridError('parameter.invalid', 'name: expected the name of the peer');
}
