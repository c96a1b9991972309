import { defineCheck, type Check } from '../check/define-check';
import {
  expectEnvelope,
  expectEqual,
  expectNotFound,
  expectRefused,
  expectStatus,
  expectSuccess,
  expectTaken,
  expectThat,
  show,
} from '../check/expect';
import { field, without } from '../check/field';
import { sampleLocation } from '../samples/sample-location';
import type { ReceiverInterface } from '../target/receiver-interface';
import type { Target } from '../target/target';
import { expectHeld, heldObject, pushLocation, T } from './pushed-location';

const REQUIRED = [
  'country_code',
  'party_id',
  'id',
  'publish',
  'address',
  'city',
  'country',
  'coordinates',
  'time_zone',
  'last_updated',
];

/** Rows about what a request may hold, with Locations as the example. */
export const requestBodyChecks: readonly Check[] = [
  pushed(['TRN-14'], 'GET and DELETE without Content-Type are no 415', async ({ registration }, receiver) => {
    const get = await registration.call('GET', registration.credentialsUrl, { headers: { 'content-type': undefined } });
    expectSuccess(get);
    const removed = await receiver.call('DELETE', ['CF-NOBODY'], { headers: { 'content-type': undefined } });
    expectThat(removed.http !== 415, 'no HTTP 415', removed.describe());
  }),
  pushed(['TRN-15'], 'application/json with a charset and in any case of letters', async (target, receiver) => {
    for (const type of ['application/json; charset=utf-8', 'Application/JSON', 'application/json;charset=UTF-8']) {
      const location = sampleLocation(receiver.party, target.newId(), T[1]);
      expectTaken(
        await receiver.call('PUT', [location.id], { body: location, headers: { 'content-type': type } }),
        type,
      );
    }
  }),
  pushed(['TRN-22', 'STS-15'], 'a body that is no JSON: 400 with an envelope', async (target, receiver) => {
    const id = target.newId();
    const text = JSON.stringify(sampleLocation(receiver.party, id, T[1]));
    const bodies = [
      text.slice(0, -1),
      text.replace(/}$/, ',}'),
      `${text}${text}`,
      '',
      '{',
      'null,',
      "{'id':'x'}",
      '<xml/>',
    ];
    for (const body of bodies) {
      for (const method of ['PUT', 'PATCH'] as const) {
        const answer = await receiver.call(method, [id], { body });
        expectThat(answer.http === 400, `HTTP 400 for ${JSON.stringify(body.slice(-20))}`, answer.describe());
        expectEnvelope(answer);
      }
    }
    expectNotFound(await receiver.get(id));
  }),
  pushed(['TRN-23', 'STS-02'], 'JSON that means nothing here: HTTP 200 with 2xxx', async (target, receiver) => {
    for (const body of [{}, [], 'text', 17, null, true, [sampleLocation(receiver.party, 'X', T[1])], { id: {} }]) {
      const answer = await receiver.call('PUT', [target.newId()], { body: JSON.stringify(body) });
      const holds = answer.http === 200 && (answer.statusCode ?? 0) >= 2000 && (answer.statusCode ?? 0) < 3000;
      expectThat(holds, `HTTP 200 with 2xxx for ${show(body)}`, answer.describe());
    }
  }),
  pushed(
    ['TRN-30'],
    'a PUT that lacks a required field: 200/2001, the field named, nothing stored',
    async (target, receiver) => {
      const location = sampleLocation(receiver.party, target.newId(), T[1]);
      for (const name of REQUIRED) {
        const answer = await receiver.putAt([location.id], without(location, name));
        expectRefused(answer, `no ${name}`);
        const message = field(answer.json, 'status_message');
        expectThat(String(message).includes(name), `a status_message that names ${name}`, show(message));
        expectRefused(await receiver.putAt([location.id], { ...location, [name]: null }), `${name} null`);
      }
      expectNotFound(await receiver.get(location.id));
    },
  ),
  pushed(['TRN-31'], 'PUT replaces: what the new body leaves out is gone', async (target) => {
    const { receiver, id, location } = await pushLocation(target, { charging_when_closed: false });
    const bare = {
      ...without(location, 'name', 'parking_type', 'postal_code', 'charging_when_closed'),
      last_updated: T[2],
    };
    expectTaken(await receiver.putAt([id], bare));
    await expectHeld(receiver, [id], bare);
  }),
  pushed(['TRN-39'], 'unknown fields are no reason to refuse, also inside', async (target) => {
    const { receiver, id } = await pushLocation(target, { ['x_note' as 'name']: 'kept or not' });
    expectTaken(await receiver.patch([id], { x_other: { deep: [] }, last_updated: T[2] }));
    expectSuccess(await receiver.get(id));
  }),
  pushed(
    ['TRN-44'],
    'BOM, UTF-16, doubled keys, deep and huge bodies: 400 or 413, and the server lives',
    async (target, receiver) => {
      const location = sampleLocation(receiver.party, target.newId(), T[1]);
      const text = JSON.stringify(location);
      const deep = `${text.slice(0, -1)},"x_deep":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
      const bodies: readonly (readonly [string, string | Buffer])[] = [
        ['a BOM', `\uFEFF${text}`],
        ['UTF-16', Buffer.from(text, 'utf16le')],
        ['doubled keys', text.replace('{', '{"name":"first","name":"second",')],
        ['nesting of 100000 levels', deep],
        ['64 MB', JSON.stringify({ ...location, x_huge: 'x'.repeat(64_000_000) })],
      ];
      for (const [what, body] of bodies) {
        const answer = await receiver.call('PUT', [location.id], { body });
        expectThat([400, 413].includes(answer.http), `HTTP 400 or 413 for ${what}`, answer.describe());
      }
      expectNotFound(await receiver.get(location.id));
    },
  ),
  pushed(
    ['TRN-56'],
    'ids with *, /, %, +, # and blanks, percent-encoded, are decoded once',
    async (target, receiver) => {
      for (const special of ['BE*BEC*1', 'a/b', 'a b', 'a+b', '50%25', '#NA', 'a?b&c', 'x%2Fy']) {
        const location = sampleLocation(receiver.party, `${target.random(8)}${special}`, T[1]);
        expectStatus(await receiver.put(location), 201, 1000);
        expectEqual(field(await heldObject(receiver, location.id), 'id'), location.id, 'id');
      }
    },
  ),
  pushed(
    ['TRN-69'],
    'another id in the body than in the URL: 200/2001; another case of letters is no other id',
    async (target) => {
      const { receiver, id, location } = await pushLocation(target);
      const other = target.newId();
      expectRefused(await receiver.putAt([other], { ...location, last_updated: T[2] }), 'another id in the body');
      expectNotFound(await receiver.get(other));
      await expectHeld(receiver, [id], location);
      expectStatus(await receiver.putAt([id.toLowerCase()], { ...location, last_updated: T[2] }), 200, 1000);
    },
  ),
  pushed(
    ['TRN-70'],
    'another owner in the body than in the URL: 200/2001; another case of letters is no other owner',
    async (target, receiver) => {
      const location = sampleLocation(receiver.party, target.newId(), T[1]);
      for (const owner of [{ country_code: 'DE' }, { party_id: 'ZZZ' }, target.registration.party('CPO', 1)]) {
        expectRefused(await receiver.put({ ...location, ...owner }), 'another owner in the body');
      }
      expectNotFound(await receiver.get(location.id));
      expectTaken(await receiver.put({ ...location, country_code: 'nl', party_id: location.party_id.toLowerCase() }));
    },
  ),
  pushed(['TYP-01', 'TYP-05'], 'last_updated in each of the UTC forms', async (target, receiver) => {
    const day = '2026-01-05T10:00:00';
    for (const last_updated of [day, `${day}Z`, `${day}.5`, `${day}.5Z`, `${day}.123Z`, `${day}.123456Z`]) {
      const location = sampleLocation(receiver.party, target.newId(), last_updated);
      expectTaken(await receiver.put(location), last_updated);
    }
  }),
];

type Run = (target: Target, receiver: ReceiverInterface) => Promise<void>;

function pushed(ids: readonly string[], title: string, run: Run): Check {
  return defineCheck({
    ids,
    title,
    needs: ['locations RECEIVER'],
    run: (target) => run(target, target.registration.receiver('locations')),
  });
}
