import type { RoamingApiClient } from '@roamgrid/testkit';
import type { FaultPeer } from '../peers/fault-peer';
import type { Ledger } from '../writes/ledger';
import { valueOf, type Json, type SubjectModule } from '../writes/subject';

export const MODULES: readonly SubjectModule[] = ['locations', 'tariffs', 'sessions', 'cdrs'];

/** What the platform holds, by `<module>/<key>`. */
export type Stored = ReadonlyMap<string, { readonly rev: number; readonly object: Json }>;

export async function readStore(api: RoamingApiClient): Promise<Stored> {
  const stored = new Map<string, { rev: number; object: Json }>();
  for (const module of MODULES) {
    for await (const { key, rev, object } of api.list(module)) stored.set(`${module}/${key}`, { rev, object });
  }
  return stored;
}

/** What healthy peers do not hold yet of what was promised to them, in words. */
export function owedTo(peers: readonly FaultPeer[], own: Ledger): string[] {
  const owed: string[] = [];
  for (const { name, subject, value } of own.promised.values()) {
    for (const peer of peers) {
      const held = peer.isOwed(subject) ? (peer.log.held.get(name)?.value ?? 0) : value;
      if (held < value) owed.push(`${peer.name} holds ${name} at ${held}, acknowledged is ${value}`);
    }
  }
  return owed;
}

/** Where the store is older than what was promised, or than what a peer lists, in words. */
export function missingIn(stored: Stored, ledgers: readonly Ledger[]): string[] {
  return ledgers.flatMap(({ promised }) =>
    [...promised.values()].flatMap(({ name, subject, value }) => {
      const held = valueOf(subject.module, stored.get(name)?.object ?? {}) || 0;
      return held < value ? [`the store holds ${name} at ${held}, expected is ${value}`] : [];
    }),
  );
}

/** Objects that a healthy peer holds otherwise than the store, in words. */
export function differentAt(peers: readonly FaultPeer[], own: Ledger, stored: Stored): string[] {
  return peers.flatMap((peer) =>
    [...own.promised.values()].flatMap(({ name, subject }) =>
      !peer.isOwed(subject) || JSON.stringify(peer.log.held.get(name)?.object) === JSON.stringify(stored.get(name)?.object) ? [] : [`${peer.name} holds another ${name} than the store`],
    ),
  );
}
