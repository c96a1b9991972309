import type { AuthorizationInfo, LocationReferences } from '@roamgrid/modules';
import { partyKey, type Party } from '@roamgrid/ocpi';
import { endpointOf, type OcpiClient } from '@roamgrid/ocpi-client';
import { messageOf, OWN, RoamgridError, type Client, type CommandedCalls, type Logger, type Peer, type PeerDirectory } from '@roamgrid/runtime';
import type { Authorizer } from '../authorization/authorizer';
import type { KnownToken, StoredTokens } from '../authorization/stored-tokens';
import type { AskingConfig } from '../tokens-config';
import { askCommands } from './ask-commands';
import { askEmsp } from './emsp-caller';
import { allowedByStore, allowedOffline, askingOf } from './whitelist';

/** What a charge point has read, and where. */
export interface TokenQuestion {
  /** uid and type. */
  readonly ids: readonly string[];
  /** The eMSP; undefined: whoever has it. */
  readonly party: Party | undefined;
  readonly location: LocationReferences | undefined;
}

/** How it was decided: by a command that it came with, by what is stored here, by the eMSP, or by what is stored because no eMSP could be reached. */
export type Decided = 'command' | 'whitelist' | 'emsp' | 'offline';

export interface TokenAnswer {
  readonly info: AuthorizationInfo;
  /** The peer whose Token it is, or own. */
  readonly origin: string;
  readonly decided: Decided;
}

export interface TokenAskerOptions {
  readonly config: AskingConfig;
  readonly directory: Pick<PeerDirectory, 'peers' | 'platform'>;
  readonly tokens: StoredTokens;
  readonly authorizer: Pick<Authorizer, 'answerOwn'>;
  readonly client: OcpiClient;
  /** Absent: nothing is known of commands. */
  readonly commands?: Pick<Client<CommandedCalls>, 'Find'>;
  readonly logger: Logger;
}

/** Finds out for our charge points whether a Token may charge: by its whitelist type, and by its eMSP (TOK-24 … TOK-28, TOK-34). */
export class TokenAsker {
  readonly #options: TokenAskerOptions;

  constructor(options: TokenAskerOptions) {
    this.#options = options;
  }

  /**
   * Of several eMSPs that know a Token the first that allows it counts, in the order of their parties (TOK-36). Throws
   * authorization.token_unknown when nobody knows it, authorization.location_needed when somebody wants to know where.
   */
  async ask(question: TokenQuestion): Promise<TokenAnswer> {
    const { commands, logger } = this.#options;
    const commanded = commands && (await askCommands(commands, question, logger)); // CMD-22: before anybody else is asked
    if (commanded) return commanded;
    const parties = question.party ? [question.party] : this.#emsps();
    const known = await this.#options.tokens.known(parties, question.ids);
    const answers = known.length > 0 ? await Promise.all(known.map((each) => this.#askKnown(each, question))) : await this.#askAll(question);
    const answer = answers.find(({ info }) => info.allowed === 'ALLOWED') ?? answers[0];
    if (answer) return answer;
    throw new RoamgridError('authorization.token_unknown', `nobody knows a Token ${question.ids.join(' of type ')}`);
  }

  /** All parties whose Tokens can be here. */
  #emsps(): Party[] {
    const { directory } = this.#options;
    const everybody = [...(directory.platform?.parties ?? []), ...directory.peers().flatMap(({ roles }) => roles)];
    return everybody.filter(({ role }) => role === 'EMSP');
  }

  async #askKnown({ token, origin }: KnownToken, question: TokenQuestion): Promise<TokenAnswer> {
    const { authorizer, config, logger } = this.#options;
    if (origin === OWN) return { info: await authorizer.answerOwn(token, question.location), origin, decided: 'emsp' };
    if (askingOf(token, config.allowedAsks) === 'never') return { info: { allowed: allowedByStore(token), token }, origin, decided: 'whitelist' };
    try {
      const to = { country_code: token.country_code, party_id: token.party_id };
      const info = await this.#askPeer(this.#peer(origin), question, to);
      return { info: info ?? { allowed: 'NOT_ALLOWED', token }, origin, decided: 'emsp' };
    } catch (error) {
      if (!isOutage(error)) throw error;
      logger.warn({ peer: origin, whitelist: token.whitelist, reason: messageOf(error) }, 'authorization decided without the eMSP');
      return { info: { allowed: allowedOffline(token), token }, origin, decided: 'offline' };
    }
  }

  /** All at the same time: the slowest must not add up (TOK-34). Who cannot be reached has not said that it knows the Token. */
  async #askAll(question: TokenQuestion): Promise<TokenAnswer[]> {
    const { directory, logger } = this.#options;
    const wanted = question.party && partyKey(question.party);
    const emsps = directory.peers().flatMap((peer) => {
      const parties = peer.roles.filter(({ role }) => role === 'EMSP').map(partyKey).sort();
      const isAsked = endpointOf(peer, 'tokens', 'SENDER') !== undefined && parties.some((party) => wanted === undefined || party === wanted);
      return isAsked ? [{ peer, rank: parties[0] ?? '' }] : [];
    });
    const asked = emsps.sort((one, other) => (one.rank < other.rank ? -1 : 1)).map(async ({ peer }): Promise<TokenAnswer[]> => {
      try {
        const info = await this.#askPeer(peer, question, question.party);
        return info ? [{ info, origin: peer.id, decided: 'emsp' }] : [];
      } catch (error) {
        if (!isOutage(error)) throw error;
        logger.warn({ peer: peer.id, reason: messageOf(error) }, 'an eMSP could not be asked about an unknown Token');
        return [];
      }
    });
    return (await Promise.all(asked)).flat();
  }

  #askPeer(peer: Peer, { ids, location }: TokenQuestion, to: Party | undefined): Promise<AuthorizationInfo | undefined> {
    const { client, config, directory } = this.#options;
    const from = directory.platform?.parties.find(({ role }) => role === 'CPO');
    return askEmsp(client, peer, { ids, location, from, to }, config.deadline);
  }

  #peer(id: string): Peer {
    const peer = this.#options.directory.peers().find((each) => each.id === id);
    if (!peer) throw new RoamgridError('peer.unreachable', `peer ${id} is not registered any more`);
    return peer;
  }
}

/** Whether nobody answered, which says nothing about the Token. */
function isOutage(error: unknown): boolean {
  return RoamgridError.from(error).code.startsWith('peer.');
}

