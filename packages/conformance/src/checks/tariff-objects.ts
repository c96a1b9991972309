import type { Tariff } from '@roamgrid/modules';
import type { Check } from '../check/define-check';
import { expectEqual, expectNotFound, expectRefused, expectTaken } from '../check/expect';
import { field, listField, without } from '../check/field';
import { expectHeld, heldObject, T } from './pushed-location';
import { fresh, pushed } from './tariffs';

type Element = Tariff['elements'][number];
type Change = readonly [why: string, change: object];

/** Rows about the Tariff object: what is taken, and what is refused. */
export const tariffObjectChecks: readonly Check[] = [
  pushed(
    ['TAR-12', 'TRN-30', 'TRN-37'],
    'what lacks a required field or element: 200/2001, nothing stored',
    async (target) => {
      const { receiver, tariff } = fresh(target);
      for (const name of ['country_code', 'party_id', 'id', 'currency', 'elements', 'last_updated']) {
        expectRefused(await receiver.putAt([tariff.id], without(tariff, name)), `no ${name}`);
      }
      for (const name of ['type', 'price', 'step_size']) {
        const price_components = [without({ type: 'FLAT', price: 1, step_size: 1 }, name)];
        expectRefused(await receiver.put({ ...tariff, elements: [{ price_components }] }), `no ${name}`);
      }
      expectRefused(await receiver.put({ ...tariff, elements: [{ price_components: [] }] }), 'price_components []');
      const text = [{ language: 'en', text: 'Ask at the desk' }];
      expectRefused(await receiver.put({ ...tariff, elements: [], tariff_alt_text: text }), 'elements []');
      expectNotFound(await receiver.get(tariff.id));
    },
  ),
  pushed(['TAR-13'], 'every type is taken, and none stays none', async (target) => {
    const { receiver, tariff } = fresh(target);
    const types = ['AD_HOC_PAYMENT', 'PROFILE_CHEAP', 'PROFILE_FAST', 'PROFILE_GREEN', 'REGULAR'] as const;
    for (const type of types) {
      expectTaken(await receiver.put({ ...tariff, type }), type);
      expectEqual(field(await heldObject(receiver, tariff.id), 'type'), type, 'type');
    }
    expectTaken(await receiver.put(without(tariff, 'type') as Tariff), 'no type');
    expectEqual(field(await heldObject(receiver, tariff.id), 'type') ?? null, null, 'type');
  }),
  refused(['TAR-14', 'TYP-03'], 'validity with an offset instead of UTC', [
    ['start_date_time +01:00', { start_date_time: '2026-01-05T10:00:00+01:00' }],
    ['end_date_time -00:00', { end_date_time: '2026-01-05T10:00:00-00:00' }],
  ]),
  taken(['TAR-28', 'TAR-18'], 'validity, alternative text and URL, energy mix; free of charge', [
    ['validity', { start_date_time: '2026-01-05T10:00:00Z', end_date_time: '2026-06-05T10:00:00Z' }],
    ['tariff_alt_text', { tariff_alt_text: [{ language: 'en', text: 'Cheap at night' }] }],
    ['tariff_alt_url of 255 characters', { tariff_alt_url: longUrl(255) }],
    ['energy_mix', { energy_mix: { is_green_energy: true } }],
    ['free of charge', { elements: [element([{ type: 'FLAT', price: 0, step_size: 0 }])] }],
  ]),
  refused(['TAR-28', 'TYP-16'], 'a tariff_alt_url of 256 characters', [
    ['256 characters', { tariff_alt_url: longUrl(256) }],
  ]),
  pushed(['TAR-19'], 'no vat and a vat of 0 stay two things', async (target) => {
    const { receiver, tariff } = fresh(target);
    const without_vat = { type: 'ENERGY', price: 0.25, step_size: 1 } as const;
    const elements = [element([without_vat]), element([{ ...without_vat, vat: 0 }])];
    expectTaken(await receiver.put({ ...tariff, elements }));
    const held = listField(await heldObject(receiver, tariff.id), 'elements');
    const vats = held.map((each) => field(each, 'price_components', 0, 'vat') ?? null);
    expectEqual(vats, [null, 0], 'vat of the two components');
  }),
  pushed(['TYP-14'], 'numbers as integers, with an exponent, with zeros at the end', async (target) => {
    for (const [text, value] of [
      ['5', 5],
      ['2.50', 2.5],
      ['2.5e1', 25],
      ['0.1234', 0.1234],
    ] as const) {
      const { receiver, tariff } = fresh(target);
      const body = JSON.stringify(tariff).replaceAll('"price":0.25', `"price":${text}`);
      expectTaken(await receiver.putAt([tariff.id], body), `price ${text}`);
      const price = field(await heldObject(receiver, tariff.id), 'elements', 0, 'price_components', 0, 'price');
      expectEqual(price, value, 'price');
    }
  }),
  pushed(['TYP-20'], 'a price without incl_vat gets none', async (target) => {
    const { receiver, tariff } = fresh(target);
    expectTaken(
      await receiver.put({ ...tariff, min_price: { excl_vat: 1 }, max_price: { excl_vat: 2, incl_vat: 2.42 } }),
    );
    const held = await heldObject(receiver, tariff.id);
    const prices = [field(held, 'min_price', 'incl_vat') ?? null, field(held, 'max_price', 'incl_vat')];
    expectEqual(prices, [null, 2.42], 'incl_vat of min_price and max_price');
  }),
  refused(['TAR-21'], 'restrictions of a wrong form', [
    ['start_time 24:00', restricted({ start_time: '24:00' })],
    ['start_time 9:00', restricted({ start_time: '9:00' })],
    ['end_time 12:60', restricted({ end_time: '12:60' })],
    ['start_date 2026-1-5', restricted({ start_date: '2026-1-5' })],
    ['end_date 05-01-2026', restricted({ end_date: '05-01-2026' })],
    ['day_of_week Monday', restricted({ day_of_week: ['Monday'] })],
  ]),
  taken(['TAR-21'], 'restrictions of every kind', [
    [
      'times and dates',
      restricted({ start_time: '22:00', end_time: '06:00', start_date: '2026-01-05', end_date: '2026-12-31' }),
    ],
    [
      'amounts',
      restricted({ min_kwh: 1.5, max_kwh: 20, min_power: 3.7, max_current: 16, min_duration: 60, max_duration: 3600 }),
    ],
  ]),
  refused(['TAR-22'], 'reservations that cost ENERGY or PARKING_TIME', [
    ['ENERGY', reserved('ENERGY')],
    ['PARKING_TIME', reserved('PARKING_TIME')],
  ]),
  taken(['TAR-22'], 'reservations that cost FLAT and TIME', [
    ['FLAT', reserved('FLAT')],
    ['TIME', reserved('TIME')],
  ]),
  pushed(['TAR-25'], 'a component type twice in an element: refused, or kept as it came', async (target) => {
    const { receiver, tariff } = fresh(target);
    const twice = [
      { type: 'ENERGY', price: 0.25, step_size: 1 },
      { type: 'ENERGY', price: 0.5, step_size: 1 },
    ] as const;
    await takenOrRefused(receiver, { ...tariff, elements: [element([...twice])] });
  }),
  pushed(['TAR-26'], 'a min_price above the max_price: refused, or kept as it came', async (target) => {
    const { receiver, tariff } = fresh(target);
    await takenOrRefused(receiver, { ...tariff, min_price: { excl_vat: 5 }, max_price: { excl_vat: 2 } });
  }),
  pushed(['TAR-27'], 'a negative price: refused, or kept as it came', async (target) => {
    const { receiver, tariff } = fresh(target);
    await takenOrRefused(receiver, {
      ...tariff,
      elements: [element([{ type: 'ENERGY', price: -0.05, step_size: 1 }])],
    });
  }),
];

function element(price_components: Element['price_components']): Element {
  return { price_components };
}

function restricted(restrictions: object): object {
  return { elements: [{ ...element([{ type: 'ENERGY', price: 0.25, step_size: 1 }]), restrictions }] };
}

function reserved(type: string): object {
  return {
    elements: [{ price_components: [{ type, price: 1, step_size: 1 }], restrictions: { reservation: 'RESERVATION' } }],
  };
}

function longUrl(length: number): string {
  return 'https://www.example.com/'.padEnd(length, 'x');
}

async function takenOrRefused(receiver: ReturnType<typeof fresh>['receiver'], tariff: Tariff): Promise<void> {
  const answer = await receiver.put(tariff);
  if (answer.statusCode === 1000) {
    await expectHeld(receiver, [tariff.id], tariff);
    return;
  }
  expectRefused(answer, 'or success');
  expectNotFound(await receiver.get(tariff.id));
}

function refused(ids: readonly string[], title: string, changes: readonly Change[]): Check {
  return pushed(ids, `${title}: 200/2001, nothing stored`, async (target) => {
    for (const [why, change] of changes) {
      const { receiver, tariff } = fresh(target);
      expectRefused(await receiver.put({ ...tariff, ...change }), why);
      expectNotFound(await receiver.get(tariff.id));
    }
  });
}

function taken(ids: readonly string[], title: string, changes: readonly Change[]): Check {
  return pushed(ids, `${title}: taken and kept`, async (target) => {
    for (const [why, change] of changes) {
      const { receiver, tariff } = fresh(target);
      const changed = { ...tariff, ...change, last_updated: T[2] };
      expectTaken(await receiver.put(changed), why);
      await expectHeld(receiver, [tariff.id], changed);
    }
  });
}
