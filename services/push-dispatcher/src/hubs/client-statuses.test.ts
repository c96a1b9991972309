import { hubClientInfo, locations, tokens } from '@roamgrid/modules';
import type { Peer } from '@roamgrid/runtime';
import { ClientStatuses, type SaidStatus } from './client-statuses';

const role = (text: string): Peer['roles'][number] => {
  const [party_id = '', name = ''] = text.split(' ');
  return { country_code: 'NL', party_id, role: name, business_details: Buffer.alloc(0) };
};
const peer = (id: string, ...roles: readonly string[]): Peer => ({ id, name: `the ${id}`, state: 'registered', roles: roles.map(role) }) as unknown as Peer;

const emsp = peer('emsp', 'ABC EMSP');
const hub = peer('hub', 'HUB HUB');

/** `ABC EMSP OFFLINE`, said by `hub` at 0. */
function said(text: string, lastUpdated = 0, origin = 'hub'): SaidStatus {
  const [party_id = '', name = '', status = ''] = text.split(' ');
  return { country_code: 'NL', party_id, role: name, status, lastUpdated, origin };
}

function holds(receiver: Peer, all: readonly SaidStatus[], module = locations, hubs: readonly Peer[] = [hub]): string | undefined {
  const statuses = new ClientStatuses({ peer: (id) => hubs.find((each) => each.id === id) });
  statuses.take(all);
  return statuses.holds({ peer: receiver, module });
}

describe('whom hubs say not to send to', () => {
  it.each([['HCI-11', 'OFFLINE'], ['HCI-12', 'PLANNED'], ['HCI-13', 'SUSPENDED']])('%s a party that is %s gets nothing, and it is told why', (_row, status) => {
    expect(holds(emsp, [said(`ABC EMSP ${status}`)])).toBe(`held: NL*ABC (EMSP) is ${status}, says the hub`);
  });

  it('HCI-10 a CONNECTED party gets everything, and so does one that is not spoken of', () => {
    expect(holds(emsp, [said('ABC EMSP CONNECTED')])).toBeUndefined();
    expect(holds(emsp, [said('XYZ EMSP OFFLINE')])).toBeUndefined();
    expect(holds(emsp, [])).toBeUndefined();
  });

  it('HCI-10 the newest word counts', () => {
    expect(holds(emsp, [said('ABC EMSP OFFLINE', 1), said('ABC EMSP CONNECTED', 2)])).toBeUndefined();
    expect(holds(emsp, [said('ABC EMSP CONNECTED', 1), said('ABC EMSP OFFLINE', 2)])).toBeDefined();
  });

  it('HCI-09 the roles of a party stand each for itself, as far as the module is for them', () => {
    const both = peer('both', 'ABC CPO', 'ABC EMSP');
    const one = [said('ABC EMSP OFFLINE'), said('ABC CPO CONNECTED')];
    expect(holds(both, one, locations)).toBeDefined();
    expect(holds(both, one, tokens)).toBeUndefined();
    expect(holds(both, one, hubClientInfo)).toBeUndefined();
  });

  it('a peer with one party that can be reached is sent to', () => {
    const two = peer('two', 'ABC EMSP', 'DEF EMSP');
    expect(holds(two, [said('ABC EMSP OFFLINE')])).toBeUndefined();
    expect(holds(two, [said('ABC EMSP OFFLINE'), said('DEF EMSP PLANNED')])).toMatch(/NL\*ABC.*; NL\*DEF/);
  });

  it('what the link to a hub carries is not held', () => {
    expect(holds(peer('hub', 'HUB HUB', 'ABC EMSP'), [said('ABC EMSP OFFLINE')])).toBeUndefined();
  });

  it('who is no hub here, or is one no more, says nothing', () => {
    expect(holds(emsp, [said('ABC EMSP OFFLINE', 0, 'emsp')], locations, [hub, emsp])).toBeUndefined();
    expect(holds(emsp, [said('ABC EMSP OFFLINE')], locations, [])).toBeUndefined();
  });
});
