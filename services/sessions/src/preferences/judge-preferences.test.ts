import type { ChargingPreferences, Tariff } from '@roamgrid/modules';
import { judgePreferences, takesPreferences } from './judge-preferences';

const active = { status: 'ACTIVE' } as const;
const tariffs = (...types: Tariff['type'][]): Pick<Tariff, 'type'>[] => types.map((type) => ({ ...(type && { type }) }));
const planned = { departure_time: '2026-01-01T18:00:00Z', energy_need: 20 };

describe('preferences for a session', () => {
  it.each<[string, ChargingPreferences, Tariff['type'][], string]>([
    ['SES-05', { profile_type: 'FAST' }, ['PROFILE_FAST'], 'ACCEPTED'],
    ['SES-05', { profile_type: 'REGULAR' }, [undefined], 'ACCEPTED'],
    ['SES-08', { profile_type: 'FAST' }, ['REGULAR', 'PROFILE_CHEAP'], 'PROFILE_TYPE_NOT_SUPPORTED'],
    ['SES-08', { profile_type: 'CHEAP', ...planned }, [], 'PROFILE_TYPE_NOT_SUPPORTED'],
    ['SES-05', { profile_type: 'CHEAP', energy_need: 20 }, ['PROFILE_CHEAP'], 'DEPARTURE_REQUIRED'],
    ['SES-05', { profile_type: 'GREEN', departure_time: planned.departure_time }, ['PROFILE_GREEN'], 'ENERGY_NEED_REQUIRED'],
    ['SES-05', { profile_type: 'GREEN', ...planned }, ['PROFILE_GREEN'], 'ACCEPTED'],
  ])('%s %j with tariffs of %j: %s', (_row, preferences, types, answer) => {
    expect(judgePreferences(preferences, active, tariffs(...types))).toBe(answer);
  });

  it.each(['COMPLETED', 'INVALID'] as const)('SES-07 are too late for a session that is %s', (status) => {
    expect(judgePreferences({ profile_type: 'FAST' }, { status }, tariffs('PROFILE_FAST'))).toBe('NOT_POSSIBLE');
  });

  it('SES-06 can be told only to an EVSE that says so', () => {
    expect(takesPreferences({ capabilities: ['RESERVABLE', 'CHARGING_PREFERENCES_CAPABLE'] })).toBe(true);
    expect([takesPreferences({}), takesPreferences({ capabilities: null }), takesPreferences({ capabilities: ['RESERVABLE'] })]).toEqual([false, false, false]);
  });
});
