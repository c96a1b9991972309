import { LatencyHistogram } from './latency-histogram';

/** Arrival times are looked at over the last 5 to 10 minutes. */
const WINDOW = 300_000;

/** How the pushing of one module to one peer goes, in this process. */
export class LaneFigures {
  delivered = 0;
  lastError = '';
  /** From the write of a revision to the peer's acknowledgement. */
  readonly arrival = new LatencyHistogram(WINDOW);
}
