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

  const pushed = modules.filter(({ interfaces }) => interfaces.receiver.some(({ kind }) => kind === 'put'));

  it.each(pushed.map(({ id }) => id))('TRN-39 TYP-11 is taken and comes back equal: %s', async (id: ModuleId) => {
    const module = modules.find((each) => each.id === id) as ModuleDeclaration;
    const schema = module.versions[VERSION]?.schema as ObjectSchema;
    const interfaces = platform.target.registration.receiver(id, module.owner);
    const { country_code, party_id } = interfaces.party;
    let stored = 0;
    await fc.assert(
      fc.asyncProperty(validObjects(schema), async (generated) => {
        const object = { ...generated, country_code, party_id, id: `FZ-${(stored += 1)}` };
        const answer = await interfaces.put(object);
        expect([answer.statusCode, answer.describe()]).toEqual([1000, expect.any(String)]);
        expect((await interfaces.get(object.id)).data).toEqual(object);
      }),
      { numRuns: OBJECTS, seed: SEED },
    );
    expect(stored).toBeGreaterThanOrEqual(OBJECTS);
  });
});
