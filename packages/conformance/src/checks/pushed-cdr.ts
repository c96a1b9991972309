import type { CDR } from '@roamgrid/modules';
import { expectTaken, expectThat, show } from '../check/expect';
import type { Answer } from '../http/answer';
import { sampleCdr } from '../samples/sample-cdr';
import { driverOf } from '../samples/sample-token';
import type { ReceiverInterface } from '../target/receiver-interface';
import type { Target } from '../target/target';
import { T } from './pushed-location';

/** A CDR of the suite’s CPO that the platform took. */
export interface PushedCdr {
  readonly receiver: ReceiverInterface;
  readonly cdr: CDR;
  /** Where it can be read. */
  readonly url: string;
}

/** A CDR of the suite’s CPO for a driver of the platform’s eMSP, not posted yet. */
export function freshCdr(target: Target, change: Partial<CDR> = {}): Pick<PushedCdr, 'cdr' | 'receiver'> {
  const receiver = target.registration.receiver('cdrs');
  return { receiver, cdr: sampleCdr(receiver.party, target.newId(), driverOf(target.platformEmsp()), T[1], change) };
}

/** Posts a fresh CDR; `change` makes it special. */
export async function postCdr(target: Target, change: Partial<CDR> = {}): Promise<PushedCdr> {
  const { receiver, cdr } = freshCdr(target, change);
  const answer = await receiver.post(cdr);
  expectTaken(answer);
  return { receiver, cdr, url: locationOf(answer) };
}

/** The Location of an answer. Throws CheckFailure where it is none, or no absolute URL. */
export function locationOf(answer: Answer): string {
  const url = answer.header('location') ?? '';
  const absolute = /^https?:\/\/[^/]/.test(url) && URL.canParse(url);
  expectThat(absolute, 'Location: an absolute URL', `${show(url)}, ${answer.describe()}`);
  return url;
}
