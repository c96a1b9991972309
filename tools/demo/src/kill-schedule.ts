import type { SupervisedProcess } from '@roamgrid/testkit';
import type { Demo } from './start-demo';

/** Kills the named processes with SIGKILL, one after the other, spread over a load; their supervisor brings them back. */
export class KillSchedule {
  readonly #names: readonly string[];
  readonly #demo: Demo;
  readonly #say: (text: string) => void;
  readonly #killing: Promise<void>[] = [];

  constructor(names: readonly string[], demo: Demo, say: (text: string) => void) {
    this.#names = names;
    this.#demo = demo;
    this.#say = say;
  }

  /** Kills whoever is due when this part of the load is done. */
  reached(part: number): void {
    const due = Math.floor(part * (this.#names.length + 1));
    while (this.#killing.length < Math.min(due, this.#names.length)) {
      const name = this.#names[this.#killing.length] ?? '';
      this.#say(`kill -9 ${name}`);
      this.#killing.push(this.#find(name).kill());
    }
  }

  /** How many have been killed. */
  get killed(): number {
    return this.#killing.length;
  }

  #find(name: string): SupervisedProcess {
    const { parts, platforms } = this.#demo;
    const found = name === 'mongod' ? parts.mongod : name === 'kafka' ? parts.kafka : platforms[0]?.services.get(name);
    if (!found) throw new Error(`--kill: nothing that was started here is called ${name}`);
    return found;
  }
}
