import { defineModule, get, page, put } from '@roamgrid/modules';
import { OWN, RoamgridError, type Caller } from '@roamgrid/runtime';
import { location, stored } from '../test/samples';
import { checkOrigin, checkOwner } from './check-owner';

const locations = defineModule({
  id: 'locations', versions: {}, key: ['country_code', 'party_id', 'id'], segment: 'location_id', owner: 'CPO', interested: ['EMSP'], passedOnBy: [], advice: [],
  interfaces: { sender: [page()], receiver: [get(), put()] }, delivery: { style: 'state', method: 'PUT' },
});
const tnm = { country_code: 'NL', party_id: 'TNM' };
const caller = (origin: string, ...roles: string[]): Caller => ({ origin, roles: roles.map((role) => ({ role, ...tnm })) });

function refusal(check: () => void): [string, string] | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    const { code, message } = RoamgridError.from(error);
    return [code, message];
  }
}

describe('the owner of an object', () => {
  it('TRN-68 is a party of the caller, in any case, with the role that owns the module', () => {
    expect(refusal(() => checkOwner(locations, caller('peer-1', 'CPO'), { country_code: 'nl', party_id: 'tnm' }))).toBeUndefined();
    expect(refusal(() => checkOwner(locations, caller('peer-1', 'EMSP', 'CPO'), tnm))).toBeUndefined();
  });

  it.each([
    { country_code: 'BE', party_id: 'TNM' },
    { country_code: 'NL', party_id: 'ABC' },
    { country_code: '', party_id: '' },
  ])('TRN-68 ROL-13 is never another party: %j', (party) => {
    expect(refusal(() => checkOwner(locations, caller('peer-1', 'CPO'), party))).toEqual([
      'party.not_yours',
      expect.stringContaining('no party of the calling platform'),
    ]);
  });

  it('RTE-13 an eMSP creates no Location, and is told why', () => {
    expect(refusal(() => checkOwner(locations, caller('peer-1', 'EMSP', 'NSP'), tnm))).toEqual([
      'party.role_missing',
      'locations belong to the role CPO; NL*TNM has EMSP, NSP',
    ]);
  });

  it('RTE-13 the role of one party does not serve another of the same caller', () => {
    const two: Caller = { origin: 'peer-1', roles: [{ role: 'EMSP', ...tnm }, { role: 'CPO', country_code: 'NL', party_id: 'ABC' }] };
    expect(refusal(() => checkOwner(locations, two, tnm))?.[0]).toBe('party.role_missing');
  });

  it('our own systems edit no partner, and are told so in their words', () => {
    expect(refusal(() => checkOwner(locations, caller(OWN, 'CPO'), { country_code: 'DE', party_id: 'ABC' }))).toEqual([
      'party.not_yours',
      'DE*ABC is no party hosted by this platform',
    ]);
  });

  it('a caller without roles owns nothing', () => {
    expect(refusal(() => checkOwner(locations, caller('peer-1'), tnm))?.[0]).toBe('party.not_yours');
  });
});

describe('the owner of an object of a module that a role owns', () => {
  const infos = defineModule({ ...locations, id: 'hubclientinfo', owner: 'HUB', ownedBy: 'role' });

  it('HCI-02 HCI-18 is whoever has the role, whatever party is named', () => {
    for (const party of [tnm, { country_code: 'DE', party_id: 'ABC' }]) {
      expect(refusal(() => checkOwner(infos, caller('peer-1', 'EMSP', 'HUB'), party))).toBeUndefined();
      expect(refusal(() => checkOwner(infos, caller(OWN, 'HUB'), party))).toBeUndefined();
    }
  });

  it('ROL-03 is nobody else, not even the party itself', () => {
    expect(refusal(() => checkOwner(infos, caller('peer-1', 'CPO'), tnm))).toEqual([
      'party.role_missing',
      "hubclientinfo belong to the role HUB; the caller's parties are NL*TNM (CPO)",
    ]);
    expect(refusal(() => checkOwner(infos, caller('peer-1'), tnm))?.[0]).toBe('party.role_missing');
  });
});

describe('the origin of an object', () => {
  it('is free where there is none yet', () => {
    expect(refusal(() => checkOrigin(caller('peer-2', 'CPO'), undefined))).toBeUndefined();
  });

  it.each([false, true])('stays with who brought it, also as a tombstone (%s)', (deleted) => {
    const present = stored(location(), { origin: 'peer-1', deleted });
    expect(refusal(() => checkOrigin(caller('peer-1', 'CPO'), present))).toBeUndefined();
    for (const other of ['peer-2', OWN]) {
      expect(refusal(() => checkOrigin(caller(other, 'CPO'), present))?.[0]).toBe('party.not_yours');
    }
  });
});
