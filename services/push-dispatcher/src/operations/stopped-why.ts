import type { PeerControl } from '../control/peer-control';

/**
 * Why nothing of a module goes to a peer, in the words of the contract: paused by an operator before suspended, refused, failing and
 * held. Empty: it goes.
 * @param held why a hub has it held, with `held: ` before; empty: it is not
 */
export function stoppedWhy(control: PeerControl | undefined, held: string): string {
  const { paused, stop } = control ?? {};
  if (paused) return `paused: ${paused.reason}`;
  if (!stop) return held;
  const { kind, reason, since, downSince, suspended } = stop;
  if (suspended !== null) return `suspended: since ${iso(suspended)}, failing since ${iso(downSince)}: ${reason}`;
  return `${kind}: since ${iso(since)}: ${reason}`;
}

function iso(millis: number): string {
  return new Date(millis).toISOString();
}
