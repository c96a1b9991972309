import type { Tariff } from '@roamgrid/modules';
import type { Party } from '@roamgrid/ocpi';
import { defineCheck, type Check } from '../check/define-check';
import { expectThat, show } from '../check/expect';
import type { JsonObject } from '../check/field';
import { evseUid, sampleConnector, sampleLocation } from '../samples/sample-location';
import { sampleTariff } from '../samples/sample-tariff';
import type { SampledModule } from '../target/own-objects';
import type { OwnWrite } from '../target/platform-hooks';
import type { Target } from '../target/target';
import { moments } from './seeded-location';

/** What the rules are tried with: the party that writes, and the time. */
export interface Ground {
  readonly target: Target;
  readonly party: Party;
  readonly time: string;
}

/** Objects that follow a rule, and objects of which the last breaks it. */
export interface Pair {
  readonly good: readonly JsonObject[];
  readonly bad: readonly JsonObject[];
}

type Components = Tariff['elements'][number]['price_components'];

/** Rows about how a CPO had better write its objects: its platform tells it, at the latest when it writes. */
export const ownAdviceChecks: readonly Check[] = [
  told('LOC-27', 'locations', 'a Location without a valid EVSE', (ground) => ({
    good: [location(ground)],
    bad: [location(ground, { evses: [] })],
  })),
  told('LOC-42', 'locations', 'a private Location that is for nobody', (ground) => ({
    good: [location(ground, { publish: false, publish_allowed_to: [{ group_id: 'STAFF' }] })],
    bad: [location(ground, { publish: false })],
  })),
  told('LOC-43', 'locations', 'a second Location at a site', (ground) => {
    const place = { coordinates: { latitude: `52.${digits(ground)}`, longitude: `5.${digits(ground)}` } };
    const elsewhere = { coordinates: { latitude: `53.${digits(ground)}`, longitude: `5.${digits(ground)}` } };
    return { good: [location(ground, place), location(ground, elsewhere)], bad: [location(ground, place), location(ground, place)] };
  }),
  told('LOC-44', 'locations', 'an EVSE of several Connectors among which a command can not choose', (ground) => {
    const chosen = ['RFID_READER', 'START_SESSION_CONNECTOR_REQUIRED'];
    return { good: [location(ground, {}, { capabilities: chosen })], bad: [location(ground)] };
  }),
  told('LOC-56', 'locations', 'a Connector without a tariff', (ground) => ({
    good: [connected(ground, [ground.target.newId()])],
    bad: [connected(ground, [])],
  })),
  defineCheck({
    ids: ['LOC-56', 'TAR-15'],
    title: 'own writes: told of two tariffs of one type at one time, not of two that take turns',
    needs: ['write', 'tariffs SENDER', 'locations SENDER'],
    run: async (target) => {
      const ground = groundOf(target);
      const turn = '2030-01-01T00:00:00Z';
      const [old, fresh, always] = [
        tariff(ground, { end_date_time: turn }),
        tariff(ground, { start_date_time: turn }),
        tariff(ground),
      ];
      expectTold(await write(target, 'tariffs', [old, fresh, always]), 'LOC-56', false);
      const ids = (...tariffs: readonly JsonObject[]): string[] => tariffs.map(({ id }) => String(id));
      expectTold(await write(target, 'locations', [connected(ground, ids(old, fresh))]), 'LOC-56', false);
      expectTold(await write(target, 'locations', [connected(ground, ids(old, always))]), 'LOC-56', true);
    },
  }),
  told('TAR-17', 'tariffs', 'a text that repeats the price', (ground) => ({
    good: [tariff(ground, { tariff_alt_text: [{ language: 'en', text: 'Cheaper after 18:00' }] })],
    bad: [tariff(ground, { tariff_alt_text: [{ language: 'en', text: '0.25 euro per kWh' }] })],
  })),
  told('TAR-23', 'tariffs', 'a step_size other than 1', (ground) => ({
    good: [tariff(ground)],
    bad: [tariff(ground, { elements: [{ price_components: energy(0.25, 1000) }] })],
  })),
  told('TAR-24', 'tariffs', 'a tariff without a fallback, or with one in front', (ground) => {
    const [night, fallback] = [
      { price_components: energy(0.2), restrictions: { start_time: '22:00', end_time: '06:00' } },
      { price_components: energy(0.25) },
    ];
    return {
      good: [tariff(ground, { elements: [night, fallback] })],
      bad: [tariff(ground, { elements: [fallback, night] }), tariff(ground, { elements: [night] })],
    };
  }),
];

/** Refused or told with the row; the sound ones are taken without it. */
export function told(row: string, module: SampledModule, what: string, make: (ground: Ground) => Pair | Promise<Pair>): Check {
  return defineCheck({
    ids: [row],
    title: `own writes: told of ${what}`,
    needs: ['write', `${module} SENDER`],
    run: async (target) => {
      const { good, bad } = await make(groundOf(target));
      expectTold(await write(target, module, good), row, false);
      expectTold((await write(target, module, bad)).slice(-1), row, true);
    },
  });
}

function expectTold(written: readonly OwnWrite[], row: string, expected: boolean): void {
  expectThat(written.length > 0, 'an answer to a write', 'none');
  for (const { taken, warnings, said } of written) {
    const holds = expected ? !taken || warnings.includes(row) : taken && !warnings.includes(row);
    expectThat(holds, expected ? `a refusal, or a warning of ${row}` : `success without a warning of ${row}`, said || show(warnings));
  }
}

async function write(target: Target, module: SampledModule, objects: readonly JsonObject[]): Promise<readonly OwnWrite[]> {
  return (await target.hooks.write?.(module, objects)) ?? [];
}

function groundOf(target: Target): Ground {
  return { target, party: target.platformCpo(), time: moments(target)(0) };
}

function location({ target, party, time }: Ground, change: object = {}, evse: object = {}): JsonObject {
  const whole = sampleLocation(party, target.newId(), time);
  return { ...whole, evses: (whole.evses ?? []).map((each) => ({ ...each, ...evse })), ...change };
}

/** A Location of one EVSE and Connector with these tariffs. */
function connected(ground: Ground, tariff_ids: readonly string[]): JsonObject {
  const whole = location(ground);
  const { time } = ground;
  const connectors = [{ ...sampleConnector('1', time), tariff_ids }];
  return { ...whole, evses: [{ uid: evseUid(String(whole['id'])), status: 'AVAILABLE', connectors, last_updated: time }] };
}

function tariff({ target, party, time }: Ground, change: object = {}): JsonObject {
  return { ...sampleTariff(party, target.newId(), time), elements: [{ price_components: energy(0.25) }], ...change };
}

function energy(price: number, step_size = 1): Components {
  return [{ type: 'ENERGY', price, step_size }];
}

/** Six random digits. */
function digits({ target }: Ground): string {
  return String(Number.parseInt(target.random(8), 16) % 1_000_000).padStart(6, '0');
}
