import type { Mutant } from './mutant';

/** Mistakes that OCPI platforms really make, each of which some check has to catch. */
export const mutants: readonly Mutant[] = [
  ...[
    ['date_to is inclusive', 'packages/store/object-page', '...(to && { $lt: to })', '...(to && { $lte: to })', 'PAG'],
    ['date_from is exclusive', 'packages/store/object-page', '...(from && { $gte: from })', '...(from && { $gt: from })', 'PAG'],
    ['a page is never followed by another', 'packages/store/object-page', 'more: documents.length > request.limit', 'more: false', 'PAG'],
    ['the position behind a page is ignored', 'packages/store/object-page', 'behind(filter, request.after)', 'filter', 'PAG'],
    ['the newest objects come first', 'packages/store/object-page', 'sort: { created: 1, _id: 1 }', 'sort: { created: -1, _id: -1 }', 'PAG'],
    ['deleted objects are listed', 'packages/store/object-page', "'state.deleted': false,", '', 'TAR'],
    ['Link without the filters', 'services/gateway/module-handlers', '...query.filters,', '', 'PAG'],
    ['Link is no absolute URL', 'services/gateway/module-handlers', 'nextUrl(config.publicUrl + route.template', 'nextUrl(route.template', 'PAG'],
    ['Link repeats the page', 'services/gateway/module-handlers', 'query.offset + page.count', 'query.offset', 'PAG'],
    ['X-Total-Count counts the page', 'services/gateway/module-handlers', 'Header.TotalCount, page.total', 'Header.TotalCount, page.count', 'PAG'],
    ['no X-Limit', 'services/gateway/module-handlers', 'response.setHeader(ocpi_1.Header.Limit, query.limit);', '', 'PAG'],
    ['limit is not capped', 'services/gateway/list-query', 'limits.maxLimit)', '1e6)', 'PAG'],
    ['a bad date filter is ignored', 'services/gateway/list-query', 'instant === undefined)', 'false)', 'PAG'],
  ].map(planted),
  ...[
    ['500 for bad JSON', 'services/gateway/error-answer', "'body.malformed': { http: 400", "'body.malformed': { http: 500", 'TRN,STS'],
    ['an unknown object is answered with 200', 'services/gateway/error-answer', "'object.unknown': { http: 404", "'object.unknown': { http: 200", 'LOC,TRN'],
    ['a wrong token is answered with 403', 'services/gateway/error-answer', "'token.unknown': { http: 401", "'token.unknown': { http: 403", 'TRN'],
    ['an invalid object is answered with 1000', 'services/gateway/error-answer', "'object.invalid': { http: 200, ocpi: ocpi_1.StatusCode.InvalidParameters", "'object.invalid': { http: 200, ocpi: ocpi_1.StatusCode.Success", 'LOC,TRN'],
    ['answers have no timestamp', 'packages/ocpi/envelope', '"timestamp":"${(0, ocpi_date_time_1.formatOcpiDateTime)(now)}"', '"time":0', 'TRN'],
    ['message ids are not repeated', 'services/gateway/exchange', 'request.get(name) ?? ', '', 'TRN'],
    ['routing is not swapped in the answer', 'services/gateway/exchange', '{ to: routing.from, from: routing.to }', '{ to: routing.to, from: routing.from }', 'RTE'],
    ['a party that is not hosted is taken for ours', 'services/gateway/exchange', 'if (routing.to && !platform.parties.some(', 'if (false && !platform.parties.some(', 'RTE'],
    ['token A opens modules', 'services/gateway/gateway-app', 'if (registrationOnly)', 'if (false)', 'CRD,TRN'],
    ['only tokens in the clear are taken', 'packages/ocpi/credentials-token', '[...new Set([decoded, text])]', '[text]', 'TRN'],
  ].map(planted),
  ...[
    ['a nested PUT or PATCH leaves its parents as old as they were', 'packages/object-service/nested-item', '< instant)', '< -Infinity)', 'LOC'],
    ['a late child moves its parents back in time', 'packages/object-service/nested-item', '< instant)', '!== instant)', 'LOC'],
    ['PATCH forgets the fields that it does not name', 'packages/object-service/merge-patch', 'function mergePatch(target, patch, appended) {', 'function mergePatch(target, patch, appended) { for (const f of Object.keys(target)) if (f === "name" || f === "floor_level") delete target[f];', 'LOC,TRN'],
    ['null in a PATCH clears nothing', 'packages/object-service/merge-patch', 'delete target[field];', ';', 'LOC,TRN'],
    ['an older PUT wins', 'packages/object-service/judge-write', 'return lastUpdated < known ||', 'return', 'TRN,LOC'],
    ['PATCH makes up an unknown parent', 'packages/object-service/judge-write', 'if (!chain?.item)\n            throw unknown(scope, path);', 'if (!chain?.item) return KEEP;', 'LOC,TRN'],
    ['a peer may write objects of another', 'packages/object-service/check-owner', '(0, ocpi_1.partyKey)(role) === key)', 'true)', 'TRN,LOC,RTE'],
    ['the key in the body is not compared with the URL', 'packages/object-service/incoming', '!== (0, ocpi_1.foldCase)(addressed)', '=== "?"', 'TRN,LOC'],
    ['ids are compared case-sensitively', 'packages/ocpi/party', 'toUpperCase()', 'toString()', 'LOC,TYP'],
    ['DELETE of a Tariff is answered and not done', 'packages/object-service/object-writes', "await this.#store.write(key, (0, judge_write_1.judgeDelete)(scope, path))", '{ rev: 1 }', 'TAR'],
  ].map(planted),
  ...[
    ['registering leaves token A valid', 'services/credentials/credentials-receiver', "inbound: [(0, handshake_1.inboundRecord)(issued, 'all')] };\n        const registered", "inbound: [(0, handshake_1.inboundRecord)(issued, 'all'), ...peer.inbound] };\n        const registered", 'CRD'],
    ['PUT ends the old token at once', 'services/credentials/credentials-receiver', '(0, handshake_1.endingSoon)(token, this.#handshake)];', '];', 'CRD'],
    ['a peer may register twice', 'services/credentials/credentials-receiver', "peer.state !== 'invited'", 'false', 'CRD'],
    ['the versions of a new peer are not fetched with its token', 'services/credentials/credentials-receiver', 'call.version, [credentials.token]);', 'call.version, ["wrong"]);', 'CRD'],
    ['token B is not valid while the POST is open', 'services/credentials/credentials-initiator', "'all', clock.now() + HANDSHAKE_TIME)", "'all', clock.now() - 1)", 'CRD'],
    ['version details list what no role offers', 'services/gateway/offered-interfaces', '.filter((side) => isOffered(module, side, platform))', '.filter(() => true).flatMap((side) => [side, side])', 'VER,ROL'],
  ].map(planted),
  ...[
    ['a push counts as done on any HTTP 200', 'services/push-dispatcher/lane/classify', 'ok && (0, ocpi_1.isSuccess)(ocpi), delivered', 'ok, delivered', 'TRN,STS,LOC'],
    ['calls of ours carry no message ids', 'packages/ocpi-client/ocpi-client', '...(quirks.message_ids ? ids : {}),', '', 'TRN'],
    ['calls of ours carry the token in the clear', 'packages/ocpi/credentials-token', "encoding === 'raw' ? token", 'true ? token', 'TRN,CRD'],
    ['pushes carry no routing', 'packages/ocpi-client/ocpi-client', 'routing !== undefined && quirks.routing_headers', 'false', 'RTE'],
    ['a pull ends with the first page', 'packages/ocpi/link', "relations.includes('next')", 'false', 'PAG'],
  ].map(planted),
  ...[
    ['PATCH of a Session replaces its periods', 'packages/object-service/merge-patch', 'appendItems(listAt(target, field), listAt(patch, field), list.id)', 'listAt(patch, field)', 'SES'],
    ['a period that comes again counts twice', 'packages/object-service/merge-patch', '(item) => [rankOf(item, id), item])', '(item, place) => [`${rankOf(item, id)} ${place}`, item])', 'SES'],
    ['COMPLETED begins again', 'packages/object-service/keep-end', 'final !== undefined && object[final.field] === final.value', 'false', 'SES'],
    ['what is meant for others is taken', 'packages/object-service/check-audience', 'meant.some((party) => here.has(party))', 'true', 'CDR,SES,PAG'],
    ['lists show everybody what is for one eMSP', 'packages/object-service/object-reads', 'this.#module.audience ?', 'false ?', 'SES,CDR'],
    ['a CDR is overwritten', 'packages/object-service/judge-write', 'scope.module.immutable && present', 'false', 'CDR'],
    ['Location of a CDR is relative', 'services/gateway/module-handlers', '[publicUrl + route.template, ...', '[route.template, ...', 'CDR'],
    ['the type of a Token is ignored', 'packages/modules/define-module', "queried ?? (whole ? '' : keyQuery.fallback)", "(whole ? '' : keyQuery.fallback)", 'TOK'],
    ['pushes do not say the type of a Token', 'packages/modules/define-module', 'value === undefined || value === keyQuery.fallback', 'true', 'TOK'],
    ['sessions are listed without date_from', 'services/gateway/module-handlers', 'route.fromRequired && query.dateFrom === undefined', 'false', 'SES,PAG'],
    ['a credit CDR names nothing', 'packages/modules/cdrs/rules', "credit === true && (credit_reference_id ?? '') === ''", 'false', 'CDR'],
    ['an unknown Token is answered with 200', 'services/gateway/error-answer', "'authorization.token_unknown': { http: 404", "'authorization.token_unknown': { http: 200", 'TOK,STS'],
  ].map(planted),
];

function planted([name = '', file = '', find = '', replace = '', areas = '']: readonly string[]): Mutant {
  return { name, file, find, replace, checkedBy: areas.split(',') };
}
