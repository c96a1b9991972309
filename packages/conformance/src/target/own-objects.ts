import type { CdrToken } from '@roamgrid/modules';
import { formatOcpiDateTime, parseOcpiDateTime, type Party } from '@roamgrid/ocpi';
import { NotCovered } from '../check/check-failure';
import { expectThat, show } from '../check/expect';
import { eventually } from '../check/eventually';
import { isJsonObject, textField, type JsonObject } from '../check/field';
import { sampleCdr } from '../samples/sample-cdr';
import { sampleLocation } from '../samples/sample-location';
import { sampleSession } from '../samples/sample-session';
import { sampleTariff } from '../samples/sample-tariff';
import { driverOf, sampleToken } from '../samples/sample-token';
import { keyOf } from './sender-interface';
import type { Target } from './target';

/** An object of the platform, as it lists it. */
export interface OwnObject {
  readonly object: JsonObject;
  /** Owner and id, folded. */
  readonly key: string;
  readonly id: string;
  readonly owner: Party;
  /** Milliseconds since the epoch. */
  readonly lastUpdated: number;
  /** The same as it stands in the object. */
  readonly lastUpdatedText: string;
}

/** Modules whose objects the suite can make. */
export type SampledModule = 'cdrs' | 'locations' | 'sessions' | 'tariffs' | 'tokens';

/** An object that can be found again in a list: by its id, or by uid and type. */
export type Seedable = JsonObject & Party & { readonly last_updated: string } & (
    | { readonly id: string }
    | { readonly uid: string; readonly type: string }
  );

/** A fresh object of the platform, for the first peer where it is for one. */
export function ownSample(target: Target, module: SampledModule, id: string, lastUpdated: string): Seedable {
  const driver = (): CdrToken => driverOf(target.registration.party('EMSP'));
  switch (module) {
    case 'locations':
      return sampleLocation(target.platformCpo(), id, lastUpdated);
    case 'tariffs':
      return sampleTariff(target.platformCpo(), id, lastUpdated);
    case 'tokens':
      return sampleToken(target.platformEmsp(), id, lastUpdated);
    case 'sessions':
      return sampleSession(target.platformCpo(), id, driver(), lastUpdated);
    case 'cdrs':
      return sampleCdr(target.platformCpo(), id, driver(), lastUpdated);
  }
}

/** An hour ago: old enough for every clock, and each object a second after the one before. */
const AGE = 3_600_000;
const STEP = 1_000;

/** The objects that the platform lists, at least `count`; seeds the missing ones. Throws NotCovered without the means. */
export async function ownObjects(target: Target, module: SampledModule, count: number): Promise<readonly OwnObject[]> {
  const sender = target.registration.sender(module);
  const listed = (await sender.crawl()).objects.map(readOwnObject);
  if (listed.length >= count) return listed;
  const missing = count - listed.length;
  if (!target.hooks.seed)
    throw new NotCovered(`needs ${count} objects in ${module}, the platform lists ${listed.length}`);
  const begin = target.now() - AGE;
  const fresh = Array.from({ length: missing }, (_, index) =>
    ownSample(target, module, target.newId(), formatOcpiDateTime(begin + index * STEP)),
  );
  await seedObjects(target, module, fresh);
  return (await sender.crawl()).objects.map(readOwnObject);
}

/** Writes objects by the seed hook and waits until all are listed. */
export async function seedObjects(target: Target, module: SampledModule, objects: readonly Seedable[]): Promise<void> {
  if (!target.hooks.seed) throw new NotCovered('needs a hook that writes objects of the platform');
  await target.hooks.seed(
    module,
    objects.map((object) => ({ ...object })),
  );
  const moments = objects.map(({ last_updated }) => parseOcpiDateTime(last_updated) ?? 0);
  // A second earlier, so that a platform which takes date_from for exclusive is found by the check that is about it.
  const from = formatOcpiDateTime(Math.min(...moments) - STEP);
  const expected = new Map(objects.map((object) => [keyOf(object), Date.parse(object.last_updated)]));
  await eventually(`the ${module} written just now to be listed`, async (note) => {
    const { objects: listed } = await target.registration.sender(module).crawl({ date_from: from });
    const found = new Map(listed.map((object) => [keyOf(object), Date.parse(textField(object, 'last_updated') ?? '')]));
    const absent = [...expected].filter(([key, updated]) => (found.get(key) ?? 0) < updated).map(([key]) => key);
    note(`not listed with date_from=${from}: ${absent.slice(0, 5).join(', ')}`);
    return absent.length === 0;
  });
}

/** Reads what identifies and dates a listed object. Throws CheckFailure where that is missing. */
export function readOwnObject(value: unknown): OwnObject {
  const text = (name: string): string => textField(value, name) ?? '';
  const lastUpdatedText = text('last_updated');
  const lastUpdated = parseOcpiDateTime(lastUpdatedText);
  const id = text('id') || text('uid');
  const named = isJsonObject(value) && id !== '' && text('country_code') !== '' && text('party_id') !== '';
  expectThat(
    named && lastUpdated !== undefined,
    'objects with country_code, party_id, id or uid, and last_updated',
    show(value),
  );
  const owner = { country_code: text('country_code'), party_id: text('party_id') };
  return { object: value, key: keyOf(value), id, owner, lastUpdated, lastUpdatedText };
}
