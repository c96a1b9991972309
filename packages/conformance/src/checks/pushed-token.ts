import type { Token } from '@roamgrid/modules';
import { expectTaken } from '../check/expect';
import { sampleToken } from '../samples/sample-token';
import type { ReceiverInterface } from '../target/receiver-interface';
import type { Target } from '../target/target';
import { T } from './pushed-location';

/** A Token of the suite’s eMSP that the platform took. */
export interface PushedToken {
  /** Interface for Tokens of its type. */
  readonly receiver: ReceiverInterface;
  readonly uid: string;
  readonly token: Token;
}

/** The interface that takes Tokens of a type, with that type in the query where it is not RFID. */
export function tokenReceiver(target: Target, type = 'RFID'): ReceiverInterface {
  const receiver = target.registration.receiver('tokens');
  return type === 'RFID' ? receiver : receiver.withQuery(`?type=${type}`);
}

/** Pushes a fresh Token; `change` makes it special. */
export async function pushToken(target: Target, change: Partial<Token> = {}): Promise<PushedToken> {
  const receiver = tokenReceiver(target, change.type);
  const token = sampleToken(receiver.party, target.newId(), T[1], change);
  expectTaken(await receiver.putAt([token.uid], token));
  return { receiver, uid: token.uid, token };
}
