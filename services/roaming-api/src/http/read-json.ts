import Ajv, { type ValidateFunction } from 'ajv';
import type { Request } from 'express';
import type { JsonSchema } from '@roamgrid/modules';
import { messageOf, RoamgridError } from '@roamgrid/runtime';
import { bodyBytes } from './route';

const ajv = new Ajv({ allErrors: true, validateFormats: false });

/**
 * A reader of JSON bodies of a schema. `empty` is what no body at all means. The reader throws body.malformed, or
 * object.invalid with all that is wrong; values never stand in the message, because they can be secrets.
 */
export function jsonReader<Body>(schema: JsonSchema, empty?: Body): (request: Request) => Body {
  const validate: ValidateFunction<Body> = ajv.compile<Body>(schema);
  return (request) => {
    const bytes = bodyBytes(request);
    if (bytes.length === 0 && empty !== undefined) return empty;
    const value = parse(bytes);
    if (validate(value)) return value;
    const problems = (validate.errors ?? []).map(({ instancePath, message, params }) => {
      const unknown: unknown = params['additionalProperty'];
      const which = typeof unknown === 'string' ? ` (${unknown})` : '';
      return `${instancePath || 'the body'} ${message ?? 'is invalid'}${which}`;
    });
    throw new RoamgridError('object.invalid', problems.join('; '));
  };
}

function parse(bytes: Buffer): unknown {
  if (bytes.length === 0) throw new RoamgridError('body.malformed', 'the body is empty, expected a JSON object');
  try {
    return JSON.parse(bytes.toString()) as unknown;
  } catch (error) {
    // The message of the parser quotes the text, which can hold a token; its place is all that is told.
    const place = /at position \d+/.exec(messageOf(error))?.[0] ?? '';
    throw new RoamgridError('body.malformed', `the body is no JSON ${place}`.trim());
  }
}
