import { commands } from '@roamgrid/modules';
import { EgressPolicy } from '@roamgrid/ocpi-client';
import type { Peer } from '@roamgrid/runtime';
import { checkResponseUrl, digestOf, newReply, responseUrl } from './response-url';

const egress = new EgressPolicy({ allowHttp: false, allowedNetworks: [] });
const peer = {
  versions_url: 'https://emsp.example/ocpi/versions',
  endpoints: [{ identifier: 'commands', role: 'SENDER', url: 'https://api.emsp.example:8443/commands' }],
  quirks: {},
} as unknown as Peer;

describe('response_url', () => {
  it('CMD-12 CMD-13 ours are never the same, and fit into 255 characters', () => {
    const [one, other] = [newReply(), newReply()];
    expect(one.reply).not.toBe(other.reply);
    expect(one.reply.length).toBeGreaterThanOrEqual(32);
    expect(digestOf(one.reply)).toBe(one.digest);
    const url = responseUrl('https://we.example', commands, one.reply);
    expect(url).toBe(`https://we.example/ocpi/2.2.1/sender/commands/results/${one.reply}`);
    expect(url.length).toBeLessThanOrEqual(255);
  });

  it.each([
    ['https://emsp.example/anything?request=1', undefined],
    ['https://api.emsp.example:8443/x', undefined],
    ['https://api.emsp.example/x', 'no host of the platform that asks'],
    ['https://attacker.example/x', 'no host of the platform that asks'],
    ['http://emsp.example/x', 'only https is called'],
    ['https://169.254.169.254/latest', 'neither public nor an allowed network'],
    ['https://user:pass@emsp.example/x', 'must not carry a user name'],
  ])('CMD-15 %s', (url, problem) => {
    const check = (): void => checkResponseUrl(url, peer, egress);
    if (problem === undefined) expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ code: 'parameter.invalid', message: expect.stringContaining(problem) as string }));
  });

  it('a peer that takes results at another host can have that quirk', () => {
    const elsewhere = { ...peer, quirks: { any_response_host: 'true' } };
    expect(() => checkResponseUrl('https://results.example/x', elsewhere, egress)).not.toThrow();
    expect(() => checkResponseUrl('https://127.0.0.1/x', elsewhere, egress)).toThrow('/response_url');
  });
});
