import { CRASH_POINTS } from '@roamgrid/runtime';
import { SeededRandom } from '@roamgrid/testkit';
import { describe as inWords, TARGETS } from './fault';
import { FaultPlan } from './fault-plan';

const ROUNDS = 20;

function faultsOf(seed: number): string[][] {
  const plan = new FaultPlan(TARGETS, new SeededRandom(seed));
  return Array.from({ length: ROUNDS }, () => plan.next().map(({ fault }) => inWords(fault)));
}

describe('the plan of a run', () => {
  it('is the same for the same seed, and another one for another', () => {
    expect(faultsOf(5)).toEqual(faultsOf(5));
    expect(faultsOf(5)).not.toEqual(faultsOf(6));
  });

  it('comes to every crash point, and kills and freezes something of every target, within 20 rounds', () => {
    const plan = new FaultPlan(TARGETS, new SeededRandom(1));
    const planned = Array.from({ length: ROUNDS }, () => plan.next()).flat();
    const points = planned.flatMap(({ fault }) => (fault.kind === 'crash' ? [fault.point] : []));
    const struck = (kind: string): Set<string> => new Set(planned.filter(({ fault }) => fault.kind === kind).map(({ target }) => target));
    expect(new Set(points)).toEqual(new Set(CRASH_POINTS));
    expect(struck('kill')).toEqual(new Set(TARGETS));
    expect(struck('freeze')).toEqual(new Set(TARGETS));
  });

  it('gives a point that was not reached another turn in the next round', () => {
    const plan = new FaultPlan(['relay', 'kafka'], new SeededRandom(1));
    plan.again('relay.published');
    expect(plan.next()[0]?.fault).toMatchObject({ kind: 'crash', point: 'relay.published' });
  });
});
