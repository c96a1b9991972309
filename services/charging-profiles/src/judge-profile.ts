import type { AskedRequest, ConversationStore, Judgement } from '@roamgrid/conversation-service';
import { ACCEPTED, type Location, type Session } from '@roamgrid/modules';
import { readOwn, type JsonObject } from '@roamgrid/object-service';
import { foldCase, objectKey, partyKey, type Party } from '@roamgrid/ocpi';
import { isSmartCharger, RoamgridError, type Client, type Clock, type ObjectsCalls } from '@roamgrid/runtime';
import { receivedSessions } from './received-sessions';

export interface JudgeOptions {
  readonly locations: Pick<Client<ObjectsCalls>, 'Get'>;
  readonly sessions: Pick<Client<ObjectsCalls>, 'Count' | 'Fetch' | 'Get'>;
  readonly store: ConversationStore;
  /** Milliseconds between two requests of one kind for one session by one party. */
  readonly pause: number;
  readonly clock: Clock;
}

const VERSION = '2.2.1';

/**
 * What a request for a charging profile is answered with at once (CHP-07); one for a Session of a driver of ours at another CPO
 * is passed on, for an SCSP under contract.
 */
export async function judgeProfile(options: JudgeOptions, asked: AskedRequest): Promise<Judgement> {
  const id = String(asked.request['session_id']);
  const party = asked.parties[0];
  if (!party) throw new RoamgridError('party.not_hosted', 'no party here has charge points, or drivers at those of others');
  const session = await readOwn<Session>(options.sessions, VERSION, asked.parties, [id]);
  if (!session) return judgeReceived(options, asked, party);
  const owner = { country_code: session.country_code, party_id: session.party_id };
  const response = await responseFor(options, asked, owner, session);
  return { party: owner, response, ...(response === ACCEPTED && { subject: profileSubject(asked.request, owner) }) };
}

/** Of the Sessions that we received only those of our own drivers are ours to steer, and only through who asks for us (CHP-24). */
async function judgeReceived({ sessions }: JudgeOptions, { parties, peer, request }: AskedRequest, nobody: Party): Promise<Judgement> {
  const unknown: Judgement = { party: nobody, response: 'UNKNOWN_SESSION' };
  if (!isSmartCharger(peer)) return unknown;
  const received = await receivedSessions(sessions, VERSION, String(request['session_id']));
  const theirs = received.filter(({ origin, session }) => origin !== peer.id && driverOf(session, parties) !== undefined);
  const running = theirs.filter(({ session: { status } }) => status !== 'COMPLETED' && status !== 'INVALID');
  const [found, another] = running.length > 0 ? running : theirs;
  const party = found && driverOf(found.session, parties);
  if (!found || !party) return unknown;
  if (another) return { party, response: 'REJECTED' }; // two CPOs gave one id, and nothing here says whose is meant
  const owner = { country_code: found.session.country_code, party_id: found.session.party_id };
  return { party, response: ACCEPTED, subject: profileSubject(request, owner), passOn: { peer: found.origin, party: owner } };
}

/** Which of the parties has the Token that charges. */
function driverOf({ cdr_token }: Session, parties: readonly Party[]): Party | undefined {
  return parties.find((party) => partyKey(party) === partyKey(cdr_token));
}

/** The session that a request or a notice is about, at the party that runs it. */
export function profileSubject(request: JsonObject, party: Party): string {
  return `session/${objectKey(party, String(request['session_id']))}`;
}

/** Only the eMSP whose Token charges may set limits, or an SCSP under contract (CHP-23), and only while it charges (CHP-33). */
async function responseFor(options: JudgeOptions, asked: AskedRequest, owner: Party, session: Session): Promise<string> {
  const { caller, peer } = asked;
  const isTheirs = isSmartCharger(peer) || caller.roles.some((role) => partyKey(role) === partyKey(session.cdr_token));
  if (!isTheirs || session.status === 'COMPLETED' || session.status === 'INVALID') return 'REJECTED';
  const location = await readOwn<Location>(options.locations, VERSION, [owner], [session.location_id]);
  const evse = location?.evses?.find(({ uid }) => foldCase(uid) === foldCase(session.evse_uid));
  if (!evse?.capabilities?.includes('CHARGING_PROFILE_CAPABLE')) return 'NOT_SUPPORTED'; // CHP-29
  return (await isTooSoon(options, asked, owner)) ? 'TOO_OFTEN' : ACCEPTED;
}

/** CHP-30. */
async function isTooSoon({ store, pause, clock }: JudgeOptions, { kind, request, caller }: AskedRequest, owner: Party): Promise<boolean> {
  if (pause === 0) return false;
  const last = await store.newest(profileSubject(request, owner), { 'talk.kind': kind.name, 'talk.peer': caller.origin });
  return last !== undefined && last.created.getTime() + pause > clock.now();
}
