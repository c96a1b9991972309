import { modules, type ModuleDeclaration, type ModuleId, type ObjectSchema } from '@roamgrid/modules';
import fc from 'fast-check';

import { arbitraryOf } from './arbitrary-of';
import { FuzzPlatform } from './fuzz-platform';

const OBJECTS = 200;
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
const VERSION = '2.2.1';

type Fields = Record<string, unknown>;

/** Valid objects of a class: those of its field table that its rules allow, too. */
function validObjects({ type, put }: ObjectSchema): fc.Arbitrary<Fields> {
  return arbitraryOf(type).filter((object) => put.received(object).ok);
}

describe('every valid object that a schema allows', () => {
  const platform = new FuzzPlatform();

  beforeAll(() => platform.start(), 180_000);
  afterAll(() => platform.stop(), 60_000);

  // What a hub says of others leaves nothing to chance: names of parties, words of two lists, a moment.
  const owned = modules.filter(({ ownedBy }) => ownedBy === 'party');
  const pushed = owned.filter(({ interfaces }) => interfaces.receiver.some(({ kind }) => kind === 'put' || kind === 'post'));

  it.each(pushed.map(({ id }) => id))('TRN-39 TYP-11 is taken and comes back equal: %s', async (id: ModuleId) => {
    const module = modules.find((each) => each.id === id) as ModuleDeclaration;
    const schema = module.versions[VERSION]?.schema as ObjectSchema;
    const receiver = platform.target.registration.receiver(id, module.owner);
    const { country_code, party_id } = receiver.party;
    const [, , name = 'id'] = module.key;
    let stored = 0;
    await fc.assert(
      fc.asyncProperty(validObjects(schema), async (generated) => {
        stored += 1;
        const object = { ...meantForUs(generated, module, stored), country_code, party_id, [name]: `FZ-${stored}` };
        const at = module.keyQuery ? receiver.withQuery(`?${module.keyQuery.name}=${encodeURIComponent(String(generated['type']))}`) : receiver;
        const answer = module.delivery.method === 'POST' ? await at.post(object) : await at.putAt([`FZ-${stored}`], object);
        expect([answer.statusCode, answer.describe()]).toEqual([1000, expect.any(String)]);
        expect((await at.get(`FZ-${stored}`)).data).toEqual(object);
      }),
      { numRuns: OBJECTS, seed: SEED },
    );
    expect(stored).toBeGreaterThanOrEqual(OBJECTS);
  });

  /** What is for one party is for one of the platform, and no CDR is credited twice (CDR-15). */
  function meantForUs(object: Fields, { audience }: ModuleDeclaration, number: number): Fields {
    const credit = typeof object['credit_reference_id'] === 'string' && { credit_reference_id: `FZ-OLD-${number}` };
    return audience ? { ...object, ...credit, cdr_token: { ...(object['cdr_token'] as Fields), ...platform.target.platformEmsp() } } : object;
  }
});
