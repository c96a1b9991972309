import type { Location, Session, Token } from '@roamgrid/modules';
import { joinUrl, type Party } from '@roamgrid/ocpi';
import type { JsonObject } from '../check/field';
import type { Answer } from '../http/answer';
import type { Method } from '../http/platform-client';
import { evseUid, sampleEvse, sampleLocation } from '../samples/sample-location';
import { cdrTokenOf, sampleToken } from '../samples/sample-token';
import type { Talk } from '../target/platform-hooks';
import type { Registration } from '../target/registration';
import type { Target } from '../target/target';
import { answer, expectResponse, forwarded, Reply } from './conversing';
import { moments } from './seeded-location';
import { ownSession } from './sessions-sender';

/** A charging station of the platform: its first EVSE can do everything, the second nothing, the third must know the plug. */
export interface Station {
  readonly party: Party;
  readonly location: Location;
  readonly evses: readonly [string, string, string];
}

/** A command that was sent. */
export interface Sent {
  readonly kind: string;
  readonly body: JsonObject;
  readonly reply: Reply;
  readonly answer: Answer;
  /** What it is found by again. */
  readonly marker: string;
}

type StartChange = JsonObject & { readonly token?: Token };
type ReserveChange = JsonObject & { readonly reservation_id?: string };

const ALL = ['REMOTE_START_STOP_CAPABLE', 'RESERVABLE', 'UNLOCK_CAPABLE', 'CHARGING_PROFILE_CAPABLE'] as const;

/** The station that all checks share. */
export function stationOf(target: Target): Promise<Station> {
  return target.once('station', async () => {
    const [party, id, time] = [target.platformCpo(), target.newId(), moments(target)(0)];
    const evses = [evseUid(id, 1), evseUid(id, 2), evseUid(id, 3)] as const;
    const location: Location = {
      ...sampleLocation(party, id, time),
      evses: [
        { ...sampleEvse(evses[0], time), capabilities: [...ALL] },
        { ...sampleEvse(evses[1], time), capabilities: ['RFID_READER'] },
        { ...sampleEvse(evses[2], time), capabilities: ['REMOTE_START_STOP_CAPABLE', 'START_SESSION_CONNECTOR_REQUIRED'] },
      ],
    };
    await target.seed('locations', [location]);
    return { party, location, evses };
  });
}

/** A peer of ours that is an eMSP, and sends commands to the platform as a CPO. */
export class Commander {
  private constructor(
    readonly target: Target,
    readonly registration: Registration,
    readonly station: Station,
  ) {}

  static async at(target: Target, registration = target.registration): Promise<Commander> {
    return new Commander(target, registration, await stationOf(target));
  }

  /** Another eMSP at the same station. */
  async other(): Promise<Commander> {
    return new Commander(this.target, await this.target.second(), this.station);
  }

  get party(): Party {
    return this.registration.party('EMSP');
  }

  reply(query = ''): Reply {
    return new Reply(this.registration.peer, 'commands', this.target.newId('R'), query);
  }

  /** A Token that was never pushed. */
  token(change: Partial<Token> = {}): Token {
    return sampleToken(this.party, this.target.newId(), moments(this.target)(0), { type: 'APP_USER', ...change });
  }

  /** An own Session of the platform for a driver of this eMSP, at the station. */
  async session(change: Partial<Session> = {}): Promise<Session> {
    const { location, evses } = this.station;
    const cdr_token = cdrTokenOf(this.token());
    const session = ownSession(this.target, { location_id: location.id, evse_uid: evses[0], cdr_token, ...change });
    await this.target.hooks.seed?.('sessions', [{ ...session }]);
    return session;
  }

  url(word: string): string {
    return joinUrl(this.registration.endpoint('commands', 'RECEIVER'), word);
  }

  call(method: Method, word: string, body?: unknown, from = this.party): Promise<Answer> {
    const url = word === '' ? this.registration.endpoint('commands', 'RECEIVER') : this.url(word);
    return this.registration.call(method, url, { routing: { from, to: this.station.party }, ...(body !== undefined && { body }) });
  }

  /** Sends a command with a response_url of its own, or that of `body`. */
  async send(kind: string, marker: string, body: JsonObject, reply = this.reply()): Promise<Sent> {
    const whole = { response_url: reply.url, ...body };
    return { kind, marker, reply, body: whole, answer: await this.call('POST', kind, whole) };
  }

  /** START_SESSION at the first EVSE. */
  start(change: StartChange = {}, reply?: Reply): Promise<Sent> {
    const token = this.token();
    const { location, evses } = this.station;
    const body = { token, location_id: location.id, evse_uid: evses[0], authorization_reference: this.target.newId('AR'), ...change };
    return this.send('START_SESSION', body.token.uid, body, reply);
  }

  /** RESERVE_NOW at the first EVSE, for an hour. */
  reserve({ reservation_id = this.target.newId('RES'), ...change }: ReserveChange = {}): Promise<Sent> {
    const { location, evses } = this.station;
    const expiry_date = new Date(this.target.now() + 3_600_000).toISOString();
    return this.send('RESERVE_NOW', reservation_id, { token: this.token(), expiry_date, reservation_id, location_id: location.id, evse_uid: evses[0], ...change });
  }

  cancel(reservation_id: string): Promise<Sent> {
    return this.send('CANCEL_RESERVATION', reservation_id, { reservation_id });
  }

  stop(session_id: string): Promise<Sent> {
    return this.send('STOP_SESSION', session_id, { session_id });
  }

  unlock(change: JsonObject = {}): Promise<Sent> {
    const { location, evses } = this.station;
    return this.send('UNLOCK_CONNECTOR', location.id, { location_id: location.id, evse_uid: evses[0], connector_id: '1', ...change });
  }

  /** What the platform's own systems are to do about a command; fails unless it was accepted. */
  taken({ kind, answer: said, marker }: Sent): Promise<Talk> {
    expectResponse('commands', said, 'ACCEPTED');
    return forwarded(this.target, 'commands', kind, marker);
  }

  /** Has a command carried out; gives what was forwarded, once its result has come back. */
  async done(sent: Sent, result = 'ACCEPTED'): Promise<Talk> {
    const talk = await this.taken(sent);
    await answer(this.target, 'commands', talk, { result });
    await sent.reply.comes();
    return talk;
  }
}
