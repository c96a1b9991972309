import type { ChargingProfile, Session } from '@roamgrid/modules';
import { addQuery, joinUrl, type Party } from '@roamgrid/ocpi';
import type { JsonObject } from '../check/field';
import type { Answer } from '../http/answer';
import type { Method } from '../http/platform-client';
import { cdrTokenOf, sampleToken } from '../samples/sample-token';
import type { Talk } from '../target/platform-hooks';
import type { Registration } from '../target/registration';
import type { Target } from '../target/target';
import { stationOf, type Station } from './commanding';
import { answer, expectResponse, forwarded, Reply } from './conversing';
import { ownSession } from './sessions-sender';
import { moments } from './seeded-location';

/** A request about a profile that was made. */
export interface Asked {
  readonly kind: 'SET' | 'GET' | 'CLEAR';
  readonly session: string;
  readonly reply: Reply;
  readonly answer: Answer;
}

/** Limits that go down after an hour. */
export const PROFILE: ChargingProfile = {
  charging_rate_unit: 'A',
  min_charging_rate: 6,
  charging_profile_period: [
    { start_period: 0, limit: 16 },
    { start_period: 3_600, limit: 10.5 },
  ],
};

/** An ActiveChargingProfile of that, calculated at some other moment than the profile begins. */
export function activeProfile(target: Target, profile: ChargingProfile = PROFILE): JsonObject & { readonly charging_profile: ChargingProfile } {
  const at = moments(target);
  return { start_date_time: at(2), charging_profile: { ...profile, start_date_time: at(1) } };
}

/** A peer of ours that is an eMSP, and sets profiles on Sessions of the platform as a CPO. */
export class Profiler {
  private constructor(
    readonly target: Target,
    readonly registration: Registration,
    readonly station: Station,
  ) {}

  static async at(target: Target, registration = target.registration): Promise<Profiler> {
    return new Profiler(target, registration, await stationOf(target));
  }

  /** Another eMSP. */
  async other(): Promise<Profiler> {
    return new Profiler(this.target, await this.target.second(), this.station);
  }

  get party(): Party {
    return this.registration.party('EMSP');
  }

  reply(query = ''): Reply {
    return new Reply(this.registration.peer, 'chargingprofiles', this.target.newId('R'), query);
  }

  /** A Session of the platform for a driver of this eMSP, at an EVSE that takes profiles. */
  async session(change: Partial<Session> = {}): Promise<string> {
    const { location, evses } = this.station;
    const cdr_token = cdrTokenOf(sampleToken(this.party, this.target.newId(), ''));
    const session = ownSession(this.target, { location_id: location.id, evse_uid: evses[0], cdr_token, ...change });
    await this.target.hooks.seed?.('sessions', [{ ...session }]);
    return session.id;
  }

  call(method: Method, session: string, { query = '', body }: { readonly query?: string; readonly body?: unknown } = {}): Promise<Answer> {
    const url = joinUrl(this.registration.endpoint('chargingprofiles', 'RECEIVER'), session);
    return this.registration.call(method, addQuery(url, query), { routing: { from: this.party, to: this.station.party }, ...(body !== undefined && { body }) });
  }

  async set(session: string, profile: unknown = PROFILE, reply = this.reply()): Promise<Asked> {
    const body = { charging_profile: profile, response_url: reply.url };
    return { kind: 'SET', session, reply, answer: await this.call('PUT', session, { body }) };
  }

  async get(session: string, duration = 900, reply = this.reply()): Promise<Asked> {
    const query = new URLSearchParams({ duration: String(duration), response_url: reply.url }).toString();
    return { kind: 'GET', session, reply, answer: await this.call('GET', session, { query }) };
  }

  async clear(session: string, reply = this.reply()): Promise<Asked> {
    const query = new URLSearchParams({ response_url: reply.url }).toString();
    return { kind: 'CLEAR', session, reply, answer: await this.call('DELETE', session, { query }) };
  }

  /** What the platform's own systems are to do; fails unless the request was accepted. */
  taken({ kind, session, answer: said }: Asked): Promise<Talk> {
    expectResponse('chargingprofiles', said, 'ACCEPTED');
    return forwarded(this.target, 'chargingprofiles', kind, session);
  }

  /** Has it carried out; gives what was told to the eMSP. */
  async done(asked: Asked, result: JsonObject = { result: 'ACCEPTED' }): Promise<unknown> {
    await answer(this.target, 'chargingprofiles', await this.taken(asked), result);
    return (await asked.reply.comes()).json;
  }
}
