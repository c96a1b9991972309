import { setTimeout as pause } from 'node:timers/promises';
import type { RoamingApiClient } from '@roamgrid/testkit';
import { chargeByApp, type RemoteCharge } from './app-driver';
import { chargePlaces, type ChargePlace } from './charge-places';
import { CommandBackend } from './command-backend';
import type { DemoToken } from './demo-tokens';
import { simulateCharge, type Charge, type ChargePlan } from './simulate-charge';

const PLACES = 500;
/** Charges that are shown: those that run, then the newest of the others. */
const SHOWN = 8;

/** Charges at the CPO's stations with the eMSP's tokens, by card or by app, one after the other or side by side. */
export class ChargingDemo {
  readonly #api: RoamingApiClient;
  readonly #tokens: readonly DemoToken[];
  readonly #charges = new Map<string, Charge>();
  readonly #failures: string[] = [];
  readonly #run = Date.now().toString(36).toUpperCase();
  #places: readonly ChargePlace[] = [];
  #begun = 0;

  constructor(api: RoamingApiClient, tokens: readonly DemoToken[]) {
    this.#api = api;
    this.#tokens = tokens;
  }

  /** Finds out where can be charged; how many places there are. */
  async prepare(): Promise<number> {
    this.#places = await chargePlaces(this.#api, PLACES);
    return this.#places.length;
  }

  /** So many charges, a few at a time; throws when one of them failed. */
  async runSome(count: number, atOnce: number, plan: ChargePlan): Promise<void> {
    const worker = async (): Promise<void> => {
      while (this.#begun < count) await this.#next(plan);
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    if (this.#failures.length > 0) throw new Error(`simulated charges failed: ${this.#failures.join('; ')}`);
  }

  /** A new charge every so many milliseconds, until the signal ends; resolves when the last one has ended. */
  async runOn(every: number, plan: ChargePlan, signal: AbortSignal): Promise<void> {
    const running = new Set<Promise<void>>();
    while (!signal.aborted && this.#places.length > 0) {
      const charge = this.#next(plan).finally(() => running.delete(charge));
      running.add(charge);
      await pause(every, undefined, { signal }).catch(() => undefined); // the end of the signal ends the pause too
    }
    await Promise.all(running);
  }

  /** The backend of the CPO takes commands of eMSPs until the signal ends. */
  takeCommands(plan: ChargePlan, signal: AbortSignal): Promise<void> {
    const backend = new CommandBackend({
      api: this.#api,
      places: this.#places,
      plan,
      onChange: (charge) => this.#charges.set(charge.id, charge),
      onFailure: (failure) => this.#failures.push(failure),
    });
    return backend.run(signal);
  }

  /** The `number`-th driver starts a charge at the eMSP's app, and stops it after so many kWh; undefined where no EVSE can do that. */
  async byApp(emsp: RoamingApiClient, number: number, kwh: number): Promise<RemoteCharge | undefined> {
    const places = this.#places.filter(({ remote }) => remote);
    const [place, token] = [places[(number * 11) % places.length], this.#tokens[number % this.#tokens.length]];
    return place && token && chargeByApp(emsp, token, place, kwh);
  }

  /** As {@link byApp}, one driver after the other until the signal ends. */
  async byAppOn(emsp: RoamingApiClient, every: number, kwh: number, signal: AbortSignal): Promise<void> {
    for (let number = 1; !signal.aborted; number += 1) {
      await this.byApp(emsp, number, kwh).catch((error: unknown) => {
        if (!signal.aborted) this.#failures.push(`by app: ${error instanceof Error ? error.message : String(error)}`);
      });
      await pause(every, undefined, { signal }).catch(() => undefined); // the end of the signal ends the pause too
    }
  }

  /** Those that run, and the last ones that ended. */
  shown(): readonly Charge[] {
    const all = [...this.#charges.values()].reverse();
    const runs = ({ state }: Charge): boolean => state === 'authorized' || state === 'charging';
    return [...all.filter(runs), ...all.filter((charge) => !runs(charge))].slice(0, SHOWN);
  }

  /** What failed, newest last. */
  get failures(): readonly string[] {
    return this.#failures;
  }

  async #next(plan: ChargePlan): Promise<void> {
    const number = (this.#begun += 1);
    const [place, token] = [this.#places[(number * 7) % this.#places.length], this.#tokens[number % this.#tokens.length]];
    if (!place || !token) return;
    const id = `${this.#run}-${String(number).padStart(5, '0')}`;
    try {
      await simulateCharge(this.#api, { id, place, token, plan }, (charge) => this.#charges.set(id, charge));
    } catch (error) {
      this.#failures.push(`${id}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
