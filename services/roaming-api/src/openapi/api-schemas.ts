import type { JsonSchema } from '@roamgrid/modules';
import { changeEventSchema, feedResetSchema } from '../feed/feed-schemas';
import { problemTypes } from '../http/problem';
import { keySchema, newKeySchema } from '../keys/key-schemas';
import { quirkSchema, quirksSchema } from '../peers/quirk-schemas';
import { operationsSchemas } from '../operations/operations-schemas';
import { list, mapOf, record } from './record-schema';

const text: JsonSchema = { type: 'string' };
const maybeText: JsonSchema = { type: ['string', 'null'] };
const number: JsonSchema = { type: 'integer', minimum: 0 };
const maybeNumber: JsonSchema = { type: ['number', 'null'] };

const stored = {
  stored: { ...number, type: ['integer', 'null'] },
  parties: { ...mapOf(number), type: ['object', 'null'] },
};
const tally = { lines: number, created: number, updated: number, unchanged: number, stale: number, refused: number };
const warnings: JsonSchema = {
  ...list(
    record({
      row: { ...text, description: 'of the checklist of OCPI that asks for it, such as TAR-23' },
      code: text,
      path: { ...text, description: 'JSON Pointer into the object' },
      message: text,
    }),
  ),
  description: 'what had better be otherwise about an object that was taken; absent when there is nothing',
};
const outcomes = ['created', 'updated', 'unchanged', 'stale', 'deleted'];

/** Schemas of what the API itself says, for `components.schemas`. */
export const apiSchemas = {
  Problem: record({
    type: { ...text, description: 'urn:roamgrid:error: and the code' },
    title: text,
    status: number,
    detail: text,
    code: { enum: Object.keys(problemTypes) },
    request_id: text,
  }),
  WriteResult: record(
    {
      outcome: { enum: outcomes, description: 'stale: older than what is stored, which stays; where all versions are kept, it is one of them' },
      key: { ...text, description: 'country code, party id and id of the object, joined with *' },
      rev: { ...number, description: 'counts the changes of the object' },
      warnings,
    },
    ['warnings'],
  ),
  ImportLine: {
    oneOf: [
      record(
        {
          line: { ...number, minimum: 1 },
          outcome: { enum: [...outcomes, 'refused'] },
          key: text,
          code: text,
          message: text,
          warnings,
        },
        ['key', 'code', 'message', 'warnings'],
      ),
      {
        ...record({ ...tally, warned: number, code: text, message: text }, ['warned', 'code', 'message']),
        description: 'the summary, always the last line; with code and message when the upload broke',
      },
    ],
  },
  Peer: record({
    id: text,
    name: text,
    state: { enum: ['invited', 'connecting', 'registered', 'removed'] },
    version: maybeText,
    versions_url: maybeText,
    roles: list(
      record({ role: text, country_code: text, party_id: text, business_details: { type: 'object' } }, [
        'business_details',
      ]),
    ),
    endpoints: list(record({ identifier: text, role: text, url: text })),
    quirks: { $ref: '#/components/schemas/Quirks' },
    last_error: { ...maybeText, description: 'why our last handshake with it failed' },
    held: { ...text, description: 'why what it is owed waits although it may be well: a hub says that its parties cannot be reached; absent: nothing waits' },
  }, ['held']),
  Index: record({ name: text, links: list(text) }),
  ApiKey: keySchema,
  NewApiKey: newKeySchema,
  ChangeEvent: changeEventSchema,
  FeedReset: feedResetSchema,
  Quirk: quirkSchema,
  Quirks: { ...quirksSchema(), description: 'how a peer differs from OCPI: only what is set' },
  ...operationsSchemas,
  DriverView: {
    oneOf: [
      record({ shown: { const: false }, reason: { enum: ['expired', 'not_published'] } }),
      record({
        shown: { const: true },
        reason: { enum: ['published', 'token_allowed'] },
        may_start: { type: 'boolean', description: 'whether one of the tokens it is shown to is of an own eMSP' },
        open: { type: ['boolean', 'null'], description: 'null when the Location does not say' },
        may_charge: { type: 'boolean', description: 'false only when it is closed and says that closed means no charging' },
        location: {
          type: 'object',
          description: 'the Location without REMOVED EVSEs, its operator taken from the owner where it names none',
        },
      }),
    ],
  },
  Invitation: record({
    peer: { $ref: '#/components/schemas/Peer' },
    token: { ...text, description: 'token A for the peer to register with; shown this once' },
    versions_url: { ...text, description: 'where the peer begins' },
  }),
  PushStatus: {
    ...record({
      delivered: number,
      waiting: number,
      failed: number,
      arrival_p50_ms: maybeNumber,
      arrival_p99_ms: maybeNumber,
      state: text,
      last_error: maybeText,
    }),
    type: ['object', 'null'],
  },
  PullStatus: {
    ...record({
      seen: number,
      stored: number,
      refused: number,
      pages: number,
      full_crawls: number,
      delta_crawls: number,
      state: text,
      last_error: maybeText,
      watermark: { ...maybeText, format: 'date-time' },
    }),
    type: ['object', 'null'],
  },
  Status: record({
    own: { ...mapOf(record(stored)), description: 'own objects by module' },
    peers: list(
      record({
        id: text,
        name: maybeText,
        state: maybeText,
        parties: list(text),
        modules: mapOf(
          record({
            ...stored,
            push: { $ref: '#/components/schemas/PushStatus' },
            pull: { $ref: '#/components/schemas/PullStatus' },
          }),
        ),
      }),
    ),
    unavailable: { ...list(text), description: 'services that did not answer; what they would have said is null' },
  }),
} satisfies Record<string, JsonSchema>;

/** Refers to a schema of `components.schemas`. */
export function ref(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

/** A page of objects, each of the given schema. */
export function pageSchema(object: JsonSchema): JsonSchema {
  const item = record({
    key: text,
    party: { ...text, description: 'such as NL*RGC' },
    origin: { ...text, description: 'own, or the id of a peer' },
    rev: number,
    last_updated: { ...text, format: 'date-time' },
    object,
  });
  return record(
    { items: list(item), total: number, next_cursor: { ...text, description: 'absent on the last page' } },
    ['next_cursor'],
  );
}

/** A page of things that say all about themselves. */
export function pageOf(item: JsonSchema): JsonSchema {
  return record({ items: list(item), next_cursor: { ...text, description: 'absent on the last page' } }, ['next_cursor']);
}

/** A list of all there is. */
export function itemsSchema(item: JsonSchema): JsonSchema {
  return record({ items: list(item) });
}

/** How many pulls were started. */
export const startedSchema: JsonSchema = record({ started: number });
