import type { Check } from '../check/define-check';
import { usePatience } from '../check/patience';
import { runCheck, type CheckResult } from '../check/run-check';
import { allChecks } from '../checks';
import { PeerHost } from '../peer/peer-host';
import { Target } from '../target/target';
import type { Defect } from './defect';
import { TrialPlatform } from './trial-platform';

/** Which rows have to find which defect: at least one check of each. */
const FOUND_BY: Readonly<Record<Defect, readonly string[]>> = {
  'a relative URL in the versions': ['VER-02'],
  'details of another version': ['VER-04'],
  'credentials listed twice': ['VER-06'],
  'a custom module': ['VER-13'],
  'routing headers on versions': ['VER-14'],
  'versions take POST': ['VER-18'],
  'details of any version': ['VER-20'],
  'versions are public': ['TRN-01', 'TRN-02'],
  'an unknown token is 403': ['TRN-01', 'TRN-02'],
  'token A opens modules': ['TRN-09'],
  'ids are not repeated': ['TRN-47', 'CRD-17'],
  'no timestamp': ['TRN-16'],
  'an empty list is null': ['TRN-17', 'PAG-12'],
  'semantic errors are HTTP 400': ['TRN-23', 'TRN-30', 'LOC-18', 'CRD-31', 'PAG-22'],
  'no JSON is 200': ['TRN-22'],
  'PUT is always 200': ['TRN-25', 'LOC-12', 'LOC-13', 'LOC-14', 'SES-12', 'CDR-03'],
  'a slash at the end redirects': ['TRN-54'],
  'the case of ids counts': ['TRN-72', 'LOC-09', 'LOC-68', 'CDR-10'],
  'owners are not checked': ['TRN-68', 'TOK-40'],
  'token A stays': ['CRD-11', 'E2E-01'],
  'the peer is not called back': ['CRD-04', 'CRD-05', 'CRD-06', 'CRD-07', 'CRD-21'],
  'the answer holds token B': ['CRD-09'],
  'POST registers again': ['CRD-14'],
  'PUT keeps the token': ['CRD-21'],
  'DELETE keeps the token': ['CRD-27', 'E2E-16'],
  'Credentials are not checked': ['CRD-29', 'CRD-31', 'CRD-32'],
  'date_from is exclusive': ['PAG-02', 'PAG-03'],
  'date_to is inclusive': ['PAG-03', 'PAG-04'],
  'filters by creation': ['PAG-04'],
  'offset counts pages': ['PAG-05'],
  'X-Total-Count counts the page': ['PAG-06'],
  'X-Limit counts the page': ['PAG-07', 'PAG-12'],
  'any limit': ['PAG-08'],
  'the Link drops filters': ['PAG-10'],
  'a Link on the last page': ['PAG-11'],
  'no headers on an empty list': ['PAG-12', 'PAG-13'],
  'an offset past the end is 404': ['PAG-13'],
  'ordered by last_updated': ['PAG-14'],
  'bad parameters are ignored': ['PAG-22'],
  'the Location at every level': ['LOC-05', 'LOC-23'],
  'unknown is 200': ['LOC-07', 'LOC-23', 'TRN-24'],
  'an EVSE replaces its siblings': ['LOC-13', 'LOC-14'],
  'last_updated stays below': ['LOC-15', 'LOC-16', 'LOC-19'],
  'last_updated goes back': ['LOC-20'],
  'skeletons are made': ['LOC-21', 'TRN-27', 'SES-21'],
  'PATCH needs no last_updated': ['LOC-18', 'SES-14', 'TOK-19'],
  'PATCH replaces': ['LOC-17', 'TRN-32'],
  'PUT merges': ['TRN-31'],
  'late pushes win': ['TRN-74'],
  'Locations are deleted': ['LOC-24'],
  'routing is not swapped': ['RTE-05'],
  'FROM is not checked': ['RTE-08'],
  'token B comes late': ['CRD-03'],
  'registers without endpoints': ['CRD-08'],
  'the status of the answer is ignored': ['TRN-21'],
  'tokens go out raw': ['TRN-03', 'CRD-13'],
  'pushes without routing headers': ['RTE-03', 'RTE-04'],
  'pushes join URLs with two slashes': ['TRN-53'],
  'pushes without a body type': ['TRN-13'],
  'roles decide nothing': ['ROL-04', 'ROL-06', 'ROL-07'],
  'no sender of tariffs': ['ROL-01', 'ROL-03', 'ROL-05'],
  'no receiver of tariffs': ['ROL-02', 'ROL-03', 'ROL-04', 'ROL-05', 'ROL-07'],
  'a NAP lists its own only': ['ROL-05'],
  'roles may do everything': ['ROL-06', 'ROL-12', 'RTE-13'],
  'pushes to eMSPs only': ['ROL-04', 'ROL-07'],
  'pushes name the first party': ['ROL-08'],
  'CPOs are not pushed to': ['ROL-09'],
  'what is received is listed': ['ROL-10'],
  'details leave out senders': ['ROL-11'],
  'parties are told by party_id': ['ROL-13'],
  'abroad is refused': ['ROL-14'],
  'dropped EVSEs vanish': ['LOC-25', 'LOC-67'],
  'removals go out as null': ['LOC-32', 'TRN-34'],
  'pushes changes only': ['TRN-28'],
  'unchanged is pushed again': ['LOC-33'],
  'no answer counts as delivered': ['LOC-66'],
  'statuses are mapped': ['LOC-60'],
  'no warnings': ['LOC-27', 'LOC-41', 'LOC-42', 'LOC-43', 'LOC-44', 'LOC-56', 'TAR-17', 'TAR-23', 'TAR-24', 'TOK-24', 'TOK-30', 'TOK-31', 'SES-35', 'CDR-25', 'CDR-29', 'CDR-30', 'CDR-33', 'CDR-36', 'CDR-39'],
  'used tariffs are deleted': ['TAR-09'],
  'one tariff a Connector': ['TAR-15'],
  'tariffs nobody names are dropped': ['TAR-16'],
  'prices with VAT': ['TAR-20'],
  'everything is shown': ['LOC-27', 'LOC-36', 'LOC-37'],
  'entries are mixed': ['LOC-37'],
  'anybody may start': ['LOC-40'],
  'no operator stands in': ['LOC-53', 'CRD-40'],
  'Connectors have a status': ['LOC-59'],
  'deltas sweep': ['PAG-19', 'TAR-11'],
  'nothing is swept': ['PAG-19', 'PAG-20', 'TAR-11'],
  'sweeps whatever happened': ['PAG-20'],
  'shrinking lists go unnoticed': ['PAG-17'],
  'pulls with date_to': ['PAG-18'],
  'foreign objects are imported': ['TRN-71'],
  'the timestamp is the watermark': ['TRN-76'],
  'timestamps are kept': ['TRN-76'],
  'odd data of failures is fatal': ['TRN-18'],
  'success needs an object': ['TRN-20'],
  '#NA is refused': ['TRN-65', 'TRN-66', 'CDR-19', 'SES-29'],
  'line ends are sent': ['TYP-10'],
  'a party registers once': ['VER-10'],
  'other versions crash': ['VER-17'],
  'operators see tokens': ['CRD-43'],
  'a failure is 2000': ['STS-07'],
  'logs hold tokens': ['TRN-67'],
  'waits for ever': ['TRN-62'],
  'any certificate will do': ['TRN-12'],
  'one encoding for all': ['TRN-07'],
  'plain URLs behind TLS': ['TRN-11'],
  'overload is a bare 503': ['TRN-63'],
  'a hub lists its peers': ['CRD-34'],
  'the type of a Token is ignored': ['TOK-04', 'TOK-15', 'TOK-19', 'TOK-20', 'TOK-32'],
  'revoked Tokens are hidden': ['TOK-01'],
  'authorize needs a body': ['TOK-05'],
  'unknown Tokens are BLOCKED': ['TOK-06', 'STS-06'],
  'a refusal is an error': ['TOK-07'],
  'the status of an EVSE decides': ['TOK-10'],
  'all EVSEs are permitted': ['TOK-09'],
  'one reference a Token': ['TOK-13', 'TOK-39'],
  'authorized without the Token': ['TOK-03', 'TOK-12', 'TOK-29'],
  'the type is never sent': ['TOK-18'],
  'vanished Tokens are deleted': ['TOK-23'],
  'sessions need no date_from': ['SES-02', 'PAG-21'],
  'the audience is ignored': ['SES-22', 'SES-07', 'CDR-01', 'CDR-40', 'CDR-47', 'TRN-43'],
  'preferences are answered by an object': ['SES-04', 'SES-05'],
  'credits are not compared': ['CDR-12', 'CDR-15'],
  'a PATCH repeats all periods': ['SES-15', 'SES-17'],
  'the first eMSP is addressed': ['RTE-04', 'SES-22', 'CDR-40'],
  'a session_id counts once': ['CDR-10', 'E2E-12'],
  'only ACCEPTED is a success': ['SES-05'],
  'incapable EVSEs are 200': ['SES-06'],
  'periods are replaced': ['SES-15', 'E2E-03'],
  'periods come twice': ['SES-18'],
  'PUT keeps old periods': ['SES-13'],
  'COMPLETED begins again': ['SES-26'],
  'what is over is changed': ['SES-26', 'CDR-08'],
  'a tariff takes its Sessions with it': ['TAR-10'],
  'Location is relative': ['CDR-03', 'CDR-04'],
  'CDRs are overwritten': ['CDR-09'],
  'CDRs can be PUT': ['CDR-07'],
  'anybody reads a CDR': ['CDR-04'],
  'ALWAYS is asked about': ['TOK-24'],
  'verdicts are kept': ['TOK-27'],
  'offline is refused': ['TOK-26'],
  'invalid Tokens are refused unasked': ['TOK-28'],
  'unknown Tokens are refused': ['TOK-34'],
  'the fastest eMSP wins': ['TOK-36'],
  'the Token of the answer is dropped': ['TOK-14'],
  'a missing place is a refusal': ['TOK-08', 'STS-04'],
  'broken CDRs have a Location': ['CDR-46', 'CDR-47'],
  'ClientInfo is deleted': ['HCI-04'],
  'ClientInfo is not checked': ['HCI-05', 'HCI-06'],
  'ClientInfo of another party is taken': ['HCI-22'],
  'ClientInfo about oneself is refused': ['HCI-18'],
  'one ClientInfo a party': ['HCI-09'],
  'hubs need routing headers': ['HCI-15', 'HCI-02', 'HCI-03'],
  'what hubs say is ignored': ['HCI-10', 'HCI-11', 'HCI-12', 'HCI-13'],
  'commands are answered by the station': ['CMD-01'],
  'no timeout in refusals': ['CMD-05'],
  'an unknown Session is 404': ['CMD-27', 'CHP-07'],
  'Tokens of commands are looked up': ['CMD-21'],
  'Tokens of commands are kept': ['CMD-23'],
  'commanded Tokens are asked about': ['CMD-22'],
  'any Token will do': ['CMD-26'],
  'an unknown Location is 1000': ['CMD-18', 'STS-05'],
  'capabilities are ignored': ['CMD-38', 'CMD-20', 'CHP-29'],
  'the same command shares a result': ['CMD-40'],
  'requests are not checked': ['CMD-17', 'CMD-33', 'CMD-28', 'CHP-05', 'CHP-18', 'CHP-21', 'CHP-14'],
  'Sessions of others are open': ['CMD-27', 'CHP-23'],
  'the result goes to another URL': ['CMD-07', 'CHP-04'],
  'the result comes first': ['CMD-07', 'CMD-30'],
  'refusals have results': ['CMD-08'],
  'silence stays silence': ['CMD-10'],
  'results are translated': ['CMD-35'],
  'results of the backend are not checked': ['CMD-35', 'CMD-39', 'CHP-10', 'CHP-11', 'CHP-16'],
  'a cancelled reservation is not told': ['CMD-14', 'E2E-07'],
  'reservation_id goes to the station': ['CMD-28', 'CMD-29', 'CMD-30'],
  'any response_url': ['CMD-15'],
  'results are told for ever': ['CMD-16'],
  'one response_url for all': ['CMD-12', 'CMD-13'],
  'results of anybody': ['CMD-13'],
  'many results': ['CMD-13', 'CHP-09'],
  'waits for results for ever': ['CMD-11', 'CMD-37', 'CHP-35'],
  'late results are 404': ['CMD-11', 'CHP-35'],
  'early results are lost': ['CMD-43'],
  'a result is answered with data': ['CMD-09', 'CHP-09'],
  'unknown response_urls are 200': ['CMD-41'],
  'results are not checked': ['CMD-35', 'CMD-39', 'CHP-08', 'CHP-10', 'CHP-11'],
  'foreign Tokens are sent': ['CMD-25'],
  'every answer is a yes': ['CMD-06', 'CHP-07'],
  'response_url goes out as it is': ['CHP-04'],
  'active profiles are told to nobody': ['CHP-12', 'CHP-31', 'E2E-08'],
  'active profiles are told to everybody': ['CHP-13'],
  'told profiles are forgotten': ['CHP-14'],
  'SCSPs are no better than others': ['CHP-27', 'CHP-24', 'E2E-09'],
  'URLs of SCSPs go to CPOs': ['CHP-24', 'E2E-09'],
  'answers of CPOs stay with the eMSP': ['CHP-24'],
  'results of CPOs stay with the eMSP': ['CHP-24', 'E2E-09'],
  'ids of SCSPs go to CPOs': ['CHP-25'],
  'what CPOs tell stays with the eMSP': ['CHP-26', 'E2E-09'],
  'cancelled reservations stay': ['CMD-30'],
};

async function run(ids: readonly string[], defects: readonly Defect[]): Promise<CheckResult[]> {
  let number = 0;
  const random = (): string => `trial-${(number += 1)}-${'x'.repeat(20)}`;
  const host = await PeerHost.start();
  const platform = new TrialPlatform(host, new Set(defects), random);
  const { hooks } = platform;
  const invitation = { versionsUrl: `${platform.url}/versions`, token: platform.invite().token };
  const target = await Target.open({ invitation, hooks, clockMargin: 0 });
  try {
    const checks: readonly Check[] = allChecks.filter((check) => check.ids.some((id) => ids.includes(id)));
    const results: CheckResult[] = [];
    for (const check of checks) results.push(await runCheck(check, target));
    return results;
  } finally {
    await target.close();
    await host.close();
  }
}

const titleOf = ({ check }: CheckResult): string => `${check.ids.join(' ')} ${check.title}`;
const allIds = [...new Set(Object.values(FOUND_BY).flat())];

describe('the checks, tried on a small platform', () => {
  let sound: CheckResult[];

  beforeAll(async () => {
    usePatience(2_000); // what has to come comes at once, but on a busy machine that takes its time
    sound = await run(allIds, []);
    usePatience(600); // what a defect keeps from coming is not worth more
  });

  it('find nothing wrong where nothing is', () => {
    expect(sound.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    const passed = new Set(sound.filter(({ outcome }) => outcome === 'passed').flatMap(({ check }) => check.ids));
    expect(allIds.filter((id) => !passed.has(id))).toEqual([]);
  });

  for (const [defect, ids] of Object.entries(FOUND_BY) as [Defect, readonly string[]][]) {
    it(`${ids.join(' ')} find: ${defect}`, async () => {
      const results = await run(ids, [defect]);
      const failed = results.filter(({ outcome }) => outcome === 'failed');
      const passedBefore = new Set(sound.filter(({ outcome }) => outcome === 'passed').map(titleOf));
      const finders = failed.filter((result) => passedBefore.has(titleOf(result))).flatMap(({ check }) => check.ids);
      expect(ids.filter((id) => !finders.includes(id))).toEqual([]);
    });
  }
});
