import { RoamgridError } from '@roamgrid/runtime';
import { PeerBudgets } from './peer-budgets';

describe('the budget of a peer', () => {
  let now = 0;
  const clock = { now: () => now, sleep: () => Promise.resolve() };

  beforeEach(() => {
    now = 1_000_000;
  });

  /** How many of so many requests at once are let in. */
  function letIn(budgets: PeerBudgets, peer: string, requests: number): number {
    let taken = 0;
    for (let i = 0; i < requests; i += 1) {
      try {
        budgets.spend(peer);
        taken += 1;
      } catch (error) {
        expect(RoamgridError.from(error).code).toBe('overloaded');
      }
    }
    return taken;
  }

  it('TRN-63 lets in a burst, then what comes back with time, never more than the burst', () => {
    const budgets = new PeerBudgets({ perSecond: 10, burst: 25 }, clock);
    expect(letIn(budgets, 'a', 40)).toBe(25);
    now += 500;
    expect(letIn(budgets, 'a', 40)).toBe(5);
    now += 3_600_000;
    expect(letIn(budgets, 'a', 40)).toBe(25);
  });

  it('TRN-63 comes back although refused requests keep coming', () => {
    const budgets = new PeerBudgets({ perSecond: 1, burst: 1 }, clock);
    let taken = 0;
    for (let tenth = 0; tenth < 100; tenth += 1) {
      taken += letIn(budgets, 'a', 1);
      now += 100;
    }
    expect(taken).toBe(10);
  });

  it('is its own: another peer that asks too much takes nothing of it', () => {
    const budgets = new PeerBudgets({ perSecond: 10, burst: 10 }, clock);
    expect(letIn(budgets, 'greedy', 1_000)).toBe(10);
    expect(letIn(budgets, 'modest', 10)).toBe(10);
  });

  it('has no limit at 0', () => {
    expect(letIn(new PeerBudgets({ perSecond: 0, burst: 1 }, clock), 'a', 10_000)).toBe(10_000);
  });
});
