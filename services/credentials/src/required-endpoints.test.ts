import { modules, type OcpiVersion } from '@roamgrid/modules';
import type { Endpoint } from '@roamgrid/runtime';
import { missingEndpoints } from './required-endpoints';

const version: OcpiVersion = '2.2.1';
const declared = modules.filter(({ id }) => id === 'locations' || id === 'tariffs');

/** `locations SENDER` → an endpoint. */
function endpoints(...names: readonly string[]): Endpoint[] {
  return names.map((name) => {
    const [identifier = '', role = ''] = name.split(' ');
    return { identifier, role, url: `https://peer.example/${identifier}` };
  });
}

describe('missingEndpoints', () => {
  it.each([
    ['EMSP', 'CPO', 'locations SENDER'],
    ['EMSP', 'CPO', 'tariffs SENDER'],
    ['CPO', 'EMSP', 'locations RECEIVER'],
    ['CPO', 'NSP', 'locations RECEIVER'],
    ['EMSP', 'HUB', 'locations SENDER'],
    ['EMSP', 'NAP', 'locations SENDER'],
    ['NAP', 'EMSP', 'tariffs RECEIVER'],
    ['CPO', 'HUB', 'locations RECEIVER'],
    ['HUB', 'CPO', 'locations SENDER'],
    ['HUB', 'EMSP', 'tariffs RECEIVER'],
  ])('CRD-07: we as %s and they as %s do with %s', (ours, theirs, name) => {
    const relation = { version, ourRoles: [ours], theirRoles: [theirs] };
    expect(missingEndpoints(endpoints('credentials SENDER', name), relation, declared)).toBeUndefined();
    expect(missingEndpoints(endpoints('credentials SENDER', 'cdrs SENDER'), relation, declared)).toContain(name);
  });

  it('CRD-07 CHP-24: an eMSP and an SCSP meet in Sessions, told or not told what they are', () => {
    const [emsp, scsp] = [{ version, ourRoles: ['EMSP'] }, { version, ourRoles: ['SCSP'] }];
    const offers = (name: string): Endpoint[] => endpoints('credentials SENDER', name);
    for (const theirRoles of [['SCSP'], undefined]) expect(missingEndpoints(offers('sessions RECEIVER'), { ...emsp, theirRoles })).toBeUndefined();
    for (const theirRoles of [['EMSP'], undefined]) expect(missingEndpoints(offers('sessions SENDER'), { ...scsp, theirRoles })).toBeUndefined();
    expect(missingEndpoints(offers('sessions RECEIVER'), { ...emsp, theirRoles: ['EMSP'] })).toContain('no module of 2.2.1 connects');
  });

  it('CRD-07: the other side of the module does not do', () => {
    const relation = { version, ourRoles: ['EMSP'], theirRoles: ['CPO'] };
    const wrongSide = endpoints('credentials SENDER', 'locations RECEIVER', 'tariffs RECEIVER');
    expect(missingEndpoints(wrongSide, relation, declared)).toBe(
      'our roles (EMSP) and theirs (CPO) need one of locations SENDER, tariffs SENDER, and none is listed',
    );
  });

  it('VER-05, VER-07: credentials is needed, on whatever side it is listed', () => {
    const relation = { version, ourRoles: ['EMSP'], theirRoles: ['CPO'] };
    expect(missingEndpoints(endpoints('locations SENDER'), relation, declared)).toBe(
      'there is no credentials endpoint',
    );
    for (const side of ['SENDER', 'RECEIVER', '']) {
      expect(
        missingEndpoints(endpoints(`credentials ${side}`, 'locations SENDER'), relation, declared),
      ).toBeUndefined();
    }
  });

  it('CRD-07: roles that no module connects', () => {
    const relation = { version, ourRoles: ['CPO'], theirRoles: ['CPO', 'SCSP'] };
    const all = endpoints('credentials SENDER', 'locations SENDER', 'locations RECEIVER');
    expect(missingEndpoints(all, relation, declared)).toContain(
      'no module of 2.2.1 connects our roles (CPO) and theirs (CPO, SCSP)',
    );
  });

  it('CRD-08: before a peer has told its roles, what its endpoints offer to ours counts', () => {
    const relation = { version, ourRoles: ['EMSP'] };
    expect(missingEndpoints(endpoints('credentials SENDER', 'locations SENDER'), relation, declared)).toBeUndefined();
    expect(missingEndpoints(endpoints('credentials SENDER', 'locations RECEIVER'), relation, declared)).toContain(
      'not told yet',
    );
  });
});
