import { join } from 'node:path';
import { partiesOf } from './samples';

describe('the samples', () => {
  it('name their parties, each once', async () => {
    const parties = await partiesOf(join(__dirname, '../../../samples'));
    expect(parties).toContainEqual({ country_code: 'NL', party_id: 'RGC' });
    expect(new Set(parties.map(({ country_code, party_id }) => country_code + party_id)).size).toBe(parties.length);
  });
});
