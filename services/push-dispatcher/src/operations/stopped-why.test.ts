import type { PeerControl } from '../control/peer-control';
import { stoppedWhy } from './stopped-why';

const stop = { kind: 'failing', since: 1_000, reason: 'HTTP 500', downSince: 0, suspended: null } as const;
const why = (control: Omit<PeerControl, '_id'>, held = ''): string => stoppedWhy({ _id: 'peer', ...control }, held);

describe('stoppedWhy', () => {
  it('is empty where everything goes', () => {
    expect(stoppedWhy(undefined, '')).toBe('');
    expect(why({ paused: null, stop: null, urged: 3 })).toBe('');
  });

  it('says the weightiest: paused, suspended, refused, failing, held', () => {
    const held = 'held: says a hub';
    expect(why({}, held)).toBe(held);
    expect(why({ stop }, held)).toBe('failing: since 1970-01-01T00:00:01.000Z: HTTP 500');
    expect(why({ stop: { ...stop, kind: 'refused' } }, held)).toBe('refused: since 1970-01-01T00:00:01.000Z: HTTP 500');
    const suspended = { ...stop, suspended: 2_000 };
    expect(why({ stop: suspended })).toBe('suspended: since 1970-01-01T00:00:02.000Z, failing since 1970-01-01T00:00:00.000Z: HTTP 500');
    expect(why({ stop: suspended, paused: { since: new Date(0), reason: 'they asked' } }, held)).toBe('paused: they asked');
  });
});
