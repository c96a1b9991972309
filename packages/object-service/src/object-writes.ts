import type { ModuleDeclaration, OcpiVersion, OnceOnly } from '@roamgrid/modules';
import { OWN, RoamgridError, type Caller, type ObjectPath, type PutResult, type WriteReply } from '@roamgrid/runtime';
import { ClaimTakenError, type Judge, type ObjectStore } from '@roamgrid/store';
import { checkAudience } from './check-audience';
import { checkOwner } from './check-owner';
import { checkIdentity, readObject, readWhole, validate, type IncomingObject, type WriteScope } from './incoming';
import { judgeDelete, judgeNestedPut, judgePatch, judgePut, type Judgement } from './judge-write';
import { keepLate } from './keep-late';
import { keyOf } from './key-of';
import type { ObjectHooks } from './object-hooks';
import { readBody } from './read-body';

/** Errors that say nothing about the object at hand: a batch must not go on as if the object had been refused. */
const OUR_FAULT = new Set(['unavailable', 'overloaded', 'internal']);

/**
 * The one ingest path (DESIGN §6): a PUT by a peer, a page of a pull and a write of the company's own systems all end here.
 * In order: schema, key equals address, owner role, stale guard, one atomic update.
 */
export class ObjectWrites {
  readonly #module: ModuleDeclaration;
  readonly #store: ObjectStore;
  readonly #hooks: ObjectHooks;

  constructor(module: ModuleDeclaration, store: ObjectStore, hooks: ObjectHooks = {}) {
    this.#module = module;
    this.#store = store;
    this.#hooks = hooks;
  }

  /** Creates or replaces an object, or a nested one of a known object. */
  async put(caller: Caller, version: OcpiVersion, path: ObjectPath, json: Buffer): Promise<WriteReply> {
    const scope = this.#scope(caller, version);
    if (path.nested.length > 0) return this.#putNested(scope, path, json);
    const incoming = await this.#read(scope, json);
    checkIdentity(scope, path, incoming.value, false);
    return this.#writeWhole(scope, incoming, false);
  }

  /** Creates an object that its body alone names; says how its owner names it. */
  async post(caller: Caller, version: OcpiVersion, json: Buffer): Promise<WriteReply> {
    const scope = this.#scope(caller, version);
    const incoming = await this.#read(scope, json);
    const reply = await this.#writeWhole(scope, incoming, false);
    return { ...reply, names: incoming.names };
  }

  /** Merges into an object or a nested one. */
  async patch(caller: Caller, version: OcpiVersion, path: ObjectPath, json: Buffer): Promise<WriteReply> {
    const scope = this.#scope(caller, version);
    if (this.#module.immutable) throw new RoamgridError('method.not_allowed', `${this.#module.id} never change`);
    const patch = readBody(json);
    validate(scope, 'patch', path.nested.length, patch);
    checkIdentity(scope, path, patch, true);
    checkOwner(this.#module, caller, path.party);
    const judgement = newJudgement();
    return this.#write(keyOf(this.#module, caller.origin, path.party, path.ids), judgePatch(scope, path, patch, judgement), judgement);
  }

  /** Ends an object. */
  async delete(caller: Caller, version: OcpiVersion, path: ObjectPath): Promise<WriteReply> {
    const scope = this.#scope(caller, version);
    if (!this.#module.deletable) throw new RoamgridError('method.not_allowed', `${this.#module.id} are never deleted`);
    checkOwner(this.#module, caller, path.party);
    const key = keyOf(this.#module, caller.origin, path.party, path.ids);
    const written = await this.#store.write(key, judgeDelete(scope, path));
    return { outcome: 'deleted', key, rev: written.rev };
  }

  /** Many whole objects, each judged on its own; fails as a whole only when we are at fault, not an object. */
  async putMany(caller: Caller, version: OcpiVersion, objects: readonly Buffer[]): Promise<PutResult[]> {
    const scope = this.#scope(caller, version);
    const results: PutResult[] = [];
    const take = (wave: readonly number[]): Promise<unknown> =>
      Promise.all(wave.map(async (i) => (results[i] = await this.#putListed(scope, objects[i] ?? Buffer.alloc(0)))));
    const [first, then] = this.#waves(objects);
    await take(first);
    await take(then);
    return results;
  }

  /** The places of the objects: what does something to another one comes after it, since both may stand in one call (CDR-15). */
  #waves(objects: readonly Buffer[]): readonly [readonly number[], readonly number[]] {
    const all = [...objects.keys()];
    const { once } = this.#module;
    if (!once) return [all, []];
    const later = new Set(all.filter((i) => namesAnother(once, objects[i] ?? Buffer.alloc(0))));
    return [all.filter((i) => !later.has(i)), [...later]];
  }

  async #putListed(scope: WriteScope, json: Buffer): Promise<PutResult> {
    let key = '';
    let lastUpdated = 0;
    try {
      const incoming = await this.#read(scope, json);
      ({ key, lastUpdated } = incoming);
      const { outcome } = await this.#writeWhole(scope, incoming, true);
      return { outcome, key, code: '', message: '', last_updated: lastUpdated };
    } catch (error) {
      const { code, message } = RoamgridError.from(error);
      if (OUR_FAULT.has(code)) throw error;
      return { outcome: 'refused', key, code, message, last_updated: lastUpdated };
    }
  }

  /** What our own systems name by id is filled in before anything is judged. */
  async #read(scope: WriteScope, json: Buffer): Promise<IncomingObject> {
    const { complete } = this.#hooks;
    if (!complete || scope.caller.origin !== OWN) return readObject(scope, json);
    return readObject(scope, Buffer.from(JSON.stringify(await complete(readBody(json), scope))));
  }

  /** A valid object whose name is settled: whose it is, whom it is for, then what it changes. */
  async #writeWhole(scope: WriteScope, incoming: IncomingObject, listed: boolean): Promise<WriteReply> {
    checkOwner(this.#module, scope.caller, incoming.party);
    checkAudience(this.#module, scope.caller, incoming.value);
    await this.#hooks.admit?.(incoming.value, scope);
    const judgement = newJudgement();
    const judge = keepLate(scope, incoming, judgement, judgePut(scope, incoming, listed, judgement));
    return this.#write(incoming.key, judge, judgement);
  }

  async #putNested(scope: WriteScope, path: ObjectPath, json: Buffer): Promise<WriteReply> {
    const item = readWhole(scope, path.nested.length, json);
    checkIdentity(scope, path, item, false);
    checkOwner(this.#module, scope.caller, path.party);
    const judgement = newJudgement();
    return this.#write(keyOf(this.#module, scope.caller.origin, path.party, path.ids), judgeNestedPut(scope, path, item, judgement), judgement);
  }

  async #write(key: string, judge: Judge, judgement: Judgement): Promise<WriteReply> {
    const { changed, created, rev } = await this.#store.write(key, judge).catch((error: unknown) => this.#refuse(key, error));
    const outcome = judgement.stale
      ? 'stale'
      : !changed
        ? 'unchanged'
        : created || judgement.nestedCreated
          ? 'created'
          : 'updated';
    return { outcome, key, rev };
  }

  /** What can be done to an object once only was done by another one (CDR-15). */
  #refuse(key: string, error: unknown): never {
    if (!(error instanceof ClaimTakenError)) throw error;
    const done = this.#module.once?.done ?? 'taken';
    throw new RoamgridError('object.final', `${error.claim} is ${done} already, by another object than ${key}`, { cause: error });
  }

  #scope(caller: Caller, version: OcpiVersion): WriteScope {
    return { module: this.#module, version, caller };
  }
}

function newJudgement(): Judgement {
  return { stale: false, nestedCreated: false };
}

/** What cannot be read names nothing: it is refused when its turn comes. */
function namesAnother(once: OnceOnly, json: Buffer): boolean {
  try {
    return once.to(readBody(json)) !== undefined;
  } catch {
    return false;
  }
}
