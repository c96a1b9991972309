import { reportRepeats, type Report } from '../schema';
import type { EVSE, Hours, Location, PublishTokenType } from './schema';

/** LOC-39: an entry names a uid, visual number or group; a uid comes with its type, a visual number with its issuer. */
export function publishTokensAreComplete(location: Partial<Location>, report: Report): void {
  location.publish_allowed_to?.forEach((token, index) => {
    reportPublishToken(token, `/publish_allowed_to/${index}`, report);
  });
}

function reportPublishToken(token: PublishTokenType, path: string, report: Report): void {
  if (isAbsent(token.uid) && isAbsent(token.visual_number) && isAbsent(token.group_id)) {
    report(path, 'must have a uid, visual_number or group_id');
  }
  if (!isAbsent(token.uid) && isAbsent(token.type)) report(`${path}/type`, 'is required with uid');
  if (!isAbsent(token.visual_number) && isAbsent(token.issuer)) {
    report(`${path}/issuer`, 'is required with visual_number');
  }
}

function isAbsent(text: string | null | undefined): boolean {
  return text === undefined || text === null;
}

/** LOC-29: EVSEs of a Location have uids of their own, Connectors of an EVSE have ids of their own. */
export function nestedIdsAreUnique(location: Partial<Location>, report: Report): void {
  const evses = location.evses ?? [];
  reportRepeats(
    evses.map((evse) => evse.uid),
    '/evses',
    'uid',
    report,
  );
  evses.forEach((evse, index) => {
    reportConnectorIds(evse, `/evses/${index}`, report);
  });
}

/** LOC-29 for a single EVSE. */
export function connectorIdsAreUnique(evse: Partial<EVSE>, report: Report): void {
  reportConnectorIds(evse, '', report);
}

function reportConnectorIds(evse: Partial<EVSE>, path: string, report: Report): void {
  reportRepeats(
    (evse.connectors ?? []).map(({ id }) => id),
    `${path}/connectors`,
    'id',
    report,
  );
}

/** LOC-38: publish_allowed_to is used only with publish=false. */
export function publishListOnlyIfUnpublished(location: Partial<Location>, report: Report): void {
  if (location.publish === true && (location.publish_allowed_to ?? []).length > 0) {
    report('/publish_allowed_to', 'must be absent unless publish is false');
  }
}

/** LOC-49, LOC-50: regular hours exactly if not open 24/7, and no period runs past midnight. */
export function openingTimesAreConsistent(location: Partial<Location>, report: Report): void {
  if (location.opening_times !== undefined && location.opening_times !== null) {
    reportHours(location.opening_times, report);
  }
}

function reportHours(hours: Hours, report: Report): void {
  const regular = hours.regular_hours ?? [];
  const path = '/opening_times/regular_hours';
  if (hours.twentyfourseven && regular.length > 0) report(path, 'must be absent when twentyfourseven is true');
  if (!hours.twentyfourseven && regular.length === 0) report(path, 'is required when twentyfourseven is false');
  regular.forEach(({ period_begin, period_end }, index) => {
    if (period_end <= period_begin) {
      report(`${path}/${index}/period_end`, `must be later than period_begin ${period_begin}`, period_end);
    }
  });
}

/** LOC-47: where there is no postal code or state, the field is left out. */
export function placeNamesAreNotEmpty(location: Partial<Location>, report: Report): void {
  if (location.postal_code === '') report('/postal_code', 'must be left out where there is none', '');
  if (location.state === '') report('/state', 'must be left out where there is none', '');
}

const knownTimeZones = new Set<string>();

function isTimeZone(name: string): boolean {
  if (knownTimeZones.has(name)) return true;
  if (!/^[A-Z][A-Za-z_]*\/[A-Za-z0-9_+/-]+$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
  } catch {
    return false;
  }
  knownTimeZones.add(name);
  return true;
}

/** LOC-46: time_zone is a name of the IANA time zone database, such as Europe/Amsterdam. */
export function timeZoneIsKnown(location: Partial<Location>, report: Report): void {
  const zone = location.time_zone;
  if (zone !== undefined && !isTimeZone(zone)) {
    report('/time_zone', 'must be an IANA time zone such as Europe/Amsterdam', zone);
  }
}
