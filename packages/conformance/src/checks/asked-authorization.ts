import type { Token } from '@roamgrid/modules';
import { joinUrl, type Party } from '@roamgrid/ocpi';
import { expectSuccess, expectThat, show } from '../check/expect';
import { field, isJsonObject, type JsonObject } from '../check/field';
import type { Answer } from '../http/answer';
import { sampleToken } from '../samples/sample-token';
import type { Registration } from '../target/registration';
import type { Target } from '../target/target';
import { moments } from './seeded-location';

export const ALLOWED_TYPES: readonly unknown[] = ['ALLOWED', 'BLOCKED', 'EXPIRED', 'NO_CREDIT', 'NOT_ALLOWED'];

export interface AskOptions {
  /** Default: none, which is RFID. */
  readonly type?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Default: an eMSP of the platform. */
  readonly to?: Party;
}

/** Asks the platform in real time whether a Token may charge. */
export function authorize(registration: Registration, uid: string, { type, to, ...options }: AskOptions = {}): Promise<Answer> {
  const sender = registration.sender('tokens');
  const query = type === undefined ? '' : `?type=${type}`;
  const url = joinUrl(sender.endpoint, uid, 'authorize') + query;
  const party = to ?? registration.platformParties('EMSP')[0];
  return registration.call('POST', url, { routing: sender.routing(party), ...options });
}

/** Writes a Token of the platform's eMSP and waits until it is listed. */
export async function seedToken(target: Target, change: Partial<Token> = {}): Promise<Token> {
  const token = sampleToken(target.platformEmsp(), target.newId(), moments(target)(0), change);
  await target.seed('tokens', [token]);
  return token;
}

/** Fails unless the answer is 200/1000 with an AuthorizationInfo about that Token; gives it. */
export function expectInfo(answer: Answer, { uid, type }: Pick<Token, 'uid' | 'type'>): JsonObject {
  const info = expectSuccess(answer);
  expectThat(isJsonObject(info) && ALLOWED_TYPES.includes(info['allowed']), 'an AuthorizationInfo', show(info));
  const seen = [field(info, 'token', 'uid'), field(info, 'token', 'type')];
  expectThat(String(seen[0]).toUpperCase() === uid.toUpperCase() && seen[1] === type, `the Token ${uid} of type ${type}`, show(info));
  return info;
}
