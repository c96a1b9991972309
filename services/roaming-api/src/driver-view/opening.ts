import type { Location } from '@roamgrid/modules';
import { parseOcpiDateTime } from '@roamgrid/ocpi';

type Hours = NonNullable<Location['opening_times']>;
type Period = NonNullable<Hours['exceptional_openings']>[number];

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/**
 * Whether a Location is open at a moment: exceptional closings override everything, exceptional openings add to the regular
 * hours; both are instants, the regular hours are local time (LOC-50, LOC-51). Undefined when it does not say, or its time
 * zone is none.
 */
export function isOpenAt({ opening_times: hours, time_zone }: Location, at: number): boolean | undefined {
  if (!hours) return undefined;
  const holds = (period: Period): boolean =>
    (parseOcpiDateTime(period.period_begin) ?? Infinity) <= at && at < (parseOcpiDateTime(period.period_end) ?? -Infinity);
  if ((hours.exceptional_closings ?? []).some(holds)) return false;
  if (hours.twentyfourseven || (hours.exceptional_openings ?? []).some(holds)) return true;
  const local = localTime(time_zone, at);
  if (!local) return undefined;
  return (hours.regular_hours ?? []).some(
    ({ weekday, period_begin, period_end }) =>
      weekday === local.weekday && period_begin <= local.time && local.time < period_end,
  );
}

/** Weekday from 1 for Monday, and HH:MM. */
function localTime(timeZone: string, at: number): { readonly weekday: number; readonly time: string } | undefined {
  try {
    const format = new Intl.DateTimeFormat('en-GB', {
      ...{ timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
    });
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const weekday = WEEKDAYS.indexOf(parts.get('weekday') ?? '') + 1;
    return { weekday, time: `${parts.get('hour')}:${parts.get('minute')}` };
  } catch {
    return undefined;
  }
}
