import { adviseOn } from '../advice';
import { sessions } from './index';

const session = (kwh: number, ...volumes: number[]): object => ({
  kwh,
  charging_periods: [{ dimensions: volumes.map((volume) => ({ type: 'ENERGY', volume })) }],
});
const rowsOf = (value: object): string[] => adviseOn(sessions, value).map(({ row, path }) => `${row} ${path}`);

describe('advice on Sessions', () => {
  it('SES-35 tells of energy in Wh', () => {
    expect(rowsOf(session(0.12, 120))).toEqual(['SES-35 /charging_periods']);
    expect(rowsOf(session(41, 120, 41_000))).toEqual(['SES-35 /charging_periods']);
    expect(rowsOf(session(0, 2))).toEqual(['SES-35 /charging_periods']);
  });

  it('SES-35 SES-40 says nothing of kWh, of rounding, of a Session without periods, or of what was fed back', () => {
    for (const sound of [session(10, 9.9), session(0, 0.05), session(-5, -5), { kwh: 1 }]) expect(rowsOf(sound)).toEqual([]);
  });
});
