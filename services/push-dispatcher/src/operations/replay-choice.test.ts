import { cdrs, locations } from '@roamgrid/modules';
import { replayChoice } from './replay-choice';

const request = (module: string, what: object): Parameters<typeof replayChoice>[0] => ({ peer_id: 'peer', module, ...what });
const both = [locations, cdrs];

describe('replayChoice', () => {
  it('CDR-08 what was sent goes again since a moment, but never a CDR', () => {
    expect(replayChoice(request('', { since: 5 }), both)).toEqual({ choice: { since: 5 }, modules: ['locations'] });
    expect(() => replayChoice(request('cdrs', { since: 5 }), [cdrs])).toThrow('only by key');
  });

  it('CDR-08 a CDR goes again by its key, or where it was never taken', () => {
    expect(replayChoice(request('cdrs', { key: 'NL*OWN*1' }), [cdrs])).toEqual({ choice: { key: 'NL*OWN*1' }, modules: ['cdrs'] });
    expect(replayChoice(request('', { dead: true }), both)).toEqual({ choice: 'dead', modules: ['locations', 'cdrs'] });
  });

  it('says what is wrong with anything else', () => {
    const wrong: [string, object, string][] = [
      ['', {}, 'one of key, since and dead'],
      ['', { since: 5, dead: true }, 'one of key, since and dead'],
      ['', { key: 'NL*OWN*1' }, 'its module'],
      ['locations', { key: '' }, 'must name an object'],
      ['', { dead: false }, 'dead: must be true'],
      ['', { since: 0 }, 'since: 0'],
      ['', { since: NaN }, 'since: NaN'],
    ];
    for (const [module, what, message] of wrong) expect(() => replayChoice(request(module, what), both)).toThrow(message);
  });
});
