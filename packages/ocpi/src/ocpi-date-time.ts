const SHAPE = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d+))?Z?$/;

/**
 * Milliseconds since the epoch of an OCPI DateTime, or undefined when it is none. `Z` or nothing means UTC (TYP-01),
 * a numeric offset is refused (TYP-03), digits past milliseconds are cut (TYP-05), impossible dates are refused.
 */
export function parseOcpiDateTime(text: string): number | undefined {
  const match = SHAPE.exec(text);
  if (!match) return undefined;
  const seconds = match[1] ?? '';
  const instant = Date.parse(`${seconds}Z`);
  // Date.parse rolls 31 February over; what does not print as it was read is no date.
  if (Number.isNaN(instant) || new Date(instant).toISOString().slice(0, 19) !== seconds) return undefined;
  return instant + Number((match[2] ?? '').padEnd(3, '0').slice(0, 3));
}

/** An instant as we emit it: UTC with `Z`, milliseconds (TYP-02, TYP-04, TYP-06). */
export function formatOcpiDateTime(epochMillis: number): string {
  return new Date(epochMillis).toISOString();
}
