import { fairShare, type ReplicaLoad } from './fair-share';

const load = (lanes: number, peers = 10, id = 'other'): ReplicaLoad => ({ id, lanes, peers });

describe('fairShare', () => {
  it('of one alone is everything', () => {
    expect(fairShare(load(10), [])).toEqual({ surplus: 0, full: false });
    expect(fairShare(load(3), [])).toEqual({ surplus: 0, full: false });
  });

  it('is halved when a second one comes', () => {
    expect(fairShare(load(10), [load(0)])).toEqual({ surplus: 5, full: true });
    expect(fairShare(load(0), [load(10)])).toEqual({ surplus: 0, full: false });
  });

  it('is kept while what was given back is on its way', () => {
    expect(fairShare(load(5), [load(0)])).toEqual({ surplus: 0, full: true });
    expect(fairShare(load(5), [load(5)])).toEqual({ surplus: 0, full: false });
  });

  it('is rounded up: nothing is moved for one lane more or less', () => {
    expect(fairShare(load(4), [load(3), load(3)])).toEqual({ surplus: 0, full: true });
    expect(fairShare(load(4), [load(4), load(2)]).surplus).toBe(0);
    expect(fairShare(load(6), [load(4), load(0)]).surplus).toBe(2);
  });

  it('is not given to one that knows no more peers than it serves', () => {
    expect(fairShare(load(8), [load(2, 2)])).toEqual({ surplus: 0, full: false });
    expect(fairShare(load(10), [load(0, 2)])).toEqual({ surplus: 2, full: true });
  });

  it('grows when one dies', () => {
    const three = [load(3, 9), load(3, 9)];
    expect(fairShare(load(3, 9), three).full).toBe(false);
    expect(fairShare(load(3, 9), [load(3, 9)])).toEqual({ surplus: 0, full: false });
    expect(fairShare(load(5, 9), [load(3, 9)])).toEqual({ surplus: 0, full: true });
  });
});
