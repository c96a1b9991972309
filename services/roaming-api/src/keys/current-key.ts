import { AsyncLocalStorage } from 'node:async_hooks';
import type { ApiKey } from './api-key';

const current = new AsyncLocalStorage<ApiKey>();

/** Runs a handler on behalf of a key: {@link currentKey} is that key in all that it awaits. */
export function asKey<Result>(key: ApiKey, work: () => Result): Result {
  return current.run(key, work);
}

/** The key on whose behalf this runs; undefined outside of requests, and in those that need no key. */
export function currentKey(): ApiKey | undefined {
  return current.getStore();
}
