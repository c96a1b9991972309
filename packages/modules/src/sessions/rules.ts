import type { Report } from '../schema';
import type { Session } from './schema';

const NOT_ASSIGNED = '#NA';
const IN_USE: readonly string[] = ['ACTIVE', 'PENDING'];

/** SES-29: only a reservation may leave open where it charges, or one that ended unused. */
export function placeIsUnknownInReservationsOnly(session: Partial<Session>, report: Report): void {
  const { status } = session;
  for (const field of ['evse_uid', 'connector_id'] as const) {
    const value = session[field];
    if (value === '') report(`/${field}`, 'must not be empty', value);
    if (value === NOT_ASSIGNED && status !== undefined && IN_USE.includes(status)) {
      report(`/${field}`, `must be known when the status is ${status}`, value);
    }
  }
}
