import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Where the kernel says which start of the machine this is; the same for all containers on it. */
const BOOT_ID = '/proc/sys/kernel/random/boot_id';

/**
 * The name by which this process holds leases: `place|life`. Two processes never are at one place at once, since only one
 * can listen on the port; so whoever comes to a place knows that the one before is dead, and need not wait for its leases to
 * run out. `life` tells them apart. Where the place cannot be told for sure, there is only the life.
 * @param port that this process was told to listen on, and does already; 0: whichever is free
 */
export function processHolder(port: number): string {
  const life = randomUUID();
  if (port === 0) return life;
  try {
    return `${hostname()}:${port}@${readFileSync(BOOT_ID, 'utf8').trim()}|${life}`;
  } catch {
    return life; // no Linux: names of hosts alone are not unique enough
  }
}
