import { CRASH_POINTS } from '@roamgrid/runtime';
import { SeededRandom } from '@roamgrid/testkit';
import { describe as inWords, TARGETS, type Target } from './fault';
import { FaultPlan } from './fault-plan';

const ROUNDS = 20;

function planOf(targets: readonly Target[], seed: number): FaultPlan {
  return new FaultPlan({ targets, strikes: 3, random: new SeededRandom(seed) });
}

function faultsOf(seed: number): string[][] {
  const plan = planOf(TARGETS, seed);
  return Array.from({ length: ROUNDS }, () => plan.next().map(({ fault }) => inWords(fault)));
}

describe('the plan of a run', () => {
  it('is the same for the same seed, and another one for another', () => {
    expect(faultsOf(5)).toEqual(faultsOf(5));
    expect(faultsOf(5)).not.toEqual(faultsOf(6));
  });

  it('comes to every crash point, and kills and freezes something of every target, within 20 rounds', () => {
    const plan = planOf(TARGETS, 1);
    const planned = Array.from({ length: ROUNDS }, () => plan.next()).flat();
    const points = planned.flatMap(({ fault }) => (fault.kind === 'crash' ? [fault.point] : []));
    const struck = (kind: string): Set<string> => new Set(planned.filter(({ fault }) => fault.kind === kind).map(({ target }) => target));
    expect(new Set(points)).toEqual(new Set(CRASH_POINTS));
    expect(struck('kill')).toEqual(new Set(TARGETS));
    expect(struck('freeze')).toEqual(new Set(TARGETS));
  });

  it('strikes every target equally often, none of them twice in a round by its turn', () => {
    const plan = planOf(TARGETS, 1);
    const rounds = Array.from({ length: 70 }, () => plan.next().slice(0, 3).map(({ target }) => target));
    expect(rounds.every((struck) => new Set(struck).size === 3)).toBe(true);
    for (const target of TARGETS) expect(rounds.filter((struck) => struck.includes(target))).toHaveLength(30);
  });

  it('gives a point that was not reached another turn in the next round', () => {
    const plan = planOf(['relay'], 1);
    plan.again('relay.published');
    expect(plan.next()[0]?.fault).toMatchObject({ kind: 'crash', point: 'relay.published' });
  });
});
