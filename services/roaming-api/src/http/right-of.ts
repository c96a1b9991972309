import type { Right } from '../keys/api-key';
import type { Route } from './route';

/** The right that a key needs for a route; undefined for one that is open to anybody. */
export function rightOf({ access, method }: Pick<Route, 'access' | 'method'>): Right | undefined {
  if (access === 'open') return undefined;
  if (access === 'key') return method === 'GET' ? 'read' : 'write';
  return access;
}
