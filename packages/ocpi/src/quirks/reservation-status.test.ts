import { noQuirks } from './quirks';
import { listSpelledForPeer, spelledByPeer, spelledForPeer } from './reservation-status';

const odd = { ...noQuirks, reservation_status: 'RESERVED' } as const;
const session = '{ "id":"S1", "kwh":1.0,\n "status" : "RESERVATION", "note":{"status":"RESERVATION"} }';
const theirs = '{ "id":"S1", "kwh":1.0,\n "status" : "RESERVED", "note":{"status":"RESERVATION"} }';
const bytes = (text: string): Buffer => Buffer.from(text);

describe('the status of a session that is a reservation', () => {
  it('SES-24, AMB-04: is spelled as the peer does, and nothing else is touched', () => {
    expect(spelledForPeer('sessions', odd, bytes(session)).toString()).toBe(theirs);
    expect(spelledByPeer('sessions', odd, bytes(theirs)).toString()).toBe(session);
    expect(listSpelledForPeer('sessions', odd, bytes(`[${session}, {"id":"S2"}]`)).toString()).toBe(`[${theirs},{"id":"S2"}]`);
    expect(listSpelledForPeer('sessions', odd, bytes('[]')).toString()).toBe('[]');
  });

  it('SES-23: is RESERVATION to everybody without the quirk; other modules have a RESERVED of their own', () => {
    for (const [module, quirks] of [['sessions', noQuirks], ['locations', odd]] as const) {
      const json = bytes(session);
      const list = bytes(`[${session}]`);
      expect(spelledForPeer(module, quirks, json)).toBe(json);
      expect(spelledByPeer(module, quirks, json)).toBe(json);
      expect(listSpelledForPeer(module, quirks, list)).toBe(list);
    }
  });

  it.each(['', 'null', '[1]', '"status"', '{"status":', '{"status":"RESERVED', '{"status":7}', '{"status":"ACTIVE"}', '{'])(
    'leaves %j as it is',
    (text) => {
      expect(spelledByPeer('sessions', odd, bytes(text)).toString()).toBe(text);
    },
  );
});
