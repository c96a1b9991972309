import RequestQueue from 'kafkajs/src/network/requestQueue';

/** What the library takes while requests wait for room, milliseconds. */
const CHECK_INTERVAL = 10;

/**
 * Lets the connections of kafkajs 2.2.4 rest while no request waits in them. As it comes, each connection that was ever used
 * looks for waiting requests every millisecond, for ever: several per cent of a core for each process that does nothing. A
 * request that finds no room schedules the look itself, and each answer makes one, so nothing is left waiting.
 */
export function restWhenIdle(): void {
  RequestQueue.prototype.scheduleCheckPendingRequests = scheduleWhereSomethingWaits;
}

function scheduleWhereSomethingWaits(this: RequestQueue): void {
  if (this.throttleCheckTimeoutId || this.pending.length === 0) return;
  const throttled = this.throttledUntil - Date.now();
  this.throttleCheckTimeoutId = setTimeout(
    () => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    },
    throttled > 0 ? throttled : CHECK_INTERVAL,
  );
}
