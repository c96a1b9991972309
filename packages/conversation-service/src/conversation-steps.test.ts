import { requestKind, commands } from '@roamgrid/modules';
import type { Conversation } from './conversation-document';
import { isFinal, withAnswer, withFailure, withResponse, withResult, withTimeOut } from './conversation-steps';

const start = requestKind(commands, 'START_SESSION');
const reserve = requestKind(commands, 'RESERVE_NOW');
const ok = { result: 'ACCEPTED' };
const no = { result: 'FAILED' };
const canceled = { result: 'CANCELED_RESERVATION' };
const LATER = new Date(5_000);

function talk(changes: Partial<Conversation> = {}): Conversation {
  return {
    ...{ direction: 'asking', kind: 'START_SESSION', state: 'WAITING', peer: 'p', counterpart: { country_code: 'NL', party_id: 'RGC' } },
    ...{ request: {}, deadline: new Date(0), openUntil: new Date(0), untold: [], attempts: 0 },
    ...changes,
  };
}

describe('what we asked', () => {
  it('CMD-43 a result may be faster than the answer to the request', () => {
    const done = withResult(talk({ state: 'SENT' }), start, ok);
    expect(done).toMatchObject({ state: 'COMPLETED', result: ok });
    expect(withResponse(done ?? talk(), { result: 'ACCEPTED', timeout: 5 }, LATER)).toMatchObject({ state: 'COMPLETED', result: ok, response: { timeout: 5 } });
  });

  it('CMD-08 ends when it is not accepted', () => {
    const refused = withResponse(talk({ state: 'SENT' }), { result: 'NOT_SUPPORTED', timeout: 5 }, LATER);
    expect(refused).toMatchObject({ state: 'REFUSED' });
    expect(() => withResult(refused ?? talk(), start, ok)).toThrow('one result is taken');
  });

  it('waits as long as the answer names', () => {
    expect(withResponse(talk({ state: 'SENT' }), { result: 'ACCEPTED', timeout: 5 }, LATER)).toMatchObject({ state: 'WAITING', deadline: LATER });
  });

  it('takes one result: the same again is nothing new, another one is refused', () => {
    const done = withResult(talk(), start, ok) ?? talk();
    expect(withResult(done, start, { result: 'ACCEPTED' })).toBeUndefined();
    expect(() => withResult(done, start, no)).toThrow(expect.objectContaining({ code: 'conversation.over' }));
  });

  it('CMD-11 CHP-35 ends by itself, and what comes later is only noted', () => {
    const ended = withTimeOut(talk()) ?? talk();
    expect([ended.state, isFinal(ended)]).toEqual(['TIMED_OUT', true]);
    const late = withResult(ended, start, ok);
    expect(late).toMatchObject({ state: 'TIMED_OUT', late: ok });
    expect(late?.result).toBeUndefined();
    expect(withTimeOut(ended)).toBeUndefined();
  });

  it('CMD-14 a reservation that was accepted may be cancelled once by the CPO, a session may not', () => {
    const done = withResult(talk({ kind: 'RESERVE_NOW' }), reserve, ok) ?? talk();
    const over = withResult(done, reserve, canceled);
    expect(over).toMatchObject({ state: 'COMPLETED', result: ok, ended: canceled });
    expect(withResult(over ?? done, reserve, canceled)).toBeUndefined();
    expect(() => withResult(withResult(talk(), start, ok) ?? talk(), start, canceled)).toThrow();
    expect(() => withResult(withResult(talk(), reserve, no) ?? talk(), reserve, canceled)).toThrow();
  });

  it('a failure ends nothing that has ended', () => {
    expect(withFailure(talk({ state: 'SENT' }), 'nobody there')).toMatchObject({ state: 'FAILED', error: 'nobody there' });
    expect(withFailure(talk({ state: 'COMPLETED' }), 'nobody there')).toBeUndefined();
  });
});

describe('what we were asked', () => {
  const asked = (changes: Partial<Conversation> = {}): Conversation => talk({ direction: 'asked', claim: 'c', ...changes });

  it('CMD-07 has one result to tell', () => {
    const done = withAnswer(asked(), start, ok);
    expect(done).toMatchObject({ state: 'COMPLETED', result: ok, untold: [ok] });
    expect(done).not.toHaveProperty('claim');
    expect(withAnswer(done ?? asked(), start, { ...ok })).toBeUndefined();
    expect(() => withAnswer(done ?? asked(), start, no)).toThrow('COMPLETED with the result ACCEPTED');
  });

  it('CMD-14 a reservation is cancelled on the same URL, after its result', () => {
    const done = withAnswer(asked({ kind: 'RESERVE_NOW' }), reserve, ok) ?? asked();
    expect(withAnswer(done, reserve, canceled)).toMatchObject({ result: ok, ended: canceled, untold: [ok, canceled] });
    expect(() => withAnswer(asked({ kind: 'RESERVE_NOW' }), reserve, canceled)).toThrow('there is none yet');
  });

  it('is answered by our own systems, what we asked is not', () => {
    expect(() => withAnswer(talk(), start, ok)).toThrow('asked by us');
  });
});
