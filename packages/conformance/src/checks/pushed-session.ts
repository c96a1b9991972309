import type { Session } from '@roamgrid/modules';
import { expectTaken } from '../check/expect';
import { samplePeriod, sampleSession } from '../samples/sample-session';
import { driverOf } from '../samples/sample-token';
import type { ReceiverInterface } from '../target/receiver-interface';
import type { Target } from '../target/target';
import { T } from './pushed-location';

/** A Session of the suite’s CPO that the platform took: of one period that began at T[0], last updated at T[1]. */
export interface PushedSession {
  readonly receiver: ReceiverInterface;
  readonly id: string;
  readonly session: Session;
}

/** A Session of the suite’s CPO for a driver of the platform’s eMSP, not pushed yet. */
export function freshSession(target: Target, change: Partial<Session> = {}): PushedSession {
  const receiver = target.registration.receiver('sessions');
  const driver = driverOf(target.platformEmsp());
  const times = { start_date_time: T[0], charging_periods: [samplePeriod(T[0])] };
  const session = sampleSession(receiver.party, target.newId(), driver, T[1], { ...times, ...change });
  return { receiver, id: session.id, session };
}

/** Pushes a fresh Session; `change` makes it special. */
export async function pushSession(target: Target, change: Partial<Session> = {}): Promise<PushedSession> {
  const pushed = freshSession(target, change);
  expectTaken(await pushed.receiver.put(pushed.session));
  return pushed;
}
