import { evsePaths } from './changing-statuses';

describe('EVSEs whose status changes', () => {
  it('are all but planned and removed ones, their ids encoded', () => {
    const evses = [
      { uid: 'E/1', status: 'AVAILABLE' },
      { uid: 'E2', status: 'REMOVED' },
      { uid: 'E3', status: 'PLANNED' },
    ];
    expect(evsePaths({ country_code: 'NL', party_id: 'RGC', id: 'L1', evses })).toEqual(['/v1/locations/NL/RGC/L1/E%2F1']);
    expect(evsePaths({ country_code: 'NL', party_id: 'RGC', id: 'L2' })).toEqual([]);
  });
});
