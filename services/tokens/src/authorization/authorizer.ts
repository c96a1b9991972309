import type { AuthorizationInfo, LocationReferences, Token } from '@roamgrid/modules';
import type { AskedAction } from '@roamgrid/object-service';
import { messageOf, RoamgridError, type Logger } from '@roamgrid/runtime';
import type { AuthorizationConfig } from '../tokens-config';
import { askBackend } from './ask-backend';
import { always, authorizationInfo, decideByStore, type Decision } from './decide-by-store';
import type { StoredTokens } from './stored-tokens';

export interface AuthorizerOptions {
  readonly config: AuthorizationConfig;
  readonly tokens: StoredTokens;
  /** Makes references that were never there before (TOK-39). */
  readonly newReference: () => string;
  readonly logger: Logger;
}

/** Says CPOs whether our Tokens may charge (TOK-03 … TOK-13): as the store knows them, or as the company's backend decides. */
export class Authorizer {
  readonly #options: AuthorizerOptions;

  constructor(options: AuthorizerOptions) {
    this.#options = options;
  }

  /**
   * Throws authorization.token_unknown (TOK-06), authorization.location_needed (TOK-08), and object.ambiguous where several
   * of our parties have that Token and the call does not say whose is meant.
   */
  async authorize({ caller, parties, ids, body }: AskedAction): Promise<AuthorizationInfo> {
    const found = await this.#options.tokens.own(parties, ids);
    const [token, another] = found;
    if (!token) throw new RoamgridError('authorization.token_unknown', `no Token ${ids.join(' of type ')} here`);
    if (another) throw new RoamgridError('object.ambiguous', `several parties have a Token ${ids.join(' of type ')}; say whose by the OCPI-to headers`);
    return this.#answer(token, body as LocationReferences | undefined, caller.origin);
  }

  /** The same for a Token of ours that is used at a station of ours. */
  answerOwn(token: Token, asked: LocationReferences | undefined): Promise<AuthorizationInfo> {
    return this.#answer(token, asked, 'own');
  }

  async #answer(token: Token, asked: LocationReferences | undefined, askedBy: string): Promise<AuthorizationInfo> {
    const { config, newReference } = this.#options;
    if (config.locationNeeded && !asked) {
      throw new RoamgridError('authorization.location_needed', 'where the Token is to be used must be said');
    }
    const reference = newReference();
    const question = { token, location: asked ?? null, authorization_reference: reference, asked_by: askedBy };
    const decision = config.backend.url === '' ? decideByStore(token) : await this.#decideByBackend(token, question);
    return authorizationInfo(token, decision, asked, reference);
  }

  /** A backend that says nothing in time must not keep a driver waiting: then what is configured holds. */
  async #decideByBackend(token: Token, question: Parameters<typeof askBackend>[1]): Promise<Decision> {
    const { config, logger } = this.#options;
    try {
      return await askBackend(config.backend, question);
    } catch (error) {
      if (RoamgridError.from(error).code !== 'unavailable') throw error;
      logger.warn({ reason: messageOf(error), answer: config.backend.otherwise }, 'authorization decided without the backend');
      return config.backend.otherwise === 'STORE' ? decideByStore(token) : always(config.backend.otherwise);
    }
  }
}
