import { foldCase, objectKey, partyKey, partyOfKey } from './party';

describe('a party', () => {
  it('TYP-07 is the same in any case', () => {
    expect(partyKey({ country_code: 'nl', party_id: 'tNm' })).toBe('NL*TNM');
    expect(partyKey({ country_code: 'nl', party_id: 'tNm' })).toBe(partyKey({ country_code: 'NL', party_id: 'TNM' }));
  });

  it('ROL-13 is another one in another country', () => {
    expect(partyKey({ country_code: 'NL', party_id: 'TNM' })).not.toBe(partyKey({ country_code: 'BE', party_id: 'TNM' }));
  });

  it('TYP-09 is folded without a locale: i has one capital', () => {
    expect(foldCase('abcxyzi0-_*')).toBe('ABCXYZI0-_*');
  });
});

describe('the key of an object', () => {
  const party = { country_code: 'NL', party_id: 'TNM' };

  it('TRN-72 is made of party and id, whatever their case', () => {
    expect(objectKey(party, 'Loc1')).toBe('NL*TNM*LOC1');
    expect(objectKey({ country_code: 'nl', party_id: 'tnm' }, 'lOC1')).toBe(objectKey(party, 'Loc1'));
  });

  it('TRN-72 differs for the same id of two parties', () => {
    expect(objectKey({ ...party, party_id: 'ABC' }, 'LOC1')).not.toBe(objectKey(party, 'LOC1'));
  });

  it('names its party, also where the id holds asterisks', () => {
    expect(partyOfKey(objectKey(party, 'BE*BEC*E041503001'))).toEqual(party);
    expect(partyOfKey('NL*TNM')).toEqual(party);
  });
});
