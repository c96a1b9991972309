import type { Backend } from '../backend';
import type { Route } from '../http/route';
import { idempotencyHeader, idempotent, REPLAYED_HEADER } from '../idempotency/idempotent';
import { itemsSchema, ref } from '../openapi/api-schemas';
import { createKey, listKeys, revokeKey } from './key-handlers';
import { keyGrantSchema } from './key-schemas';

/** The routes by which API keys are made and revoked; all need the right `admin`. */
export function keyRoutes(backend: Backend): Route[] {
  const common = { tag: 'keys', access: 'admin' } as const;
  return [
    {
      ...common,
      method: 'GET',
      path: '/v1/keys',
      id: 'list_keys',
      summary: 'Lists the API keys that were made here, revoked ones too',
      answers: { 200: { description: 'the keys, without what is secret', schema: itemsSchema(ref('ApiKey')) } },
      handle: listKeys(backend),
    },
    {
      ...common,
      method: 'POST',
      path: '/v1/keys',
      id: 'create_key',
      summary: 'Makes an API key with rights of its own',
      headers: [idempotencyHeader],
      body: { kind: 'json', schema: keyGrantSchema, maxBytes: backend.limits.peerBytes },
      answers: {
        201: {
          description: 'made; the key is never shown again',
          schema: ref('NewApiKey'),
          headers: { location: 'URL of the key', ...REPLAYED_HEADER },
        },
      },
      handle: idempotent('create_key', backend, createKey(backend)),
    },
    {
      ...common,
      method: 'DELETE',
      path: '/v1/keys/{id}',
      id: 'revoke_key',
      summary: 'Revokes an API key: at once here, within about a second on other replicas',
      answers: { 200: { description: 'revoked', schema: ref('ApiKey') } },
      handle: revokeKey(backend),
    },
  ];
}
