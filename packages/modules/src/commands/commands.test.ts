import { requestKind } from '../define-conversation';
import type { Mode } from '../schema';
import { commands } from './index';
import type { CommandType } from './schema';

type Json = Readonly<Record<string, unknown>>;

const token: Json = {
  ...{ country_code: 'DE', party_id: 'RGE', uid: 'T1', type: 'APP_USER', contract_id: 'DE-RGE-C1', issuer: 'RGE' },
  ...{ valid: true, whitelist: 'NEVER', last_updated: '2026-06-01T12:00:00Z' },
};
const url = { response_url: 'https://emsp.example/ocpi/replies/1' };
const place = { location_id: 'LOC1', evse_uid: 'E1', connector_id: '1' };
const requests: Readonly<Record<CommandType, Json>> = {
  CANCEL_RESERVATION: { ...url, reservation_id: 'R1' },
  RESERVE_NOW: { ...url, token, expiry_date: '2026-06-01T13:00:00Z', reservation_id: 'R1', location_id: 'LOC1', evse_uid: 'E1', authorization_reference: 'A1' },
  START_SESSION: { ...url, token, ...place, authorization_reference: 'A1' },
  STOP_SESSION: { ...url, session_id: 'S1' },
  UNLOCK_CONNECTOR: { ...url, ...place },
};
const REQUIRED: Readonly<Record<CommandType, readonly string[]>> = {
  CANCEL_RESERVATION: ['response_url', 'reservation_id'],
  RESERVE_NOW: ['response_url', 'token', 'expiry_date', 'reservation_id', 'location_id'],
  START_SESSION: ['response_url', 'token', 'location_id'],
  STOP_SESSION: ['response_url', 'session_id'],
  UNLOCK_CONNECTOR: ['response_url', 'location_id', 'evse_uid', 'connector_id'],
};
const MODES: readonly Mode[] = ['own', 'received'];
const NAMES = Object.keys(requests) as CommandType[];

/** Paths of what is wrong with a request; the same whoever wrote it. */
function problems(name: CommandType, request: Json): string[] {
  const [own, received] = MODES.map((mode) => pathsOf(requestKind(commands, name).schema.put[mode](request)));
  expect(received).toEqual(own);
  return own ?? [];
}

function pathsOf(verdict: { readonly ok: boolean; readonly problems?: readonly { readonly path: string }[] }): string[] {
  return (verdict.problems ?? []).map(({ path }) => path);
}

function without(object: Json, name: string): Json {
  return Object.fromEntries(Object.entries(object).filter(([field]) => field !== name));
}

describe('the requests of commands', () => {
  it.each(NAMES)('CMD-02 %s is one of the five', (name) => {
    expect(problems(name, requests[name])).toEqual([]);
  });

  it.each(NAMES)('CMD-17 CMD-33 %s needs what it needs, and nothing else', (name) => {
    const missing = Object.keys(requests[name]).filter((field) => problems(name, without(requests[name], field)).length > 0);
    const paired = name === 'START_SESSION' ? ['evse_uid'] : [];
    expect(missing.sort()).toEqual([...REQUIRED[name], ...paired].sort());
  });

  it('CMD-20 START_SESSION names a connector with its EVSE only, and may name neither', () => {
    const { START_SESSION: start } = requests;
    expect(problems('START_SESSION', without(start, 'evse_uid'))).toEqual(['/evse_uid']);
    expect(pathsOf(requestKind(commands, 'START_SESSION').schema.put.received({ ...start, evse_uid: null }))).toEqual(['/evse_uid']);
    expect(problems('START_SESSION', without(start, 'connector_id'))).toEqual([]);
    expect(problems('START_SESSION', without(without(start, 'connector_id'), 'evse_uid'))).toEqual([]);
  });

  it.each([
    ['an id that is no text', { reservation_id: 4711 }, '/reservation_id'],
    ['an id of 37 characters', { reservation_id: 'x'.repeat(37) }, '/reservation_id'],
    ['a time of another zone', { expiry_date: '2026-06-01T13:00:00+02:00' }, '/expiry_date'],
    ['a time in seconds', { expiry_date: 1_780_000_000 }, '/expiry_date'],
  ])('CMD-28 RESERVE_NOW does not take %s', (_, change, path) => {
    expect(problems('RESERVE_NOW', { ...requests.RESERVE_NOW, ...change })).toEqual([path]);
  });

  it('CMD-15 a response_url has at most 255 characters', () => {
    const long = (length: number): Json => ({ ...requests.STOP_SESSION, response_url: url.response_url.padEnd(length, 'x') });
    expect([problems('STOP_SESSION', long(255)), problems('STOP_SESSION', long(256))]).toEqual([[], ['/response_url']]);
  });
});

describe('the answers to commands', () => {
  const response = (value: Json): string[] => pathsOf(commands.response.put.received(value));
  const result = (value: Json): string[] => pathsOf(requestKind(commands, 'START_SESSION').result.put.own(value));

  it.each(['ACCEPTED', 'NOT_SUPPORTED', 'REJECTED', 'UNKNOWN_SESSION'])('CMD-05 %s has a timeout, in whole seconds', (literal) => {
    expect(response({ result: literal, timeout: 30 })).toEqual([]);
    expect(response({ result: literal })).toEqual(['/timeout']);
    for (const timeout of ['30', 1.5, -1]) expect(response({ result: literal, timeout })).toEqual(['/timeout']);
  });

  it.each(['EVSE_OCCUPIED', 'TIMEOUT', 'OK'])('CMD-06 %s is no CommandResponse', (literal) => {
    expect(response({ result: literal, timeout: 30 })).toEqual(['/result']);
  });

  it('CMD-35 a CommandResult is one of nine; UNKNOWN_SESSION is none', () => {
    const literals = ['ACCEPTED', 'CANCELED_RESERVATION', 'EVSE_OCCUPIED', 'EVSE_INOPERATIVE', 'FAILED', 'NOT_SUPPORTED', 'REJECTED', 'TIMEOUT', 'UNKNOWN_RESERVATION'];
    for (const literal of literals) expect(result({ result: literal })).toEqual([]);
    for (const literal of ['UNKNOWN_SESSION', 'OK']) expect(result({ result: literal })).toEqual(['/result']);
    expect(result({})).toEqual(['/result']);
  });

  it('CMD-35 every result that the platform gives by itself is one', () => {
    expect(result({ result: commands.silent })).toEqual([]);
    for (const { endedBy } of commands.requests) if (endedBy !== undefined) expect(result({ result: endedBy })).toEqual([]);
  });

  it('CMD-39 message is a list of DisplayText', () => {
    const text = { language: 'en', text: 'Plug in' };
    for (const message of [[text], [text, { language: 'nl', text: 'Steek in' }]]) {
      expect([response({ result: 'REJECTED', timeout: 5, message }), result({ result: 'FAILED', message })]).toEqual([[], []]);
    }
    for (const message of ['Plug in', text]) {
      expect([response({ result: 'REJECTED', timeout: 5, message }), result({ result: 'FAILED', message })]).toEqual([['/message'], ['/message']]);
    }
    expect(result({ result: 'FAILED', message: ['Plug in'] })).toEqual(['/message/0']);
  });
});
