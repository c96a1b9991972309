import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { UnderWay } from './under-way';

describe('UnderWay', () => {
  const response = (): ServerResponse => new EventEmitter() as ServerResponse;

  it('admits so many at once, and another one for each that has ended, however it ended', () => {
    const underWay = new UnderWay(2);
    const first = response();
    expect([underWay.admit(first), underWay.admit(response()), underWay.admit(response())]).toEqual([true, true, false]);
    first.emit('close');
    expect([underWay.admit(response()), underWay.admit(response())]).toEqual([true, false]);
  });

  it('does not count what it refused', () => {
    const underWay = new UnderWay(1);
    const [taken, refused] = [response(), response()];
    expect([underWay.admit(taken), underWay.admit(refused)]).toEqual([true, false]);
    refused.emit('close');
    expect(underWay.admit(response())).toBe(false);
  });
});
