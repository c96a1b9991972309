import { modules, type Role, type ModuleDeclaration, type ModuleId } from '@roamgrid/modules';
import { keyOf, ObjectWrites } from '@roamgrid/object-service';
import { OWN, RoamgridError, systemClock, type Caller, type ObjectPath } from '@roamgrid/runtime';
import { ObjectStore } from '@roamgrid/store';
import { at, cdr, clientInfo, location, session, tariff, token, type Json } from './charging-objects';
import { StoreStack } from './store-stack';

const VERSION = '2.2.1';
const ROLES: readonly (typeof Role)['static'][] = ['CPO', 'EMSP', 'HUB', 'NAP', 'NSP', 'OTHER', 'SCSP'];
const VERBS = ['Put', 'Patch', 'Delete', 'Post', 'PutMany'] as const;
type Verb = (typeof VERBS)[number];

/** A new object of each module, by id. */
const objects: Readonly<Partial<Record<ModuleId, (id: string) => Json>>> = {
  ...{ cdrs: cdr, hubclientinfo: clientInfo, locations: location, sessions: session, tariffs: tariff, tokens: token },
};

/** Whose name a caller has: that of the object's owner, or another one. */
const PARTIES = ['owner', 'stranger'] as const;
const ORIGINS = [OWN, 'peer-1'] as const;

interface Case {
  readonly origin: (typeof ORIGINS)[number];
  readonly party: (typeof PARTIES)[number];
  readonly role: string;
  readonly verb: Verb;
}

const cases: readonly Case[] = ORIGINS.flatMap((origin) =>
  PARTIES.flatMap((party) => ROLES.flatMap((role) => VERBS.map((verb) => ({ origin, party, role: String(role), verb })))),
);

describe('who may write what: caller × role × module × verb', () => {
  const stack = new StoreStack();
  let number = 0;

  beforeAll(() => stack.start(), 120_000);
  afterAll(() => stack.stop());

  const newObject = (module: ModuleDeclaration): Json => objects[module.id]?.(`X${(number += 1)}`) ?? {};

  function callerOf(object: Json, { origin, party, role }: Case): Caller {
    const mine = { country_code: String(object['country_code']), party_id: party === 'owner' ? String(object['party_id']) : 'XXX' };
    return { origin, roles: [{ role, ...mine }] };
  }

  const pathOf = (module: ModuleDeclaration, object: Json): ObjectPath => {
    const [country_code = '', party_id = '', ...ids] = module.key.map((field) => String(object[field]));
    return { party: { country_code, party_id }, ids, nested: [] };
  };

  /** What became of it: an outcome, or the code of the refusal. */
  async function attempt(writes: ObjectWrites, module: ModuleDeclaration, object: Json, each: Case): Promise<string> {
    const caller = callerOf(object, each);
    const json = Buffer.from(JSON.stringify(object));
    const path = pathOf(module, object);
    if (each.verb === 'PutMany') {
      const [result] = await writes.putMany(caller, VERSION, [json]);
      return result?.outcome === 'refused' ? result.code : String(result?.outcome);
    }
    const calls = {
      Put: () => writes.put(caller, VERSION, path, json),
      Post: () => writes.post(caller, VERSION, json),
      Patch: () => writes.patch(caller, VERSION, path, Buffer.from(JSON.stringify({ last_updated: at(90_000) }))),
      Delete: () => writes.delete(caller, VERSION, path),
    };
    return calls[each.verb]().then(
      ({ outcome }) => outcome,
      (error: unknown) => RoamgridError.from(error).code,
    );
  }

  /** Verbs that nobody has, since the module has no such thing as a change, or as an end. */
  function isImpossible({ immutable, deletable }: ModuleDeclaration, verb: Verb): boolean {
    return (verb === 'Patch' && immutable) || (verb === 'Delete' && !deletable);
  }

  function expected(module: ModuleDeclaration, { party, role, verb }: Case): string {
    if (isImpossible(module, verb)) return 'method.not_allowed';
    if (party === 'stranger' && module.ownedBy === 'party') return 'party.not_yours';
    if (role !== module.owner) return 'party.role_missing';
    return { Put: 'created', Post: 'created', PutMany: 'created', Patch: 'updated', Delete: 'deleted' }[verb];
  }

  /** Where a role owns the module, each has its own of that name (HCI-18): writing makes one, of what is not there nothing changes. */
  function ofAnother(verb: Verb): string {
    return verb === 'Patch' ? 'object.unknown' : 'created';
  }

  it('has an object of every module', () => {
    expect(Object.keys(objects).sort()).toEqual(modules.map(({ id }) => id));
  });

  it.each(modules.map(({ id }) => id))('RTE-13 ROL-12 %s: only the owner, in the role that owns the module, as the one who brought it', async (id) => {
    const module = modules.find((each) => each.id === id) as ModuleDeclaration;
    const store = await ObjectStore.open(await stack.connect(stack.database()), module.id, systemClock, { history: false });
    const writes = new ObjectWrites(module, store);
    const [seen, wanted]: [string[], string[]] = [[], []];
    for (const each of cases) {
      const object = newObject(module);
      const present = each.verb === 'Patch' || each.verb === 'Delete';
      const owner: Case = { ...each, party: 'owner', role: module.owner, verb: 'Put' };
      if (present) await attempt(writes, module, object, owner);
      const before = await stateOf(store, module, object, each.origin);
      const outcome = await attempt(writes, module, object, each);
      const name = `${each.verb} by ${each.origin} as ${each.party} with ${each.role}`;
      const unchanged = JSON.stringify(before) === JSON.stringify(await stateOf(store, module, object, each.origin));
      const isRefused = outcome.includes('.');
      seen.push(`${name}: ${outcome}${isRefused && !unchanged ? ', but it changed' : ''}`);
      wanted.push(`${name}: ${expected(module, each)}`);
    }
    expect(seen).toEqual(wanted);
  });

  it.each(modules.map(({ id }) => id))('TRN-68 %s: what one caller brought no other edits, even with the same party and role', async (id) => {
    const module = modules.find((each) => each.id === id) as ModuleDeclaration;
    const store = await ObjectStore.open(await stack.connect(stack.database()), module.id, systemClock, { history: false });
    const writes = new ObjectWrites(module, store);
    for (const [bringer, other] of [[OWN, 'peer-1'], ['peer-1', OWN]] as const) {
      for (const verb of VERBS) {
        const object = newObject(module);
        const as = (origin: Case['origin'], by: Verb): Case => ({ origin, party: 'owner', role: module.owner, verb: by });
        await attempt(writes, module, object, as(bringer, 'Put'));
        const before = await stateOf(store, module, object, bringer);
        const refusal = isImpossible(module, verb) ? 'method.not_allowed' : module.ownedBy === 'role' ? ofAnother(verb) : 'party.not_yours';
        expect([verb, await attempt(writes, module, object, as(other, verb))]).toEqual([verb, refusal]);
        expect(await stateOf(store, module, object, bringer)).toEqual(before);
      }
    }
  });

  async function stateOf(store: ObjectStore, module: ModuleDeclaration, object: Json, origin: string): Promise<unknown> {
    const { party, ids } = pathOf(module, object);
    const [found] = await store.readMany([keyOf(module, origin, party, ids)]);
    return found && { rev: found.state.rev, deleted: found.state.deleted };
  }
});
