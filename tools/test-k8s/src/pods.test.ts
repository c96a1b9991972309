import type { Pod } from './kubectl';
import { allReplaced, restartsBetween } from './pods';

describe('restarts between two looks', () => {
  const before = new Map([
    ['gateway-1', 0],
    ['tariffs-1', 2],
  ]);

  it('are none where nothing changed', () => {
    expect(restartsBetween(before, new Map(before))).toEqual([]);
  });

  it('names pods that were restarted, are gone or new', () => {
    const after = new Map([
      ['gateway-1', 1],
      ['tariffs-2', 0],
    ]);
    expect(restartsBetween(before, after)).toEqual(['gateway-1 was restarted 1 times', 'tariffs-1 is gone', 'tariffs-2 is new']);
  });
});

describe('a killed pod', () => {
  const pod = (name: string, ready: boolean): Pod => ({
    kind: 'Pod',
    metadata: { name, uid: name },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  });

  it.each([
    [[pod('b', true)], true],
    [[pod('b', false)], false],
    [[pod('a', true)], false],
    [[pod('a', true), pod('b', true)], false],
    [[], false],
  ])('is replaced when others are ready in its place (%#)', (pods, replaced) => {
    expect(allReplaced(pods, 'a', 1)).toBe(replaced);
  });
});
