import { conversationById } from '@roamgrid/modules';
import { foldCase } from '@roamgrid/ocpi';
import type { IHeaders, Message } from 'kafkajs';
import type { ObjectState } from '@roamgrid/store';

/** What a consumer of ours needs of a change; read from the headers, so that nobody parses an object just to route it. */
export interface Change {
  readonly module: string;
  readonly key: string;
  readonly rev: number;
  readonly type: 'put' | 'delete';
  readonly origin: string;
  /** The only parties that may see it; absent: no restriction. */
  readonly audience?: readonly string[];
  /** When the revision was written, epoch milliseconds. */
  readonly written: number;
}

/** `<prefix>.<module>.changes`; of a conversation, where each change is a request, or an answer to one, `….requests`. */
export function changeTopic(prefix: string, module: string): string {
  return `${prefix}.${module}.${conversationById(module) ? 'requests' : 'changes'}`;
}

/** The Kafka message of a revision, as docs/asyncapi.yaml says it: the object's stored bytes stand in it untouched. */
export function changeMessage(module: string, key: string, state: ObjectState, version: string, body: Buffer | undefined): Message {
  const [country = '', party = ''] = state.names;
  const event = {
    id: `${module}/${key}/${state.rev}`,
    type: state.deleted ? 'delete' : 'put',
    module,
    key,
    party: foldCase(`${country}*${party}`),
    rev: state.rev,
    last_updated: state.lu.toISOString(),
    origin: state.origin,
    version,
  };
  const head = JSON.stringify(event);
  const value = body
    ? Buffer.concat([Buffer.from(`${head.slice(0, -1)},"object":`), body, Buffer.from('}')])
    : Buffer.from(head);
  return {
    key,
    value,
    headers: {
      rev: String(state.rev),
      module,
      type: event.type,
      origin: state.origin,
      written: String(state.written.getTime()),
      ...(state.audience && { audience: state.audience.join(',') }),
    },
  };
}

/** The change that a message tells of; undefined when it is none of ours. */
export function readChange(key: Buffer | null, headers: IHeaders | undefined): Change | undefined {
  const module = header(headers, 'module');
  const rev = Number(header(headers, 'rev'));
  if (!key || !module || !Number.isSafeInteger(rev)) return undefined;
  const audience = header(headers, 'audience');
  return {
    module,
    key: key.toString(),
    rev,
    type: header(headers, 'type') === 'delete' ? 'delete' : 'put',
    origin: header(headers, 'origin') ?? '',
    ...(audience !== undefined && { audience: audience.split(',').filter(Boolean) }),
    written: Number(header(headers, 'written') ?? 0),
  };
}

function header(headers: IHeaders | undefined, name: string): string | undefined {
  const value = headers?.[name];
  const first = Array.isArray(value) ? value[0] : value;
  return first?.toString();
}
