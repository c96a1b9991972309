import type { Platform } from './start-platform';

/** The largest resident memory of a process so far, in bytes. */
export interface LargestMemory {
  /** `cpo/locations` */
  readonly name: string;
  readonly bytes: number;
}

/** Remembers the largest resident memory of every service process, as seen at each look. */
export class MemoryWatch {
  readonly #platforms: readonly Pick<Platform, 'services'>[];
  readonly #largest = new Map<string, number>();

  constructor(platforms: readonly Pick<Platform, 'services'>[]) {
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

  /** Of every process that was seen, largest first. */
  largest(): LargestMemory[] {
    return [...this.#largest].map(([name, bytes]) => ({ name, bytes })).sort((one, other) => other.bytes - one.bytes);
  }

  /** `cpo/locations 212 MB, …`, largest first. */
  report(): string {
    return this.largest()
      .map(({ name, bytes }) => `${name} ${Math.round(bytes / 1e6)} MB`)
      .join(', ');
  }
}
