import type { Tariff } from '@roamgrid/modules';
import { joinUrl } from '@roamgrid/ocpi';
import { defineCheck, type Check } from '../check/define-check';
import {
  expectMethodNotAllowed,
  expectNotFound,
  expectRefused,
  expectStatus,
  expectSuccess,
  expectThat,
  show,
} from '../check/expect';
import { field, listField } from '../check/field';
import { sampleTariff } from '../samples/sample-tariff';
import type { ReceiverInterface } from '../target/receiver-interface';
import type { Target } from '../target/target';
import { expectHeld, T } from './pushed-location';

/** Rows about the interfaces of the tariffs module. */
export const tariffsChecks: readonly Check[] = [
  defineCheck({
    ids: ['TAR-01', 'TAR-12', 'TAR-14', 'TAR-26'],
    title: 'listed tariffs are complete, their times in UTC, their min_price not above the max_price',
    needs: ['tariffs SENDER'],
    run: async (target) => {
      for (const { object, key } of await target.objects('tariffs', 1)) {
        const fault = tariffFault(object);
        expectThat(fault === undefined, 'a complete Tariff', `${key}: ${fault}`);
      }
    },
  }),
  defineCheck({
    ids: ['TAR-02'],
    title: 'the sender interface has no GET by id, and all other methods are 405',
    needs: ['tariffs SENDER'],
    run: async (target) => {
      const { registration } = target;
      const sender = registration.sender('tariffs');
      const [tariff] = await target.objects('tariffs', 1);
      const routing = sender.routing();
      const single = await registration.call('GET', joinUrl(sender.endpoint, tariff?.id ?? ''), { routing });
      expectThat([404, 405].includes(single.http), 'HTTP 404 or 405', single.describe());
      for (const method of ['POST', 'PUT', 'PATCH'] as const) {
        expectMethodNotAllowed(await registration.call(method, sender.endpoint, { body: {}, routing }));
      }
      expectMethodNotAllowed(await registration.call('DELETE', sender.endpoint, { routing }));
    },
  }),
  pushed(
    ['TAR-03', 'TAR-04', 'TRN-25'],
    'PUT: 201 when new, 200 when replaced; GET gives what was pushed',
    async (target) => {
      const { receiver, tariff } = fresh(target);
      expectNotFound(await receiver.get(tariff.id));
      expectStatus(await receiver.put(tariff), 201, 1000);
      await expectHeld(receiver, [tariff.id], tariff);
      const changed: Tariff = { ...tariff, currency: 'SEK', last_updated: T[2] };
      expectStatus(await receiver.put(changed), 200, 1000);
      await expectHeld(receiver, [tariff.id], changed);
    },
  ),
  pushed(['TAR-04', 'TRN-70'], 'PUT with another owner in the body than in the URL: 200/2001', async (target) => {
    const { receiver, tariff } = fresh(target);
    for (const owner of [{ country_code: 'DE' }, { party_id: 'ALL' }]) {
      expectRefused(await receiver.put({ ...tariff, ...owner }), 'another owner in the body');
    }
    expectNotFound(await receiver.get(tariff.id));
  }),
  pushed(['TAR-05', 'TAR-06', 'TRN-26', 'TRN-73'], 'PATCH and POST: 405 with Allow', async (target) => {
    const { receiver, tariff } = fresh(target);
    await receiver.put(tariff);
    for (const method of ['PATCH', 'POST'] as const) {
      const answer = await receiver.call(method, [tariff.id], { body: { currency: 'SEK', last_updated: T[2] } });
      expectMethodNotAllowed(answer);
      const allow = (answer.header('allow') ?? '').split(/\s*,\s*/);
      expectThat(
        ['GET', 'PUT', 'DELETE'].every((each) => allow.includes(each)),
        'Allow: GET, PUT, DELETE',
        show(allow),
      );
    }
    await expectHeld(receiver, [tariff.id], tariff);
  }),
  pushed(
    ['TAR-07', 'TRN-19'],
    'DELETE: 200/1000 without data, then GET is 404 and PUT creates again',
    async (target) => {
      const { receiver, tariff } = fresh(target);
      await receiver.put(tariff);
      const answer = await receiver.delete(tariff.id);
      expectSuccess(answer);
      expectThat((answer.data ?? null) === null, 'no data', show(answer.data));
      expectNotFound(await receiver.get(tariff.id));
      expectStatus(await receiver.put({ ...tariff, last_updated: T[2] }), 201, 1000);
    },
  ),
  pushed(['TAR-08'], 'DELETE of an unknown tariff, and of one that is gone: 404', async (target) => {
    const { receiver, tariff } = fresh(target);
    expectNotFound(await receiver.delete(tariff.id));
    await receiver.put(tariff);
    expectSuccess(await receiver.delete(tariff.id.toLowerCase()));
    expectNotFound(await receiver.delete(tariff.id));
  }),
];

/** A Tariff of the suite's CPO that nobody has yet. */
export function fresh(target: Target): { readonly receiver: ReceiverInterface; readonly tariff: Tariff } {
  const receiver = target.registration.receiver('tariffs');
  return { receiver, tariff: sampleTariff(receiver.party, target.newId(), T[1]) };
}

/** A check of what a CPO pushes. */
export function pushed(ids: readonly string[], title: string, run: (target: Target) => Promise<void>): Check {
  return defineCheck({ ids, title: `pushed tariffs: ${title}`, needs: ['tariffs RECEIVER'], run });
}

function tariffFault(tariff: unknown): string | undefined {
  const required = ['country_code', 'party_id', 'id', 'currency', 'elements', 'last_updated'];
  const absent = required.find((name) => (field(tariff, name) ?? null) === null);
  if (absent !== undefined) return `no ${absent}`;
  const elements = listField(tariff, 'elements');
  if (elements.length === 0) return 'no elements';
  const components = elements.map((element) => listField(element, 'price_components'));
  if (components.some((list) => list.length === 0)) return 'an element without price_components';
  const bad = components
    .flat()
    .find((each) => ['type', 'price', 'step_size'].some((name) => field(each, name) === undefined));
  if (bad !== undefined) return `an incomplete price component ${show(bad)}`;
  const times = ['start_date_time', 'end_date_time', 'last_updated'].map((name) => field(tariff, name) ?? undefined);
  const utc = (time: unknown): boolean => typeof time === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z?$/.test(time);
  const odd = times.find((time) => time !== undefined && !utc(time));
  if (odd !== undefined) return `a time that is not in UTC: ${show(odd)}`;
  const [least, most] = ['min_price', 'max_price'].map((name) => field(tariff, name, 'excl_vat') ?? undefined);
  const ordered = least === undefined || most === undefined || Number(least) <= Number(most);
  return ordered ? undefined : `min_price ${show(least)} above max_price ${show(most)}`;
}
