import { createLogger, RoamgridError, type FindCommandedReply, type FindCommandedRequest } from '@roamgrid/runtime';
import { TokenAsker, type TokenAskerOptions, type TokenQuestion } from './token-asker';

const token = { country_code: 'DE', party_id: 'RGE', uid: 'T1', type: 'APP_USER' };
const stored = { ...token, whitelist: 'ALWAYS', valid: true };
const question: TokenQuestion = { ids: ['T1', 'APP_USER'], party: undefined, location: { location_id: 'LOC1', evse_uids: ['E1'] } };

/** An asker that knows the Token by its store, before commands that answer so. */
function asker(find: (request: FindCommandedRequest) => Promise<FindCommandedReply>): { asker: TokenAsker; known: () => number } {
  let looked = 0;
  const known = (): Promise<unknown> => {
    looked += 1;
    return Promise.resolve([{ token: stored, origin: 'p2' }]);
  };
  const options = {
    ...{ config: { deadline: 1, allowedAsks: false }, commands: { Find: find }, logger: createLogger('tokens', 'silent') },
    directory: { peers: () => [], platform: undefined },
    tokens: { known },
  } as unknown as TokenAskerOptions;
  return { asker: new TokenAsker(options), known: () => looked };
}

describe('CMD-22 a Token at a charge point after a command', () => {
  it('is allowed by the command, and nobody else is asked', async () => {
    const asked: FindCommandedRequest[] = [];
    const { asker: asking, known } = asker((request) => {
      asked.push(request);
      return Promise.resolve({ token: Buffer.from(JSON.stringify(token)), authorization_reference: 'REF', origin: 'p1' });
    });
    expect(await asking.ask(question)).toEqual({
      info: { allowed: 'ALLOWED', token, location: question.location, authorization_reference: 'REF' },
      origin: 'p1',
      decided: 'command',
    });
    expect(asked).toEqual([{ uid: 'T1', type: 'APP_USER', location_id: 'LOC1', evse_uids: ['E1'] }]);
    expect(known()).toBe(0);
  });

  it.each([
    ['there was no command', () => Promise.resolve({ token: Buffer.alloc(0), authorization_reference: '', origin: '' })],
    ['nobody knows of commands at the moment', () => Promise.reject(new RoamgridError('unavailable', 'away'))],
  ])('is judged as ever when %s', async (_, find) => {
    const { asker: asking, known } = asker(find);
    expect(await asking.ask(question)).toMatchObject({ decided: 'whitelist', origin: 'p2', info: { allowed: 'ALLOWED' } });
    expect(known()).toBe(1);
  });
});
