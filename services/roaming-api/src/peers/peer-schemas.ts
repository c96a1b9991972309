import type { JsonSchema } from '@roamgrid/modules';

const name: JsonSchema = { type: 'string', minLength: 1, maxLength: 100 };

function closed(
  properties: Record<string, JsonSchema>,
  required: readonly string[] = Object.keys(properties),
): JsonSchema {
  return { type: 'object', additionalProperties: false, required, properties };
}

/** Body of POST /v1/peers. */
export const connectSchema = closed({
  name,
  versions_url: { type: 'string', minLength: 1, maxLength: 255 },
  token: { type: 'string', minLength: 1, maxLength: 64 },
});

/** Body of POST /v1/peers/invitations. */
export const invitationSchema = closed({ name });

/** Body of POST /v1/peers/{id}/pull. */
export const pullSchema = closed({ module: { type: 'string' }, full: { type: 'boolean' } }, []);
