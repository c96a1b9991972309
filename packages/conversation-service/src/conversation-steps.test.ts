import { requestKind, commands } from '@roamgrid/modules';
import type { Conversation } from './conversation-document';
import { isFinal, withAnswer, withFailure, withPassedOn, withResponse, withResult, withTimeOut } from './conversation-steps';

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

describe('what we pass on', () => {
  const terms = { now: 0, margin: 2_000, timeout: 30, silent: { result: 'REJECTED' } };
  const theirs = (changes: Partial<Conversation> = {}): Conversation => talk({ direction: 'asked', state: 'REQUESTED', passedOn: 'c', ...changes });
  const ours = (state: Conversation['state'], changes: Partial<Conversation> = {}): Conversation => talk({ state, onBehalfOf: 'p', deadline: new Date(10_500), ...changes });
  const told = theirs({ state: 'WAITING', response: { result: 'ACCEPTED', timeout: 13 } });

  it('CHP-24 is answered as those answer whom we ask, with the time that it takes to come back', () => {
    const waiting = withPassedOn(theirs(), ours('WAITING', { response: { result: 'ACCEPTED', timeout: 10 } }), terms);
    expect(waiting).toMatchObject({ state: 'WAITING', response: { result: 'ACCEPTED', timeout: 13 }, deadline: new Date(12_500) });
    const refused = withPassedOn(theirs(), ours('REFUSED', { response: { result: 'TOO_OFTEN', timeout: 7 } }), terms);
    expect(refused).toMatchObject({ state: 'REFUSED', response: { result: 'TOO_OFTEN', timeout: 7 }, untold: [] });
    expect(withPassedOn(theirs(), ours('FAILED'), terms)).toMatchObject({ state: 'REFUSED', response: { result: 'REJECTED', timeout: 30 } });
  });

  it('CHP-24 ends with their result, or with that of silence', () => {
    expect(withPassedOn(told, ours('COMPLETED', { result: ok }), terms)).toMatchObject({ state: 'COMPLETED', result: ok, untold: [ok], response: told.response });
    expect(withPassedOn(told, ours('TIMED_OUT', { late: ok }), terms)).toMatchObject({ state: 'COMPLETED', result: { result: 'REJECTED' } });
  });

  it('CHP-24 a result that is faster than the answer is a yes with a result', () => {
    expect(withPassedOn(theirs(), ours('COMPLETED', { result: no }), terms)).toMatchObject({ state: 'COMPLETED', response: { result: 'ACCEPTED' }, result: no, untold: [no] });
  });

  it('CHP-24 is a yes where they have not answered yet; their no is a result then', () => {
    expect(withPassedOn(theirs(), ours('SENT'), terms)).toMatchObject({ state: 'WAITING', response: { result: 'ACCEPTED' } });
    expect(withPassedOn(told, ours('REFUSED', { response: { result: 'REJECTED', timeout: 1 } }), terms)).toMatchObject({ state: 'COMPLETED', result: { result: 'REJECTED' } });
  });

  it('CHP-24 changes nothing that has ended, or has nothing new; and is not for our own systems to answer', () => {
    expect(withPassedOn(theirs({ state: 'COMPLETED', result: no }), ours('COMPLETED', { result: ok }), terms)).toBeUndefined();
    expect(withPassedOn(told, ours('WAITING'), terms)).toBeUndefined();
    expect(() => withAnswer(told, start, ok)).toThrow(expect.objectContaining({ code: 'conversation.over' }));
  });
});
