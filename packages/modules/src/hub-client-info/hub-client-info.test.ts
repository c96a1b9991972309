import { addressedIds, addressQuery, pathSegments, schemaAt } from '../define-module';
import { hubClientInfo } from './index';

const info = { country_code: 'NL', party_id: 'TNM', role: 'CPO', status: 'CONNECTED', last_updated: '2026-01-01T00:00:00Z' };
const isValid = (value: unknown): boolean => schemaAt(hubClientInfo, '2.2.1').put.received(value).ok;

describe('hubclientinfo', () => {
  it('HCI-05 has five fields, all required', () => {
    expect(isValid(info)).toBe(true);
    for (const field of Object.keys(info)) expect([field, isValid({ ...info, [field]: undefined })]).toEqual([field, false]);
  });

  it('HCI-06 knows four statuses and no other', () => {
    for (const status of ['CONNECTED', 'OFFLINE', 'PLANNED', 'SUSPENDED']) expect(isValid({ ...info, status })).toBe(true);
    for (const status of ['connected', 'UNKNOWN', '']) expect(isValid({ ...info, status })).toBe(false);
  });

  it('HCI-02 HCI-09 is addressed by the party alone; the role is the body’s', () => {
    expect(pathSegments(hubClientInfo, 'RECEIVER')).toEqual(['country_code', 'party_id']);
    expect(addressedIds(hubClientInfo, undefined, undefined, true)).toEqual(['']);
    expect(addressedIds(hubClientInfo, undefined, 'EMSP', false)).toEqual(['EMSP']);
    expect(addressQuery(hubClientInfo, ['CPO'])).toBe('');
  });

  it('HCI-04 HCI-07 offers list alone to clients, reading and PUT to hubs; nothing ends by DELETE', () => {
    const kinds = (side: 'sender' | 'receiver'): string[] => hubClientInfo.interfaces[side].map(({ kind }) => kind);
    expect([kinds('sender'), kinds('receiver'), hubClientInfo.deletable]).toEqual([['page'], ['get', 'put'], false]);
  });

  it('ROL-01 … ROL-06 is said by hubs, to everybody else', () => {
    expect(hubClientInfo.owner).toBe('HUB');
    expect([...hubClientInfo.interested].sort()).toEqual(['CPO', 'EMSP', 'NAP', 'NSP', 'OTHER', 'SCSP']);
  });
});
