import { parseOcpiDateTime } from '@roamgrid/ocpi';
import { listField, textField, type JsonObject } from '../check/field';
import type { Defect } from './defect';

/** What a PATCH makes of the charging periods of a Session. */
export function mergedPeriods(defects: ReadonlySet<Defect>, before: JsonObject, patch: JsonObject): readonly unknown[] {
  const [present, added] = [listField(before, 'charging_periods'), listField(patch, 'charging_periods')];
  if (defects.has('periods are replaced')) return 'charging_periods' in patch ? added : present;
  if (defects.has('periods come twice')) return [...present, ...added];
  const byStart = new Map([...present, ...added].map((period) => [startOf(period), period]));
  return [...byStart].sort(([one], [other]) => one - other).map(([, period]) => period);
}

/** A Session that was put in the place of another. */
export function putSession(defects: ReadonlySet<Defect>, before: JsonObject | undefined, session: JsonObject): JsonObject {
  if (!before) return session;
  const kept = defects.has('PUT keeps old periods') && { charging_periods: mergedPeriods(defects, before, session) };
  const ended = isEnded(defects, before) && { status: 'COMPLETED' };
  return { ...session, ...kept, ...ended };
}

/** Whether a Session takes no PATCH any more. */
export function isEnded(defects: ReadonlySet<Defect>, session: JsonObject): boolean {
  return session['status'] === 'COMPLETED' && !defects.has('COMPLETED begins again');
}

function startOf(period: unknown): number {
  return parseOcpiDateTime(textField(period, 'start_date_time') ?? '') ?? 0;
}
