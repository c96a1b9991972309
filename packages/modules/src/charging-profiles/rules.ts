import type { Report } from '../schema';
import type { ActiveChargingProfile, ActiveChargingProfileResult, ChargingProfile } from './schema';

/** CHP-18, CHP-21 of a profile that stands in a request or a notice. */
export function profileIsOrdered({ charging_profile: profile }: { charging_profile?: ChargingProfile }, report: Report): void {
  if (profile) checkProfile(profile, '/charging_profile', report);
}

/** CHP-16: there is a limit at any time, that of the EVSE itself where no profile is active any more. */
export function profileHasLimit({ charging_profile: profile }: { charging_profile?: ChargingProfile }, report: Report): void {
  if (profile && (profile.charging_profile_period ?? []).length === 0) {
    report('/charging_profile/charging_profile_period', 'is required: where no profile is active any more, one period with the maximum of the EVSE');
  }
}

/** CHP-10: who says ACCEPTED says the profile; CHP-18, CHP-21 of that. */
export function acceptedHasProfile({ result, profile }: Partial<ActiveChargingProfileResult>, report: Report): void {
  if (result === 'ACCEPTED' && !profile) report('/profile', 'is required where the result is ACCEPTED');
  if (profile) checkActive(profile, '/profile', report);
}

function checkActive({ charging_profile: profile }: ActiveChargingProfile, path: string, report: Report): void {
  checkProfile(profile, `${path}/charging_profile`, report);
}

function checkProfile({ min_charging_rate: least, charging_profile_period: periods }: ChargingProfile, path: string, report: Report): void {
  if (least !== undefined && least !== null) checkDecimals(least, `${path}/min_charging_rate`, report);
  let begun = -1;
  periods?.forEach(({ start_period: start, limit }, index) => {
    const at = `${path}/charging_profile_period/${index}`;
    if (index === 0 && start !== 0) report(`${at}/start_period`, 'must be 0 in the first period', start);
    else if (start <= begun) report(`${at}/start_period`, `must be above that of the period before, ${begun}`, start);
    begun = start;
    checkDecimals(limit, `${at}/limit`, report);
  });
}

function checkDecimals(value: number, path: string, report: Report): void {
  if (Math.abs(value * 10 - Math.round(value * 10)) > 1e-6) report(path, 'must have at most one decimal', value);
}
