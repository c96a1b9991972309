import { Header, readRouting, routingHeaders } from './headers';

const to = { [Header.ToCountry]: 'NL', [Header.ToParty]: 'TNM' };
const from = { [Header.FromCountry]: 'de', [Header.FromParty]: 'eco' };

describe('routing headers', () => {
  it('RTE-01 are read as two parties', () => {
    expect(readRouting({ ...to, ...from })).toEqual({
      to: { country_code: 'NL', party_id: 'TNM' },
      from: { country_code: 'de', party_id: 'eco' },
    });
  });

  it('RTE-02 may be missing, all or a pair of them', () => {
    expect(readRouting({})).toEqual({});
    expect(readRouting(to)).toEqual({ to: { country_code: 'NL', party_id: 'TNM' } });
    expect(readRouting(from)).toEqual({ from: { country_code: 'de', party_id: 'eco' } });
  });

  it('RTE-06 TYP-08 keep the case that they came in', () => {
    expect(readRouting(from).from).toEqual({ country_code: 'de', party_id: 'eco' });
  });

  it.each([
    [{ [Header.ToCountry]: 'NL' }, 'ocpi-to-country-code and ocpi-to-party-id come as a pair'],
    [{ [Header.ToParty]: 'TNM' }, 'ocpi-to-country-code and ocpi-to-party-id come as a pair'],
    [{ ...to, [Header.FromCountry]: 'DE' }, 'ocpi-from-country-code and ocpi-from-party-id come as a pair'],
    [{ ...to, [Header.FromParty]: 'ECO' }, 'ocpi-from-country-code and ocpi-from-party-id come as a pair'],
    [{ ...to, [Header.ToParty]: ['TNM', 'ABC'] }, 'each once'],
  ])('RTE-07 half a pair is a problem: %j', (headers, problem) => {
    expect(readRouting(headers)).toEqual({ problem: expect.stringContaining(problem) });
  });

  it.each([
    ['NLD', 'TNM', Header.ToCountry],
    ['N', 'TNM', Header.ToCountry],
    ['', 'TNM', Header.ToCountry],
    ['N ', 'TNM', Header.ToCountry],
    ['Nß', 'TNM', Header.ToCountry],
    ['NL', 'TNMX', Header.ToParty],
    ['NL', '', Header.ToParty],
    ['NL', 'T M', Header.ToParty],
    ['NL', 'T\tM', Header.ToParty],
  ])('RTE-15 country %j with party %j is a problem of %s', (country, party, header) => {
    expect(readRouting({ [Header.ToCountry]: country, [Header.ToParty]: party })).toEqual({
      problem: expect.stringMatching(new RegExp(`^${header}: expected`)),
    });
  });

  it('RTE-15 the problem does not repeat what came: nothing is carried into logs', () => {
    const { problem } = readRouting({ [Header.ToCountry]: 'N\r\nX-Admin: 1', [Header.ToParty]: 'TNM' });
    expect(problem).not.toContain('Admin');
  });

  it('RTE-01 are written for the parties named, and only for those', () => {
    expect(routingHeaders({ to: { country_code: 'NL', party_id: 'TNM' }, from: { country_code: 'de', party_id: 'eco' } })).toEqual({
      ...to,
      ...from,
    });
    expect(routingHeaders({ from: { country_code: 'de', party_id: 'eco' } })).toEqual(from);
    expect(routingHeaders({})).toEqual({});
  });

  it('TRN-51 are named in lower case, as Node hands headers over', () => {
    expect(Object.values(Header).filter((name) => name !== name.toLowerCase())).toEqual([]);
  });
});
