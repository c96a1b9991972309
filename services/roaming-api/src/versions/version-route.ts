import { pathSegments, type JsonSchema } from '@roamgrid/modules';
import { formatOcpiDateTime, parseOcpiDateTime } from '@roamgrid/ocpi';
import { RoamgridError, type ObjectVersion, type VersionsRequest } from '@roamgrid/runtime';
import type { ServedModule } from '../backend';
import { queryParameter, sendJsonBytes, type Handler, type QueryParameter, type Route } from '../http/route';
import { keyParameters, objectPath } from '../objects/one-object';
import { ref } from '../openapi/api-schemas';
import { schemaName } from '../openapi/module-schemas';

const DEFAULT_LIMIT = 50;
const MOST = 100;

const parameters: readonly QueryParameter[] = [
  {
    name: 'at',
    description: 'only the version that was valid at this time; none before the first one',
    schema: { type: 'string', format: 'date-time' },
  },
  { name: 'limit', description: 'versions a page', schema: { type: 'integer', minimum: 1, maximum: MOST, default: DEFAULT_LIMIT } },
  { name: 'cursor', description: 'next_cursor of the page before', schema: { type: 'string' } },
];

/**
 * The route that tells what an object was, own or received: all its versions, or that of a moment. Behind objects with nested
 * ones the path would be that of a nested object of the id `versions`, so there the word stands in front.
 */
export function versionRoute(module: ServedModule): Route {
  const { declaration } = module;
  const { id } = declaration;
  const segments = pathSegments(declaration, 'RECEIVER').map((name) => `{${name}}`);
  const object = [id, ...segments].join('/');
  return {
    method: 'GET',
    path: declaration.nested.length > 0 ? `/v1/versions/${object}` : `/v1/${object}/versions`,
    id: `list_${id}_versions`,
    tag: id,
    summary: `Lists what one ${schemaName(module, 0, 'own')} was and when, its end included, oldest first`,
    access: 'key',
    module: id,
    query: [...keyParameters(module), ...parameters],
    answers: { 200: { description: 'a page of its versions', schema: versionsSchema(ref(schemaName(module, 0, 'received'))) } },
    handle: listVersions(module),
  };
}

function listVersions(module: ServedModule): Handler {
  return async (request, response) => {
    const { party, ids } = objectPath(module, 0, request);
    const at = momentOf(queryParameter(request, 'at'));
    const limit = wholeNumber('limit', queryParameter(request, 'limit') ?? String(DEFAULT_LIMIT), 1, MOST);
    const offset = wholeNumber('cursor', queryParameter(request, 'cursor') ?? '0', 0, Number.MAX_SAFE_INTEGER);
    const asked: VersionsRequest = { version: module.version, origin: '', party, ids, offset, limit };
    const { versions, more } = await module.objects.Versions({ ...asked, ...(at !== undefined && { at }) });
    const next = more ? `,"next_cursor":"${offset + versions.length}"` : '';
    const items = versions.flatMap((version, i) => (i === 0 ? [describe(version)] : [Buffer.from(','), describe(version)]));
    sendJsonBytes(response, 200, Buffer.concat([Buffer.from('{"items":['), ...items, Buffer.from(`]${next}}`)]));
  };
}

/** The object stays as the bytes that are stored. */
function describe({ rev, deleted, json, valid_from, valid_to }: ObjectVersion): Buffer {
  const about = {
    rev,
    valid_from: formatOcpiDateTime(valid_from),
    valid_to: valid_to === undefined ? null : formatOcpiDateTime(valid_to),
    deleted,
  };
  if (deleted) return Buffer.from(JSON.stringify(about));
  return Buffer.concat([Buffer.from(`${JSON.stringify(about).slice(0, -1)},"object":`), json, Buffer.from('}')]);
}

function momentOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const moment = parseOcpiDateTime(text);
  if (moment === undefined) throw invalid('at', text, 'a DateTime in UTC such as 2026-06-07T18:40:07Z');
  return moment;
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (number >= least && number <= most) return number;
  throw invalid(name, text, name === 'cursor' ? 'the next_cursor of a page' : `a whole number from ${least} to ${most}`);
}

function invalid(name: string, found: string, expected: string): RoamgridError {
  return new RoamgridError('parameter.invalid', `${name}: expected ${expected}, found ${JSON.stringify(found.slice(0, 40))}`);
}

function versionsSchema(object: JsonSchema): JsonSchema {
  const moment: JsonSchema = { type: 'string', format: 'date-time' };
  const version: JsonSchema = {
    type: 'object',
    required: ['rev', 'valid_from', 'valid_to', 'deleted'],
    properties: {
      rev: { type: 'integer', minimum: 0, description: 'of the object; 0 of a version that came when a younger one was here' },
      valid_from: { ...moment, description: 'its last_updated; of an end: when it was deleted' },
      valid_to: { ...moment, type: ['string', 'null'], description: 'exclusive; null: it still is' },
      deleted: { type: 'boolean', description: 'an end: from then on there was no such object' },
      object,
    },
  };
  return {
    type: 'object',
    required: ['items'],
    properties: { items: { type: 'array', items: version }, next_cursor: { type: 'string', description: 'absent on the last page' } },
  };
}
