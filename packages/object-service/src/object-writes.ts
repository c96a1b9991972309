import type { ModuleDeclaration, OcpiVersion } from '@roamgrid/modules';
import { objectKey } from '@roamgrid/ocpi';
import { RoamgridError, type Caller, type ObjectPath, type PutResult, type WriteReply } from '@roamgrid/runtime';
import type { Judge, ObjectStore } from '@roamgrid/store';
import { checkOwner } from './check-owner';
import { checkIdentity, readObject, readWhole, validate, type WriteScope } from './incoming';
import { judgeDelete, judgeNestedPut, judgePatch, judgePut, type Judgement } from './judge-write';
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

  constructor(module: ModuleDeclaration, store: ObjectStore) {
    this.#module = module;
    this.#store = store;
  }

  /** Creates or replaces an object, or a nested one of a known object. */
  async put(caller: Caller, version: OcpiVersion, path: ObjectPath, json: Buffer): Promise<WriteReply> {
    const scope = this.#scope(caller, version);
    if (path.nested.length > 0) return this.#putNested(scope, path, json);
    const incoming = readObject(scope, json);
    checkIdentity(scope, path, incoming.value, false);
    checkOwner(this.#module, caller, path.party);
    const judgement = newJudgement();
    return this.#write(incoming.key, judgePut(scope, incoming, false, judgement), judgement);
  }

  /** Merges into an object or a nested one. */
  async patch(caller: Caller, version: OcpiVersion, path: ObjectPath, json: Buffer): Promise<WriteReply> {
    const scope = this.#scope(caller, version);
    const patch = readBody(json);
    validate(scope, 'patch', path.nested.length, patch);
    checkIdentity(scope, path, patch, true);
    checkOwner(this.#module, caller, path.party);
    const judgement = newJudgement();
    return this.#write(objectKey(path.party, ...path.ids), judgePatch(scope, path, patch, judgement), judgement);
  }

  /** Ends an object. */
  async delete(caller: Caller, version: OcpiVersion, path: ObjectPath): Promise<WriteReply> {
    const scope = this.#scope(caller, version);
    checkOwner(this.#module, caller, path.party);
    const key = objectKey(path.party, ...path.ids);
    const written = await this.#store.write(key, judgeDelete(scope, path));
    return { outcome: 'deleted', key, rev: written.rev };
  }

  /** Many whole objects, each judged on its own; fails as a whole only when we are at fault, not an object. */
  async putMany(caller: Caller, version: OcpiVersion, objects: readonly Buffer[]): Promise<PutResult[]> {
    const scope = this.#scope(caller, version);
    return Promise.all(objects.map((json) => this.#putListed(scope, json)));
  }

  async #putListed(scope: WriteScope, json: Buffer): Promise<PutResult> {
    let key = '';
    let lastUpdated = 0;
    try {
      const incoming = readObject(scope, json);
      ({ key, lastUpdated } = incoming);
      checkOwner(this.#module, scope.caller, incoming.party);
      const judgement = newJudgement();
      const { outcome } = await this.#write(key, judgePut(scope, incoming, true, judgement), judgement);
      return { outcome, key, code: '', message: '', last_updated: lastUpdated };
    } catch (error) {
      const { code, message } = RoamgridError.from(error);
      if (OUR_FAULT.has(code)) throw error;
      return { outcome: 'refused', key, code, message, last_updated: lastUpdated };
    }
  }

  async #putNested(scope: WriteScope, path: ObjectPath, json: Buffer): Promise<WriteReply> {
    const item = readWhole(scope, path.nested.length, json);
    checkIdentity(scope, path, item, false);
    checkOwner(this.#module, scope.caller, path.party);
    const judgement = newJudgement();
    return this.#write(objectKey(path.party, ...path.ids), judgeNestedPut(scope, path, item, judgement), judgement);
  }

  async #write(key: string, judge: Judge, judgement: Judgement): Promise<WriteReply> {
    const { changed, created, rev } = await this.#store.write(key, judge);
    const outcome = judgement.stale
      ? 'stale'
      : !changed
        ? 'unchanged'
        : created || judgement.nestedCreated
          ? 'created'
          : 'updated';
    return { outcome, key, rev };
  }

  #scope(caller: Caller, version: OcpiVersion): WriteScope {
    return { module: this.#module, version, caller };
  }
}

function newJudgement(): Judgement {
  return { stale: false, nestedCreated: false };
}
