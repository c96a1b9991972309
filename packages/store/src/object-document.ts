import { Schema, type Connection, type mongo } from 'mongoose';

/** `2.2.1` as a field name. */
export function versionField(version: string): string {
  return `v${version.replaceAll('.', '_')}`;
}

/**
 * All that changes of an object, replaced as a whole with every write: so the change event of an update carries it all and
 * the relay never looks anything up.
 */
export interface ObjectState {
  /** +1 with every change. */
  readonly rev: number;
  /** last_updated as the owner says it. */
  readonly lu: Date;
  /** When this revision was written here. */
  readonly written: Date;
  /** A tombstone: listed and shown to nobody, kept so that deliveries and late pushes know of it. */
  readonly deleted: boolean;
  readonly origin: string;
  /** Country, party and ids in the case that the owner uses (TYP-08). */
  readonly names: readonly string[];
  /** The only parties that may see it; absent: no restriction. */
  readonly audience?: readonly string[];
  /** A digest of what the history of the module tells apart: a change that leaves it as it is makes no version. */
  readonly part?: string;
  /** lu of the revision from which this version counts; absent: lu. */
  readonly since?: Date;
  /** The key of the object that this one alone may do something to, such as the CDR that a Credit CDR takes back. */
  readonly claim?: string;
  /** The JSON bytes by OCPI version field. */
  readonly body: Readonly<Record<string, Buffer>>;
}

/** One object of an owned collection, as stored. */
export interface ObjectDocument {
  /** `CC*PID*id`, case-folded. */
  readonly _id: string;
  /** `CC*PID`, case-folded. */
  readonly owner: string;
  /** `own`, or the peer it came from. */
  readonly origin: string;
  readonly created: Date;
  readonly state: ObjectState;
}

/** How many live objects a party has; kept with every batch of writes, so that no page counts them. */
export interface CounterDocument {
  /** `CC*PID`, case-folded. */
  readonly _id: string;
  readonly origin: string;
  readonly objects: number;
  /** +1 with every batch that touched the party. */
  readonly version: number;
  /** When that was; absent where a recount added the party. */
  readonly changed?: Date;
}

/** A superseded version of an object whose module keeps its history; its end, too, where it came back. */
export interface VersionDocument {
  /** `key/rev`; of one that arrived when a younger one was there: `key/lu.digest`. */
  readonly _id: string;
  readonly key: string;
  /** The moment from which it counts. */
  readonly begin: Date;
  /** `rev` 0: it arrived when a younger one was there. */
  readonly state: ObjectState;
}

/** The index that lets one object alone have a claim. */
export const CLAIMS = 'claims';

const stateSchema = new Schema(
  {
    rev: { type: Number, required: true },
    lu: { type: Date, required: true },
    written: { type: Date, required: true },
    deleted: { type: Boolean, required: true },
    origin: { type: String, required: true },
    names: { type: [String], required: true },
    audience: { type: [String], default: undefined },
    part: String,
    since: Date,
    claim: String,
    body: { type: Schema.Types.Mixed, required: true },
  },
  { _id: false },
);

const objectSchema = new Schema(
  {
    _id: { type: String, required: true },
    owner: { type: String, required: true },
    origin: { type: String, required: true },
    created: { type: Date, required: true },
    state: { type: stateSchema, required: true },
  },
  { versionKey: false },
);
objectSchema.index({ origin: 1, 'state.deleted': 1, created: 1, _id: 1 }, { name: 'list_by_origin' });
objectSchema.index({ owner: 1, 'state.deleted': 1, created: 1, _id: 1 }, { name: 'list_by_owner' });
objectSchema.index({ origin: 1, 'state.deleted': 1, 'state.lu': 1 }, { name: 'delta_by_origin' });
objectSchema.index({ created: 1, _id: 1 }, { name: 'list_all' });
/** Objects that are for everybody are none of these indexes' business. */
const meantForSome = { partialFilterExpression: { 'state.audience': { $exists: true } } };
objectSchema.index({ 'state.audience': 1, 'state.deleted': 1, created: 1, _id: 1 }, { name: 'list_by_audience', ...meantForSome });
objectSchema.index({ 'state.audience': 1, 'state.deleted': 1, 'state.lu': 1 }, { name: 'delta_by_audience', ...meantForSome });
objectSchema.index({ 'state.claim': 1 }, { name: CLAIMS, unique: true, partialFilterExpression: { 'state.claim': { $exists: true } } });

const versionSchema = new Schema(
  {
    _id: { type: String, required: true },
    key: { type: String, required: true },
    begin: { type: Date, required: true },
    state: { type: stateSchema, required: true },
  },
  { versionKey: false },
);
versionSchema.index({ key: 1, begin: 1, 'state.rev': 1, _id: 1 }, { name: 'versions_by_begin' });

const counterSchema = new Schema(
  {
    _id: { type: String, required: true },
    origin: { type: String, required: true },
    objects: { type: Number, required: true },
    version: { type: Number, required: true },
    changed: Date,
  },
  { versionKey: false },
);

/** The collections of one module. */
export interface ObjectCollections {
  readonly objects: mongo.Collection<ObjectDocument>;
  readonly versions: mongo.Collection<VersionDocument>;
  readonly counters: mongo.Collection<CounterDocument>;
}

/** Declares the models of a module and makes sure that their collections and indexes exist (again and again is harmless). */
export async function openCollections(connection: Connection, module: string): Promise<ObjectCollections> {
  const objects = connection.model(module, objectSchema, module);
  const versions = connection.model(`${module}.versions`, versionSchema, `${module}.versions`);
  const counters = connection.model(`${module}.counters`, counterSchema, `${module}.counters`);
  for (const model of [objects, versions, counters]) {
    await model.createCollection();
    await model.createIndexes();
  }
  return {
    objects: objects.collection as unknown as mongo.Collection<ObjectDocument>,
    versions: versions.collection as unknown as mongo.Collection<VersionDocument>,
    counters: counters.collection as unknown as mongo.Collection<CounterDocument>,
  };
}
