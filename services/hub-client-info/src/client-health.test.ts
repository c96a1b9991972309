import { ClientHealth } from './client-health';

const config = { silence: 300_000, recheck: 60_000 };
const well = { failing: false, successes: 0 };

describe('the health of a client', () => {
  it('HCI-14 one that is heard of is asked nothing', () => {
    const health = new ClientHealth(config, 0, true);
    for (let minute = 0; minute < 20; minute += 1) {
      const now = minute * 60_000;
      health.report({ failing: false, successes: minute }, now);
      expect(health.takeQuestion(now)).toBe(false);
    }
    expect(health.isReachable).toBe(true);
  });

  it('HCI-14 a silent one is asked after five minutes, once; its answer keeps it connected', () => {
    const health = new ClientHealth(config, 0, true);
    health.report(well, 299_999);
    expect(health.takeQuestion(299_999)).toBe(false);
    expect(health.takeQuestion(300_000)).toBe(true);
    expect(health.takeQuestion(300_001)).toBe(false);
    health.answered(true, 300_500);
    expect(health.isReachable).toBe(true);
    expect(health.takeQuestion(600_499)).toBe(false);
    expect(health.takeQuestion(600_500)).toBe(true);
  });

  it('HCI-14 without an answer it is offline, asked again every minute, and back with the next answer', () => {
    const health = new ClientHealth(config, 0, true);
    health.takeQuestion(300_000);
    health.answered(false, 310_000);
    expect(health.isReachable).toBe(false);
    expect(health.takeQuestion(359_999)).toBe(false);
    expect(health.takeQuestion(360_000)).toBe(true);
    health.answered(true, 360_100);
    expect(health.isReachable).toBe(true);
  });

  it('HCI-14 a message that gets through is a success, too', () => {
    const health = new ClientHealth(config, 0, false);
    health.report({ failing: false, successes: 7 }, 1_000);
    expect(health.isReachable).toBe(false);
    health.report({ failing: false, successes: 8 }, 2_000);
    expect(health.isReachable).toBe(true);
  });

  it('is offline while messages fail, and asked nothing then; that they fail no more is no success yet', () => {
    const health = new ClientHealth(config, 0, true);
    health.report({ failing: true, successes: 3 }, 1_000);
    expect(health.isReachable).toBe(false);
    expect(health.takeQuestion(900_000)).toBe(false);
    health.report({ failing: false, successes: 0 }, 901_000);
    expect(health.isReachable).toBe(false);
    expect(health.takeQuestion(901_000)).toBe(true);
    health.answered(true, 901_100);
    expect(health.isReachable).toBe(true);
  });

  it('is not connected by an answer while messages fail', () => {
    const health = new ClientHealth(config, 0, true);
    health.takeQuestion(300_000);
    health.report({ failing: true, successes: 0 }, 300_100);
    health.answered(true, 300_200);
    expect(health.isReachable).toBe(false);
  });
});
