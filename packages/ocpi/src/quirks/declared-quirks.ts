import { amount, choice, toggle, type Quirk } from './quirk';

const CALLERS = ['charging-profiles', 'commands', 'credentials', 'push-dispatcher', 'pull-scheduler', 'sessions', 'tokens'];

/** All quirks that a peer can have, by name. docs/quirks.md is written from this. */
export const declaredQuirks = {
  token_encoding: choice(['base64', 'raw'], undefined, {
    otherwise: '"raw" for a peer of OCPI 2.1.1, else "base64"',
    changes: 'The `Authorization` header of our calls carries the credentials token as it is, or in Base64 (TRN-03, TRN-07).',
    when: 'It answers 401 although the token is right: it does not decode what it gets, as before 2.2-d2, or decodes as a 2.1.1 peer.',
    actsIn: CALLERS,
  }),
  authorization_scheme: choice(['Token', 'token', 'TOKEN'], 'Token', {
    changes: 'The scheme in the `Authorization` header of our calls is written like this (TRN-08).',
    when: 'It compares the scheme letter by letter and expects another case.',
    actsIn: CALLERS,
  }),
  message_ids: toggle(true, {
    changes: 'Off: our calls carry no `X-Request-ID` and no `X-Correlation-ID` (TRN-45, TRN-46).',
    when: 'It, or a firewall before it, refuses requests with headers that it does not know.',
    actsIn: CALLERS,
  }),
  routing_headers: toggle(true, {
    changes: 'Off: our calls carry no `OCPI-to-…` and `OCPI-from-…` headers (RTE-01, RTE-04).',
    when: 'It answers with an error to parties in headers, as some direct links do that never met a hub.',
    actsIn: CALLERS.filter((each) => each !== 'credentials'),
  }),
  check_routing: toggle(true, {
    changes: 'Off: routing headers that it sends us are passed over as if there were none. Who it is and what it may write follows from its token all the same.',
    when: 'It sends parties that it never registered, or the two swapped, and cannot change that soon (RTE-07, RTE-08, RTE-09).',
    actsIn: ['gateway'],
  }),
  content_type: choice(['application/json', 'application/json; charset=utf-8'], 'application/json', {
    changes: 'The `Content-Type` of our calls with a body is this (TRN-13).',
    when: 'It reads letters beyond ASCII wrongly, or answers 415, unless the charset is named.',
    actsIn: CALLERS.filter((each) => each !== 'pull-scheduler'),
  }),
  endpoint_slash: choice(['as_given', 'with', 'without'], 'as_given', {
    changes: 'Calls to an endpoint itself (POST, the first page of a list, credentials) end the path in a slash, or do not, whatever its version details say (TRN-52, TRN-54).',
    when: 'It redirects or answers 404 to the very URLs that it lists.',
    actsIn: CALLERS,
  }),
  answer_timeout: amount(
    { least: 500, most: 120_000 },
    {
      otherwise: 'what the configuration of each service says',
      changes: 'Milliseconds from a call to the last byte of its answer (TRN-62).',
      when: 'It is slow, and asking again only makes it slower; or it is known to hang, and is better given up early.',
      actsIn: CALLERS,
    },
  ),
  requests_per_second: amount(
    { least: 0.1, most: 1_000, whole: false },
    {
      otherwise: 'no limit',
      changes: 'Most calls a second, evenly spaced; counted by each service for itself (AMB-32).',
      when: 'It limits the rate of calls and does not answer 429 with `Retry-After`, or counts those that it refused too.',
      actsIn: CALLERS,
    },
  ),
  parallel_requests: amount(
    { least: 1, most: 1_000 },
    {
      otherwise: 'what `lane.window` of the push-dispatcher says, which is also the most',
      changes: 'Most pushes under way at the same time.',
      when: 'It answers wrongly or slowly when it gets several requests at once. 1: strictly one after the other.',
      actsIn: ['push-dispatcher'],
    },
  ),
  push_method: choice(['put', 'patch'], 'put', {
    changes: '"patch": a change of an object that it has is sent as PATCH of what changed, at the level where it changed (an EVSE, say), wherever the module has PATCH; as PUT where something was removed or what it has is not known for certain. A PATCH that fails is followed by a GET, and by a PUT of the whole object unless that is there already (TRN-28, TRN-34, LOC-32, LOC-33).',
    when: 'It takes status changes only by PATCH, or whole objects are too much for it.',
    actsIn: ['push-dispatcher'],
  }),
  bare_answers: toggle(false, {
    changes: 'On: a push that it answers with HTTP 2xx and no OCPI envelope counts as taken (TRN-20, TRN-21).',
    when: 'It answers pushes with 204, or with an empty body or a text.',
    actsIn: ['push-dispatcher'],
  }),
  reservation_status: choice(['RESERVATION', 'RESERVED'], 'RESERVATION', {
    changes: 'How the status of a session that is a reservation is spelled in what it gets; what it sends in this spelling is taken as RESERVATION (SES-23, SES-24, AMB-04).',
    when: 'It follows the prose of OCPI, which says RESERVED, and not the enum.',
    actsIn: ['gateway', 'push-dispatcher', 'pull-scheduler'],
  }),
  page_size: amount(
    { least: 1, most: 10_000 },
    {
      otherwise: 'what `limits.pageObjects` of the pull-scheduler says',
      changes: 'The `limit` that our pulls ask for.',
      when: 'It fails at large pages, or fails to cap a `limit` that is too large for it.',
      actsIn: ['pull-scheduler'],
    },
  ),
  query_dates: choice(['milliseconds', 'seconds'], 'milliseconds', {
    changes: 'The `date_from` of our pulls is written with milliseconds, or cut to the second.',
    when: 'It refuses a DateTime with a fraction (TYP-05).',
    actsIn: ['pull-scheduler'],
  }),
  date_from: toggle(true, {
    changes: 'Off: pulls of what changed ask without `date_from`, that is for everything; what is known already costs no write.',
    when: 'It fails at `date_from`, or leaves out objects that did change (LOC-02).',
    actsIn: ['pull-scheduler'],
  }),
  any_response_host: toggle(false, {
    changes: 'On: a `response_url` of it may be at any host that may be called at all, not only at those of its endpoints (CMD-15).',
    when: 'It takes the results of commands and charging profiles at another host than it serves OCPI from.',
    actsIn: ['charging-profiles', 'commands'],
  }),
  smart_charging: toggle(false, {
    changes: 'On: it is an SCSP under contract: it gets all our Sessions, whoever they are for, and those that our eMSPs received for their drivers, and may set limits on them; on those of others through us (CHP-23, CHP-24, CHP-27, ROL-06).',
    when: 'It does smart charging for our charge points, or for our drivers at those of others. Without the role SCSP this changes nothing. Set it before the peer registers, or let it read our version details again: they name what we offer for it.',
    actsIn: ['charging-profiles', 'gateway', 'push-dispatcher'],
  }),
  compress_answers: toggle(true, {
    changes: 'Off: our answers are not compressed, whatever its `Accept-Encoding` says.',
    when: 'It, or a proxy before it, offers gzip and cannot read it.',
    actsIn: ['gateway'],
  }),
} as const satisfies Readonly<Record<string, Quirk>>;
