/** The value below which the share `p` (0.99) of the values lie; of none: NaN. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? Number.NaN;
}

/** Median, 99th percentile and largest of milliseconds, rounded to a tenth. */
export function spreadOf(millis: readonly number[]): { readonly p50_ms: number; readonly p99_ms: number; readonly max_ms: number } {
  const at = (p: number): number => Math.round(percentile(millis, p) * 10) / 10;
  return { p50_ms: at(0.5), p99_ms: at(0.99), max_ms: at(1) };
}
