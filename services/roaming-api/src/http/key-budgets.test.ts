import { ManualClock } from '../../test/manual-clock';
import { KeyBudgets } from './key-budgets';

const key = (id: string): Parameters<KeyBudgets['spend']>[0] => ({ id, name: id, rights: new Set() });

describe('KeyBudgets', () => {
  it('lets a burst through, then so many a second, and says how long to wait', () => {
    const clock = new ManualClock();
    const budgets = new KeyBudgets({ perSecond: 2, burst: 3 }, clock);
    for (let i = 0; i < 3; i += 1) budgets.spend(key('a'));
    expect(() => budgets.spend(key('a'))).toThrow(expect.objectContaining({ code: 'overloaded', headers: { 'retry-after': '1' } }));
    clock.advance(499);
    expect(() => budgets.spend(key('a'))).toThrow();
    clock.advance(1);
    budgets.spend(key('a'));
    expect(() => budgets.spend(key('a'))).toThrow();
  });

  it('takes from no other key', () => {
    const budgets = new KeyBudgets({ perSecond: 1, burst: 1 }, new ManualClock());
    budgets.spend(key('a'));
    expect(() => budgets.spend(key('a'))).toThrow();
    budgets.spend(key('b'));
  });

  it('never saves up more than a burst', () => {
    const clock = new ManualClock();
    const budgets = new KeyBudgets({ perSecond: 1, burst: 2 }, clock);
    clock.advance(3_600_000);
    budgets.spend(key('a'));
    budgets.spend(key('a'));
    expect(() => budgets.spend(key('a'))).toThrow();
  });

  it('says how many seconds to wait where a request takes longer than one', () => {
    const budgets = new KeyBudgets({ perSecond: 0.1, burst: 1 }, new ManualClock());
    budgets.spend(key('a'));
    expect(() => budgets.spend(key('a'))).toThrow(expect.objectContaining({ headers: { 'retry-after': '10' } }));
  });

  it('of 0 a second is no limit', () => {
    const budgets = new KeyBudgets({ perSecond: 0, burst: 1 }, new ManualClock());
    for (let i = 0; i < 100; i += 1) budgets.spend(key('a'));
  });
});
