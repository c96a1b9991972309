import type { JsonSchema } from '@roamgrid/modules';
import { list, mapOf, record } from '../openapi/record-schema';

const text: JsonSchema = { type: 'string' };
const maybeText: JsonSchema = { type: ['string', 'null'] };
const number: JsonSchema = { type: 'integer', minimum: 0 };
const maybeNumber: JsonSchema = { type: ['integer', 'null'], minimum: 0 };
const moment: JsonSchema = { type: 'string', format: 'date-time' };
const maybeMoment: JsonSchema = { type: ['string', 'null'], format: 'date-time' };

function told(schema: JsonSchema, description: string): JsonSchema {
  return { ...schema, description };
}

/** How a peer as a whole stands; the first that holds. */
export const HEALTHS = ['paused', 'suspended', 'refused', 'failing', 'held', 'well', 'unknown'] as const;
export type HealthWord = (typeof HEALTHS)[number];

/** What an operator should look at. */
export const ALARM_CODES = [
  'service.unavailable',
  'peer.paused',
  'peer.suspended',
  'peer.refused',
  'peer.failing',
  'peer.held',
  'push.dead_letters',
  'push.late',
  'pull.failing',
  'pull.quarantine',
  'relay.stopped',
  'relay.late',
  'consumer.late',
] as const;
export type AlarmCode = (typeof ALARM_CODES)[number];

const push = record({
  owed: told(number, 'objects whose present state the peer has yet to take'),
  oldest: told(maybeMoment, 'since when the longest owed of them is owed without a break'),
  dead: told(number, 'objects that it refused for good: dead letters'),
  stopped: told(maybeText, 'why nothing goes at present: paused, suspended, refused, failing or held, with the reason behind a colon'),
  next: told(maybeMoment, 'when the next attempt of the longest waiting one is due'),
  last_error: told(maybeText, 'why the last attempt failed that did, as far as the replica that was asked knows'),
});

const pull = record({
  crawl: { enum: ['full', 'delta', null], description: 'the crawl under way' },
  page: told(number, 'pages that it has taken'),
  total: told(maybeNumber, 'X-Total-Count as the peer says'),
  next_full: told(maybeMoment, 'when everything is pulled next'),
  next_delta: told(maybeMoment, 'when what changed is pulled next'),
  retry_at: told(maybeMoment, 'not before, after a failure'),
  failures: told(number, 'in a row'),
  last_error: maybeText,
  watermark: told(maybeMoment, 'the newest last_updated that was seen'),
  quarantined: told(number, 'objects of it that were refused here'),
});

const peer = record({
  id: text,
  name: maybeText,
  state: told(maybeText, 'of its registration'),
  parties: list(text),
  health: { enum: [...HEALTHS], description: 'how it stands as a whole; unknown: nothing was tried yet, or nobody says' },
  reason: told(maybeText, 'why it does not stand well'),
  owed: maybeNumber,
  oldest: maybeMoment,
  dead: maybeNumber,
  quarantined: maybeNumber,
  modules: mapOf(
    record({
      push: { ...push, type: ['object', 'null'], description: 'null: nothing is owed or dead' },
      pull: { ...pull, type: ['object', 'null'], description: 'null: it is not pulled' },
    }),
  ),
});

const relay = record({
  module: text,
  topic: text,
  published_until: told(maybeMoment, 'all that was written until then is on the topic'),
  lag_ms: told(number, 'how long ago that is'),
  problem: told(maybeText, 'why nothing is published'),
});

const consumer = record({
  group: text,
  topic: text,
  lag: told(number, 'messages that it has yet to take'),
  worst: told(number, 'the same of the partition that is behind most'),
});

const alarm = record({
  code: { enum: [...ALARM_CODES] },
  peer: told(maybeText, 'id of the peer that it is about'),
  module: maybeText,
  message: text,
});

const answered = {
  response: told(maybeText, 'the beginning of its answer'),
  http_status: told(maybeNumber, 'of its answer'),
  ocpi_status: told(maybeNumber, 'status_code of its answer'),
};

/** Schemas of the operator's view, for `components.schemas`. */
export const operationsSchemas = {
  Operations: record({
    at: moment,
    alarms: told(list(alarm), 'what an operator should look at; empty when all is well'),
    peers: list(peer),
    relays: told(list(relay), 'how far the changes of each module have come on their way to Kafka'),
    consumers: told({ ...list(consumer), type: ['array', 'null'] }, 'how far the push-dispatcher is behind on each topic; null: Kafka did not answer'),
    unavailable: told(list(text), 'services that did not answer; what they would have said is null or missing'),
  }),
  DeadLetter: record({
    peer: told(text, 'id of the peer'),
    module: text,
    key: text,
    rev: told(number, 'the revision that was refused'),
    at: moment,
    reason: text,
    ...answered,
  }),
  Quarantined: record({
    peer: told(text, 'id of the peer'),
    module: text,
    key: told(maybeText, 'null where it is too broken to tell'),
    position: told(text, 'where it stood in the list'),
    code: told(text, 'why it was refused'),
    message: text,
    beginning: told(text, 'the beginning of what arrived'),
    size: told(number, 'bytes of it'),
    first_seen: moment,
    last_seen: moment,
  }),
  Attempt: record({
    at: moment,
    peer: told(text, 'id of the peer'),
    module: text,
    key: text,
    rev: number,
    method: text,
    milliseconds: told(number, 'from the request to the last byte of the answer'),
    outcome: { enum: ['sent', 'retry', 'dead'] },
    reason: told(maybeText, 'null where it was sent'),
    ...answered,
  }),
  Done: record({
    push: told(maybeNumber, 'what changed at the push-dispatcher; null: it has no part in this'),
    pull: told(maybeNumber, 'what changed at the pull-scheduler; null: it has no part in this'),
  }),
} satisfies Record<string, JsonSchema>;

function closed(properties: Record<string, JsonSchema>, required: readonly string[], examples: readonly unknown[]): JsonSchema {
  return { type: 'object', additionalProperties: false, required, properties, examples };
}

const oneModule = told(text, 'only this module; absent: all');

/** Body of POST /v1/peers/{id}/replay; that it names one of the three is judged apart. */
export const replaySchema = closed(
  {
    module: oneModule,
    key: told({ ...text, minLength: 1 }, 'one object, as lists name it; needs `module`'),
    since: told(moment, 'all that was sent since then'),
    dead: { const: true, description: 'all that is dead' },
  },
  [],
  [{ dead: true }, { module: 'locations', key: 'NL*RGC*LOC1' }, { module: 'tariffs', since: '2026-06-01T00:00:00Z' }],
);

/** Body of the calls that are about one module of a peer or all. */
export const moduleSchema = closed({ module: oneModule }, [], [{ module: 'locations' }]);

/** Body of POST /v1/peers/{id}/pause. */
export const pauseSchema = closed(
  { reason: told({ ...text, minLength: 1, maxLength: 500 }, 'why, for those who come later') },
  ['reason'],
  [{ reason: 'they are moving house until Friday' }],
);
