import type { CancelReservation, CommandType, ReserveNow, Session, StartSession, StopSession, Token, UnlockConnector } from '@roamgrid/modules';
import { ACCEPTED } from '@roamgrid/modules';
import type { AskedRequest, ConversationStore, Judgement } from '@roamgrid/conversation-service';
import { readOwn } from '@roamgrid/object-service';
import { foldCase, objectKey, partyKey, type Party } from '@roamgrid/ocpi';
import { RoamgridError, type Client, type Clock, type ObjectsCalls } from '@roamgrid/runtime';
import { tokenMarks } from './commanded-tokens';
import { findPlace, isGiven, type FoundPlace, type Place } from './places';

export interface JudgeOptions {
  readonly locations: Pick<Client<ObjectsCalls>, 'Get'>;
  readonly sessions: Pick<Client<ObjectsCalls>, 'Get'>;
  readonly store: ConversationStore;
  readonly supported: readonly CommandType[];
  readonly clock: Clock;
  readonly newId: () => string;
}

/** What an EVSE must be able to do for a command (CMD-38). */
const CAPABILITIES = { RESERVE_NOW: 'RESERVABLE', START_SESSION: 'REMOTE_START_STOP_CAPABLE', UNLOCK_CONNECTOR: 'UNLOCK_CAPABLE' } as const;

/**
 * What a command of a peer is answered with at once (CMD-06): whether it can be forwarded, not whether it will succeed. The
 * Token of a command is not looked up (CMD-21), only that it is the caller's own (CMD-26).
 */
export class CommandJudge {
  readonly #options: JudgeOptions;

  constructor(options: JudgeOptions) {
    this.#options = options;
  }

  /** Throws location.unknown. */
  async judge(asked: AskedRequest): Promise<Judgement> {
    const name = asked.kind.name as CommandType;
    const party = asked.parties[0];
    if (!party) throw new RoamgridError('party.not_hosted', 'no party here has charge points');
    if (!this.#options.supported.includes(name)) return { party, response: 'NOT_SUPPORTED', why: `${name} is not offered here` };
    switch (name) {
      case 'START_SESSION':
        return this.#start(asked, asked.request as StartSession);
      case 'RESERVE_NOW':
        return this.#reserve(asked, asked.request as ReserveNow);
      case 'CANCEL_RESERVATION':
        return this.#cancel(asked, party, asked.request as CancelReservation);
      case 'STOP_SESSION':
        return this.#stop(asked, party, asked.request as StopSession);
      case 'UNLOCK_CONNECTOR':
        return this.#unlock(asked, asked.request as UnlockConnector);
    }
  }

  async #start(asked: AskedRequest, request: StartSession): Promise<Judgement> {
    const place = await findPlace(this.#options.locations, asked.parties, request);
    const refusal = placeProblem(place, request, 'START_SESSION') ?? connectorProblem(place, request) ?? tokenProblem(place.party, asked, request.token);
    if (refusal) return refusal;
    const subject = tokenSubject(request.token);
    const where = [request.location_id, request.evse_uid ?? '', request.connector_id ?? ''].map(foldCase).join('/');
    const marks = tokenMarks(request.token, request.location_id);
    return { party: place.party, response: ACCEPTED, subject, marks, claim: `START_SESSION/${partyKey(place.party)}/${subject}/${where}` };
  }

  /** The station hears of an id of ours only, so no eMSP reaches the reservation of another one (CMD-29); the same one again replaces it (CMD-28). */
  async #reserve(asked: AskedRequest, request: ReserveNow): Promise<Judgement> {
    const { clock, locations, newId } = this.#options;
    const place = await findPlace(locations, asked.parties, request);
    const refusal = placeProblem(place, request, 'RESERVE_NOW') ?? tokenProblem(place.party, asked, request.token);
    if (refusal) return refusal;
    const expiry = new Date(request.expiry_date);
    if (expiry.getTime() <= clock.now()) return { party: place.party, response: 'REJECTED', why: 'expiry_date is past' };
    const subject = reservationSubject(asked, request.reservation_id);
    const known = await this.#reservation(subject);
    const again = known && foldCase(String(known.talk.request['location_id'])) === foldCase(request.location_id);
    const details = { reservation: again ? known.talk.details?.['reservation'] : newId(), replaces: again === true };
    const marks = tokenMarks(request.token, request.location_id);
    return { party: place.party, response: ACCEPTED, subject, marks, details, openUntil: expiry };
  }

  /** Of another eMSP's reservation nobody says that it is there (CMD-30). */
  async #cancel(asked: AskedRequest, party: Party, { reservation_id: id }: CancelReservation): Promise<Judgement> {
    const subject = reservationSubject(asked, id);
    const known = await this.#reservation(subject);
    if (!known) return { party, response: ACCEPTED, result: { result: 'UNKNOWN_RESERVATION' } };
    const [country_code = '', party_id = ''] = known.state.names;
    return { party: { country_code, party_id }, response: ACCEPTED, subject, details: { reservation: known.talk.details?.['reservation'] } };
  }

  async #stop({ caller, parties }: AskedRequest, party: Party, { session_id: id }: StopSession): Promise<Judgement> {
    const session = await readOwn<Session>(this.#options.sessions, '2.2.1', parties, [id]);
    const callers = new Set(caller.roles.map(partyKey));
    if (!session || !callers.has(partyKey(session.cdr_token))) return { party, response: 'UNKNOWN_SESSION', why: `no session ${id}` }; // CMD-27
    const owner = { country_code: session.country_code, party_id: session.party_id };
    if (session.status === 'COMPLETED') return { party: owner, response: 'REJECTED', why: `session ${id} is COMPLETED` };
    return { party: owner, response: ACCEPTED, claim: `STOP_SESSION/${objectKey(owner, id)}` };
  }

  async #unlock(asked: AskedRequest, request: UnlockConnector): Promise<Judgement> {
    const place = await findPlace(this.#options.locations, asked.parties, request);
    return placeProblem(place, request, 'UNLOCK_CONNECTOR') ?? { party: place.party, response: ACCEPTED };
  }

  /** The newest that its charge point took, and that nobody has cancelled since. */
  async #reservation(subject: string): ReturnType<ConversationStore['newest']> {
    const { clock, store } = this.#options;
    const done = { 'talk.result.result': ACCEPTED, 'talk.ended': { $exists: false } };
    const found = await store.newest(subject, { ...done, 'talk.kind': 'RESERVE_NOW', 'talk.openUntil': { $gt: new Date(clock.now()) } });
    if (!found) return undefined;
    const cancelled = await store.newest(subject, { ...done, 'talk.kind': 'CANCEL_RESERVATION' });
    return cancelled && cancelled.created >= found.created ? undefined : found;
  }
}

/** CMD-19, CMD-38. */
function placeProblem({ party, evses, hasConnector }: FoundPlace, place: Place, command: keyof typeof CAPABILITIES): Judgement | undefined {
  if (isGiven(place.evse_uid) && evses.length === 0) return { party, response: 'REJECTED', why: `location ${place.location_id} has no EVSE ${place.evse_uid}` };
  if (!hasConnector) return { party, response: 'REJECTED', why: `EVSE ${place.evse_uid} has no connector ${place.connector_id}` };
  const needed = CAPABILITIES[command];
  if (evses.some(({ capabilities }) => capabilities?.includes(needed))) return undefined;
  return { party, response: 'NOT_SUPPORTED', why: `no EVSE that is meant is ${needed}` };
}

/** CMD-20: some stations must know which plug is meant. */
function connectorProblem({ party, evses }: FoundPlace, place: Place): Judgement | undefined {
  const needsOne = evses.length > 0 && evses.every(({ capabilities }) => capabilities?.includes('START_SESSION_CONNECTOR_REQUIRED'));
  if (!needsOne || isGiven(place.connector_id)) return undefined;
  return { party, response: 'REJECTED', why: 'connector_id is required here (START_SESSION_CONNECTOR_REQUIRED)' };
}

function tokenProblem(party: Party, { caller }: AskedRequest, token: Token): Judgement | undefined {
  if (caller.roles.some((role) => partyKey(role) === partyKey(token))) return undefined;
  return { party, response: 'REJECTED', why: `the token is of ${partyKey(token)}, which is not who asks` };
}

function reservationSubject({ counterpart }: AskedRequest, id: string): string {
  return `reservation/${objectKey(counterpart, id)}`;
}

/** What is known of a Token by commands. */
export function tokenSubject({ country_code, party_id, uid, type }: Pick<Token, 'country_code' | 'party_id' | 'uid' | 'type'>): string {
  return `token/${objectKey({ country_code, party_id }, uid, type)}`;
}
