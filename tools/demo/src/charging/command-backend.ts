import { setTimeout as pause } from 'node:timers/promises';
import type { RoamingApiClient } from '@roamgrid/testkit';
import type { ChargePlace } from './charge-places';
import type { DemoToken } from './demo-tokens';
import { runCharge, type Charge, type ChargePlan } from './simulate-charge';

/** A command of an eMSP as the roaming API shows it to the backend of the CPO. */
interface Command {
  readonly country_code: string;
  readonly party_id: string;
  readonly id: string;
  readonly kind: string;
  readonly request: {
    readonly token?: DemoToken;
    readonly location_id?: string;
    readonly evse_uid?: string;
    readonly connector_id?: string;
    readonly session_id?: string;
    readonly authorization_reference?: string;
  };
}

export interface CommandBackendOptions {
  readonly api: RoamingApiClient;
  readonly places: readonly ChargePlace[];
  readonly plan: ChargePlan;
  readonly onChange: (charge: Charge) => void;
  readonly onFailure: (failure: string) => void;
}

const LOOK_EVERY = 200;

/** What the backend of a CPO does about commands: starts and stops charges, and says how that went. */
export class CommandBackend {
  readonly #options: CommandBackendOptions;
  readonly #running = new Map<string, { readonly stop: AbortController; readonly ended: Promise<void> }>();

  constructor(options: CommandBackendOptions) {
    this.#options = options;
  }

  /** Takes commands until the signal ends; resolves when the charges that they started have ended. */
  async run(signal: AbortSignal): Promise<void> {
    const { api, onFailure } = this.#options;
    while (!signal.aborted) {
      try {
        const { items } = await api.call<{ items: Command[] }>('GET', '/v1/commands?direction=asked&state=WAITING&limit=50');
        for (const command of items) await this.#obey(command);
      } catch (error) {
        onFailure(`commands: ${error instanceof Error ? error.message : String(error)}`);
      }
      await pause(LOOK_EVERY, undefined, { signal }).catch(() => undefined); // the end of the signal ends the pause too
    }
    for (const { stop } of this.#running.values()) stop.abort();
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  async #obey(command: Command): Promise<void> {
    const { country_code, party_id, id, kind, request } = command;
    const place = kind === 'START_SESSION' ? this.#placeOf(command) : undefined;
    const running = kind === 'STOP_SESSION' ? this.#running.get(request.session_id ?? '') : undefined;
    const result = place || running ? 'ACCEPTED' : 'REJECTED';
    await this.#options.api.call('POST', `/v1/commands/${country_code}/${party_id}/${id}/result`, { result });
    running?.stop.abort();
    if (place && request.token) this.#start(`REMOTE-${id.slice(0, 8)}`, place, request.token, request.authorization_reference);
  }

  #start(id: string, place: ChargePlace, token: DemoToken, reference: string | undefined): void {
    const { api, plan, onChange, onFailure } = this.#options;
    const stop = new AbortController();
    const permission = { method: 'COMMAND', ...(reference !== undefined && { authorization_reference: reference }) } as const;
    const ended = runCharge(api, { id, place, token, plan }, permission, onChange, stop.signal)
      .catch((error: unknown) => onFailure(`${id}: ${error instanceof Error ? error.message : String(error)}`))
      .finally(() => this.#running.delete(id));
    this.#running.set(id, { stop, ended });
  }

  #placeOf({ request }: Command): ChargePlace | undefined {
    return this.#options.places.find(
      (place) =>
        place.location_id === request.location_id &&
        place.evse_uid === request.evse_uid &&
        (request.connector_id === undefined || place.connector_id === request.connector_id),
    );
  }
}
