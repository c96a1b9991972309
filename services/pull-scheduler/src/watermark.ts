/** How far ahead of ours a peer's clock may be; a last_updated beyond it is a mistake and says nothing about time. */
const CLOCK_TOLERANCE = 5 * 60 * 1000;

/**
 * The later of two instants, but for those that lie too far in the future of the crawl's start (epoch milliseconds).
 */
export function newest(present: Date | null, lastUpdated: number, crawlStarted: Date): Date | null {
  if (lastUpdated === 0 || lastUpdated > crawlStarted.getTime() + CLOCK_TOLERANCE) return present;
  return present === null || lastUpdated > present.getTime() ? new Date(lastUpdated) : present;
}

/**
 * Where the next delta begins, before overlap: the newest last_updated seen, but never after the crawl's start, since
 * an object listed early may have changed before one that was listed late (TRN-76). Never goes back.
 */
export function nextWatermark(present: Date | null, newestSeen: Date | null, crawlStarted: Date): Date | null {
  if (newestSeen === null) return present;
  const reached = new Date(Math.min(newestSeen.getTime(), crawlStarted.getTime()));
  return present === null || reached > present ? reached : present;
}
