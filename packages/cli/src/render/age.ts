const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** How long something takes or is ago, in its two largest units: `2 h 5 min`. */
export function duration(millis: number): string {
  if (millis < 1_000) return `${Math.max(0, Math.round(millis))} ms`;
  const first = UNITS.findIndex(([, size]) => millis >= size);
  let rest = millis;
  const parts = UNITS.slice(first, first + 2).flatMap(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count > 0 ? [`${count} ${unit}`] : [];
  });
  return parts.join(' ');
}

/** How long ago a time was, seen from another; `-` where there is none. */
export function ago(at: string, time: string | null): string {
  return time === null ? '-' : duration(Date.parse(at) - Date.parse(time));
}
