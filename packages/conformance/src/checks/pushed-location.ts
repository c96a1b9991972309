import type { Location } from '@roamgrid/modules';
import { expectSuccess, expectTaken, expectThat, show } from '../check/expect';
import { field, textField } from '../check/field';
import { evseUid, sampleLocation } from '../samples/sample-location';
import type { ReceiverInterface } from '../target/receiver-interface';
import type { Target } from '../target/target';

/** Moments in a row, an hour apart, for last_updated of what is pushed. */
export const T = [
  '2026-01-05T10:00:00Z',
  '2026-01-05T11:00:00Z',
  '2026-01-05T12:00:00Z',
  '2026-01-05T13:00:00Z',
] as const;

/** A Location of the suite's CPO that the platform took, with two EVSEs of the Connectors 1 and 2, all of T[1]. */
export interface PushedLocation {
  readonly receiver: ReceiverInterface;
  readonly id: string;
  readonly location: Location;
  /** Uids of its EVSEs. */
  readonly evses: readonly [string, string];
}

/** Pushes a fresh Location; `change` makes it special. */
export async function pushLocation(target: Target, change: Partial<Location> = {}): Promise<PushedLocation> {
  const receiver = target.registration.receiver('locations');
  const id = target.newId();
  const location: Location = { ...sampleLocation(receiver.party, id, T[1]), ...change };
  expectTaken(await receiver.put(location));
  return { receiver, id, location, evses: [evseUid(id, 1), evseUid(id, 2)] };
}

/** What the platform holds at a path below country code and party id. Throws CheckFailure when it does not answer 200/1000. */
export async function heldObject(receiver: ReceiverInterface, ...ids: readonly string[]): Promise<unknown> {
  return expectSuccess(await receiver.get(...ids));
}

/** Fails unless last_updated of what is held at a path is a moment. */
export async function expectMoment(receiver: ReceiverInterface, ids: readonly string[], moment: string): Promise<void> {
  const seen = textField(await heldObject(receiver, ...ids), 'last_updated');
  const what = ['Location', 'EVSE', 'Connector'][ids.length - 1] ?? 'object';
  expectThat(instant(seen) === instant(moment), `last_updated of the ${what}: ${moment}`, show(seen));
}

/** Fails unless the platform holds what was pushed; absent, null and [] are the same (TRN-36). */
export async function expectHeld(
  receiver: ReceiverInterface,
  ids: readonly string[],
  expected: unknown,
): Promise<void> {
  const different = difference(expected, await heldObject(receiver, ...ids), '');
  expectThat(different === undefined, 'the object as it was pushed', different ?? '');
}

function difference(expected: unknown, seen: unknown, path: string): string | undefined {
  if (isNothing(expected) && isNothing(seen)) return undefined;
  const nested = isContainer(expected) && isContainer(seen) && Array.isArray(expected) === Array.isArray(seen);
  if (!nested) return expected === seen ? undefined : `${path || '/'}: ${show(seen)} instead of ${show(expected)}`;
  const names = new Set([...Object.keys(expected), ...Object.keys(seen)]);
  return [...names]
    .map((name) => difference(field(expected, name), field(seen, name), `${path}/${name}`))
    .find((found) => found !== undefined);
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function instant(text: string | undefined): number {
  return Date.parse(text === undefined || text.endsWith('Z') ? (text ?? '') : `${text}Z`);
}
