import RequestQueue from 'kafkajs/src/network/requestQueue';
import { restWhenIdle } from './rest-when-idle';

interface Queue {
  pending: unknown[];
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checks: number;
  checkPendingRequests(): void;
  scheduleCheckPendingRequests(): void;
}

function queue(pending: unknown[], throttledUntil = -1): Queue {
  const made = Object.create(RequestQueue.prototype) as Queue;
  const checkPendingRequests = (): void => void (made.checks += 1);
  return Object.assign(made, { pending, throttledUntil, throttleCheckTimeoutId: null, checks: 0, checkPendingRequests });
}

describe('restWhenIdle', () => {
  beforeAll(() => {
    jest.useFakeTimers({ now: 1_000 });
    restWhenIdle();
  });
  afterAll(() => jest.useRealTimers());

  it('schedules nothing where no request waits', () => {
    queue([]).scheduleCheckPendingRequests();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('looks once, soon, where a request waits for room', () => {
    const waiting = queue(['request']);
    waiting.scheduleCheckPendingRequests();
    waiting.scheduleCheckPendingRequests();
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(10);
    expect(waiting).toMatchObject({ checks: 1, throttleCheckTimeoutId: null });
  });

  it('looks at the end of the time for which the broker slows us down', () => {
    const slowed = queue(['request'], 1_500);
    jest.setSystemTime(1_000);
    slowed.scheduleCheckPendingRequests();
    jest.advanceTimersByTime(499);
    expect(slowed.checks).toBe(0);
    jest.advanceTimersByTime(1);
    expect(slowed.checks).toBe(1);
  });

  it('is still what the library calls', () => {
    expect(RequestQueue.prototype.checkPendingRequests.toString()).toContain('scheduleCheckPendingRequests()');
  });
});
