import { adviceRule, type AdviceRule } from '../advice';
import type { Session } from './schema';

/** Energy of the periods this many times that of the Session was not measured in kWh. */
const WH_IN_KWH = 1000;
/** Below this much, in kWh, nothing is said: rounding. */
const LITTLE = 0.1;

/** What our own systems are told about Sessions that are valid. */
export const sessionAdvice: readonly AdviceRule[] = [
  adviceRule<Session>({ row: 'SES-35', code: 'session.energy_unit', depth: 0 }, ({ kwh, charging_periods }, advise) => {
    const dimensions = (charging_periods ?? []).flatMap((period) => period.dimensions);
    const sum = dimensions.filter(({ type }) => type === 'ENERGY').reduce((total, { volume }) => total + Math.abs(volume), 0);
    if (sum > LITTLE && sum > (Math.abs(kwh) * WH_IN_KWH) / 2) {
      advise('/charging_periods', `ENERGY is in kWh: the periods have ${sum}, the Session ${kwh}`);
    }
  }),
];
