/** Compares dotted version numbers part by part as numbers, so that 2.10 is above 2.2 (VER-11). */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The highest version both sides speak; unknown version strings are passed over (VER-11, VER-12). */
export function highestMutualVersion(ours: readonly string[], theirs: readonly string[]): string | undefined {
  return theirs
    .filter((version) => ours.includes(version))
    .sort(compareVersions)
    .at(-1);
}
