import type { Report } from './validator';

/**
 * Reports the items of a list whose names repeat an earlier one; names are compared without regard to case (TYP-07).
 * `path` is that of the list, `what` says of the name what must be unique.
 */
export function reportRepeats(names: readonly string[], path: string, what: string, report: Report): void {
  if (names.length < 2) return;
  const seen = new Set<string>();
  names.forEach((name, index) => {
    const folded = name.toLowerCase();
    if (seen.has(folded)) report(`${path}/${index}`, `must have a ${what} of its own`, name);
    seen.add(folded);
  });
}
