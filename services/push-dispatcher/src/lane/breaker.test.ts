import { Breaker, type Pass } from './breaker';

const config = { failures: 3, firstPause: 1_000, longestPause: 4_000, pausedProbe: 60_000, suspendAfter: 86_400_000, suspendedProbe: 3_600_000 };
const WINDOW = 8;

describe('Breaker', () => {
  let breaker: Breaker;
  const room = (now: number, inFlight = 0): number => breaker.room(now, inFlight, WINDOW);
  const fail = (now: number, pass: Pass = breaker.start()): string => breaker.failed(pass, now, 'HTTP 500');
  const stopAt = (now: number): void => [0, 1, 2].forEach(() => void fail(now));

  beforeEach(() => {
    breaker = new Breaker(config);
  });

  it('gives the window while failures are not in a row', () => {
    expect([fail(0), fail(0)]).toEqual(['counted', 'counted']);
    expect(breaker.worked(breaker.start())).toBe(false);
    expect([fail(0), fail(0)]).toEqual(['counted', 'counted']);
    expect(room(0, 3)).toBe(5);
    expect(breaker.describe()).toBe('open');
  });

  it('stops after failures in a row, and lets one probe out at a time, with growing pauses', () => {
    stopAt(100);
    expect(breaker.describe()).toBe('probing since 1970-01-01T00:00:00.100Z: HTTP 500');
    const pauses: number[] = [];
    for (let now = 100; pauses.length < 4; ) {
      pauses.push(breaker.probePause);
      now += breaker.probePause;
      expect(room(now - 1)).toBe(0);
      expect(room(now)).toBe(1);
      const probe = breaker.start();
      expect(room(now + 60_000, 1)).toBe(0);
      expect(fail(now, probe)).toBe('probe');
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 4_000]);
  });

  it('takes no notice of what was sent before the peer changed: a refusal of the old token stops nothing', () => {
    const before = breaker.start();
    breaker.retryNow(50);
    expect(breaker.refused(before, 60, 'HTTP 401')).toBe('late');
    expect([fail(60, before), room(60)]).toEqual(['late', WINDOW]);
    stopAt(100);
    const probe = (breaker.retryNow(200), breaker.start());
    breaker.retryNow(300);
    expect(room(300)).toBe(1);
    const next = breaker.start();
    expect([fail(310, probe), room(310)]).toEqual(['late', 0]);
    expect(fail(320, next)).toBe('probe');
  });

  it('takes no notice of what was under way when it stopped, but of its success', () => {
    const [late, later] = [breaker.start(), breaker.start()];
    stopAt(0);
    expect(fail(10, late)).toBe('late');
    expect(breaker.probePause).toBe(1_000);
    expect(breaker.worked(later)).toBe(true);
    expect(room(10)).toBe(WINDOW);
  });

  it('opens with the first probe that succeeds, and counts from zero again', () => {
    stopAt(0);
    expect(room(1_000)).toBe(1);
    expect(breaker.worked(breaker.start())).toBe(true);
    expect(room(1_000)).toBe(WINDOW);
    expect([fail(1_000), fail(1_000), fail(1_000)]).toEqual(['counted', 'counted', 'stopped']);
    expect(breaker.probePause).toBe(1_000);
  });

  it('pauses at the first refusal, probes every minute, and at once with new credentials', () => {
    const late = breaker.start();
    expect(breaker.refused(breaker.start(), 0, 'HTTP 401')).toBe('stopped');
    expect(breaker.refused(late, 0, 'HTTP 401')).toBe('late');
    expect(breaker.describe()).toBe('paused: HTTP 401');
    expect([room(59_999), room(60_000)]).toEqual([0, 1]);
    expect(breaker.refused(breaker.start(), 60_000, 'HTTP 401')).toBe('probe');
    expect(room(60_001)).toBe(0);
    breaker.retryNow(60_001);
    expect(room(60_001)).toBe(1);
    expect(breaker.worked(breaker.start())).toBe(true);
    expect(breaker.describe()).toBe('open');
  });

  it('rests as long as the peer asked, the longest counts, and then goes on', () => {
    const [one, two] = [breaker.start(), breaker.start()];
    expect(breaker.rest(one, 0, 5_000, 'HTTP 429')).toBe('counted');
    breaker.rest(two, 0, 3_000, 'HTTP 429');
    expect(breaker.describe()).toBe('waiting until 1970-01-01T00:00:05.000Z: HTTP 429');
    expect([room(4_999), room(5_000)]).toEqual([0, WINDOW]);
  });

  it('does not probe before the time that the peer asked for', () => {
    stopAt(0);
    expect(room(1_000)).toBe(1);
    breaker.rest(breaker.start(), 1_000, 9_000, 'HTTP 503');
    expect([room(8_999), room(9_000)]).toEqual([0, 1]);
  });

  describe('days of failures', () => {
    const DAY = config.suspendAfter;

    /** A probe at that time fails. */
    const probeFails = (now: number): string => (expect(room(now)).toBe(1), fail(now));

    it('suspend the peer once, are probed seldom then, and end with the first success', () => {
      stopAt(0);
      expect([probeFails(DAY - 1), breaker.stop?.suspended]).toEqual(['probe', null]);
      expect(probeFails(DAY + 5_000)).toBe('suspended');
      expect(breaker.describe()).toBe('suspended since 1970-01-02T00:00:05.000Z: HTTP 500');
      expect(breaker.health).toBe('failing');
      expect(room(DAY + 5_000 + 3_599_999)).toBe(0);
      expect(probeFails(DAY + 5_000 + 3_600_000)).toBe('probe');
      expect(breaker.probePause).toBe(3_600_000);
      expect(room(2 * DAY)).toBe(1);
      expect(breaker.worked(breaker.start())).toBe(true);
      expect(breaker.stop).toBeUndefined();
      expect([fail(2 * DAY), fail(2 * DAY), fail(2 * DAY)]).toEqual(['counted', 'counted', 'stopped']);
      expect(breaker.stop).toMatchObject({ downSince: 2 * DAY, suspended: null });
    });

    it('count through a refusal, which is an alarm of its own', () => {
      stopAt(0);
      expect(room(10_000)).toBe(1);
      expect(breaker.refused(breaker.start(), 10_000, 'HTTP 401')).toBe('stopped');
      expect(breaker.stop).toEqual({ kind: 'refused', since: 10_000, reason: 'HTTP 401', downSince: 0, suspended: null });
      expect(room(DAY)).toBe(1);
      expect(breaker.refused(breaker.start(), DAY, 'HTTP 401')).toBe('suspended');
      expect(breaker.health).toBe('refused');
    });

    it('count on where another ended: it probes at once, and does not begin to count again', () => {
      stopAt(0);
      const known = breaker.stop;
      breaker = new Breaker(config, known);
      expect(breaker.stop).toBe(known);
      expect([room(DAY), probeFails(DAY)]).toEqual([1, 'suspended']);
      const suspended = breaker.stop;
      breaker = new Breaker(config, suspended);
      expect(probeFails(DAY + 1)).toBe('probe');
      expect(breaker.stop).toBe(suspended);
      expect(room(DAY + 3_600_000)).toBe(0);
    });

    it('a pause that a suspended peer asks for does not have it probed oftener', () => {
      stopAt(0);
      probeFails(DAY);
      const next = DAY + 3_600_000;
      expect(room(next)).toBe(1);
      breaker.rest(breaker.start(), next, next + 1_000, 'HTTP 429');
      expect([room(next + 3_599_999), room(next + 3_600_000)]).toEqual([0, 1]);
    });

    it('are also those of a peer that does nothing but ask for silence', () => {
      const silent = (now: number): string => breaker.rest(breaker.start(), now, now + 60_000, 'HTTP 429');
      expect([silent(0), silent(DAY - 1), silent(DAY)]).toEqual(['counted', 'counted', 'suspended']);
      expect(breaker.stop).toMatchObject({ kind: 'failing', downSince: 0, suspended: DAY });
      expect([room(DAY + 3_599_999), room(DAY + 3_600_000)]).toEqual([0, 1]);
      breaker.worked(breaker.start());
      expect(silent(3 * DAY)).toBe('counted');
    });

    it('end with a probe that is asked for silence, as with one that fails', () => {
      stopAt(0);
      expect(room(DAY)).toBe(1);
      expect(breaker.rest(breaker.start(), DAY, DAY + 1_000, 'HTTP 429')).toBe('suspended');
      expect(breaker.stop?.suspended).toBe(DAY);
    });
  });
});
