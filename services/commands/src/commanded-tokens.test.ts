import type { ConversationDocument } from '@roamgrid/conversation-service';
import { CommandedTokens, tokenMarks } from './commanded-tokens';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const MINUTE = 60_000;
const emsp = { country_code: 'DE', party_id: 'RGE' };

interface Command {
  readonly type?: string;
  readonly evse?: string;
  readonly ago?: number;
  readonly response?: string;
  readonly result?: string;
  readonly ended?: boolean;
  readonly party?: typeof emsp;
  readonly reference?: string;
}

/** A command at LOC1 with the Token T1, so many minutes ago. */
function command({ type = 'APP_USER', evse, ago = 1, response = 'ACCEPTED', result, ended, party = emsp, reference }: Command): ConversationDocument {
  const token = { ...party, uid: 'T1', type };
  const request = { token, location_id: 'LOC1', ...(evse && { evse_uid: evse }), ...(reference && { authorization_reference: reference }) };
  const talk = { peer: 'p1', request, marks: tokenMarks(token, 'LOC1'), response: { result: response }, ...(result && { result: { result } }), ...(ended && { ended: {} }) };
  return { created: new Date(NOW - ago * MINUTE), talk } as unknown as ConversationDocument;
}

interface Also {
  readonly created: { readonly $gte: Date };
  readonly 'talk.response.result': string;
}

function find(commands: readonly Command[], about: { type?: string; location?: string; evses?: string[]; party?: typeof emsp; uid?: string } = {}) {
  const stored = commands.map(command);
  const marked = (mark: string, limit: number, also: unknown): Promise<ConversationDocument[]> => {
    const { created, 'talk.response.result': response } = also as Also;
    const found = stored.filter(({ talk, created: at }) => talk.marks?.includes(mark) && at >= created.$gte && talk.response?.['result'] === response);
    return Promise.resolve(found.slice(0, limit));
  };
  const tokens = new CommandedTokens({ marked }, { now: () => NOW, sleep: () => Promise.resolve() });
  const { type = 'APP_USER', location = 'LOC1', evses = [], party, uid = 'T1' } = about;
  return tokens.find({ uid, type, location_id: location, evse_uids: evses, ...(party && { party }) });
}

const none = { token: Buffer.alloc(0), authorization_reference: '', origin: '' };

describe('CMD-22 what commands have settled about Tokens', () => {
  it('is told with the Token and the reference of the newest command', async () => {
    const { token, ...rest } = await find([{ reference: 'R2' }, { reference: 'R1', ago: 2 }], { uid: 't1' });
    expect(rest).toEqual({ authorization_reference: 'R2', origin: 'p1' });
    expect(JSON.parse(token.toString())).toEqual({ ...emsp, uid: 'T1', type: 'APP_USER' });
  });

  it.each(['AD_HOC_USER', 'APP_USER'])('holds of one of type %s for ever, where the command was for', async (type) => {
    expect(await find([{ type, ago: 60 * 24 }], { type })).toMatchObject({ origin: 'p1' });
    expect(await find([{ type, ago: 60 * 24 }], { type, location: '' })).toMatchObject({ origin: 'p1' });
    expect(await find([{ type }], { type, location: 'LOC2' })).toEqual(none);
  });

  it('holds of one of type RFID for 15 minutes, where it is known where', async () => {
    const type = 'RFID';
    expect(await find([{ type, ago: 15 }], { type })).toMatchObject({ origin: 'p1' });
    expect(await find([{ type, ago: 15.1 }], { type })).toEqual(none);
    expect(await find([{ type }], { type, location: '' })).toEqual(none);
    expect(await find([{ type: 'OTHER' }], { type: 'OTHER' })).toEqual(none);
  });

  it('holds at the EVSE that the command named', async () => {
    expect(await find([{ evse: 'E1' }], { evses: ['E2', 'e1'] })).toMatchObject({ origin: 'p1' });
    expect(await find([{ evse: 'E1' }], { evses: ['E2'] })).toEqual(none);
    expect(await find([{ evse: 'E1' }])).toMatchObject({ origin: 'p1' });
    expect(await find([{}], { evses: ['E2'] })).toMatchObject({ origin: 'p1' });
  });

  it('holds of the eMSP that is meant', async () => {
    expect(await find([{}], { party: { country_code: 'de', party_id: 'rge' } })).toMatchObject({ origin: 'p1' });
    expect(await find([{}], { party: { country_code: 'DE', party_id: 'XYZ' } })).toEqual(none);
  });

  it.each([
    ['was not accepted', { response: 'REJECTED' }],
    ['failed at the charge point', { result: 'EVSE_OCCUPIED' }],
    ['was taken back', { result: 'ACCEPTED', ended: true }],
  ])('does not hold when the command %s', async (_, about) => {
    expect(await find([about])).toEqual(none);
  });

  it('holds while the charge point is still to answer, and when it stayed silent', async () => {
    for (const about of [{}, { result: 'ACCEPTED' }, { result: 'TIMEOUT' }]) expect(await find([about])).toMatchObject({ origin: 'p1' });
  });
});
