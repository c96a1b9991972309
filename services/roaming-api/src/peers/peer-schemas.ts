import type { JsonSchema } from '@roamgrid/modules';
import { quirksSchema } from './quirk-schemas';

const name: JsonSchema = { type: 'string', minLength: 1, maxLength: 100 };

function closed(
  properties: Record<string, JsonSchema>,
  required: readonly string[] = Object.keys(properties),
): JsonSchema {
  return { type: 'object', additionalProperties: false, required, properties };
}

/** Their names and values are judged apart, with the same words wherever they are set. */
const quirks: JsonSchema = { type: 'object' };

/** Body of POST /v1/peers. */
export const connectSchema = closed(
  {
    name,
    versions_url: { type: 'string', minLength: 1, maxLength: 255 },
    token: { type: 'string', minLength: 1, maxLength: 64 },
    quirks,
  },
  ['name', 'versions_url', 'token'],
);

/** Body of POST /v1/peers/invitations. */
export const invitationSchema = closed({ name, quirks }, ['name']);

/** The same body with its quirks spelled out, for the documentation. */
export function documented(schema: JsonSchema): JsonSchema {
  return { ...schema, properties: { ...(schema['properties'] as JsonSchema), quirks: quirksSchema() } };
}

/** Body of POST /v1/peers/{id}/pull. */
export const pullSchema = closed({ module: { type: 'string' }, full: { type: 'boolean' } }, []);
