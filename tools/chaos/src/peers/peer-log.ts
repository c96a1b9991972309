import { valueOf, type Json } from '../writes/subject';

/** What a peer holds of one object. */
export interface Held {
  readonly value: number;
  readonly object: Json;
}

/** What a peer was brought, in the order in which it came. */
export class PeerLog {
  readonly held = new Map<string, Held>();
  /** An older value that came after a newer one, in words. */
  readonly regressions: string[] = [];
  readonly #peer: string;
  #deliveries = 0;
  #duplicates = 0;

  constructor(peer: string) {
    this.#peer = peer;
  }

  get deliveries(): number {
    return this.#deliveries;
  }

  /** Deliveries of what the peer held already. */
  get duplicates(): number {
    return this.#duplicates;
  }

  /** The peer begins anew with nothing. */
  forget(): void {
    this.held.clear();
  }

  /** `name`: `<module>/<key>` */
  take(name: string, object: Json): void {
    this.#deliveries += 1;
    const value = valueOf(name.slice(0, name.indexOf('/')), object);
    const before = this.held.get(name);
    if (before?.value === value) this.#duplicates += 1;
    if (before && before.value > value) this.regressions.push(`${this.#peer} had ${name} at ${before.value} and was sent ${value}`);
    this.held.set(name, { value, object });
  }
}
