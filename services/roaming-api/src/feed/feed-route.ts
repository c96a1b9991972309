import type { Backend } from '../backend';
import type { Route } from '../http/route';
import { EVENT_STREAM, feedHeaders, feedParameters, followChanges } from './follow-changes';

/** The route that streams changes. */
export function feedRoute(backend: Backend): Route {
  return {
    method: 'GET',
    path: '/v1/changes',
    id: 'follow_changes',
    tag: 'changes',
    summary: 'Streams changes as server-sent events, at least once and in order for each object; resumes by Last-Event-ID',
    access: 'read',
    query: feedParameters,
    headers: feedHeaders,
    answers: {
      200: {
        description:
          'events `change` (data: ChangeEvent); `reset` (data: FeedReset) where the position was lost and all that is left follows; `position` every 15 s, whose id alone counts: where this client stands',
        schema: { type: 'string' },
        mediaType: EVENT_STREAM,
      },
    },
    uncounted: true,
    handle: followChanges(backend),
  };
}
