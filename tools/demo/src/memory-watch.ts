import type { Platform } from '@roamgrid/testkit';

/** Remembers the largest resident memory of every service process. */
export class MemoryWatch {
  readonly #platforms: readonly Platform[];
  readonly #largest = new Map<string, number>();

  constructor(platforms: readonly Platform[]) {
    this.#platforms = platforms;
  }

  look(): void {
    for (const { services } of this.#platforms) {
      for (const service of services.values()) {
        const bytes = service.rss() ?? 0;
        if (bytes > (this.#largest.get(service.name) ?? 0)) this.#largest.set(service.name, bytes);
      }
    }
  }

  /** `cpo/locations 212 MB`, largest first. */
  report(): string {
    return [...this.#largest]
      .sort(([, a], [, b]) => b - a)
      .map(([name, bytes]) => `${name} ${Math.round(bytes / 1e6)} MB`)
      .join(', ');
  }
}
