import { compareVersions, highestMutualVersion } from './version-number';

describe('version numbers', () => {
  it('VER-11 are compared part by part as numbers', () => {
    expect(['2.2.1', '2.10', '2.2', '2.1.1', '3.0', '2.3.0'].sort(compareVersions)).toEqual([
      '2.1.1',
      '2.2',
      '2.2.1',
      '2.3.0',
      '2.10',
      '3.0',
    ]);
  });

  it('VER-11 are equal where missing parts are zero', () => {
    expect(compareVersions('2.2', '2.2.0')).toBe(0);
  });

  it.each([
    [['2.1.1', '2.2.1', '2.3.0'], ['2.2.1', '2.1.1'], '2.2.1'],
    [['2.2.1'], ['2.3.0', '2.2.1', '2.1.1'], '2.2.1'],
    [['2.2', '2.10'], ['2.10', '2.2'], '2.10'],
    [['2.2.1'], ['2.1.1'], undefined],
    [['2.2.1'], [], undefined],
    [['2.2.1'], ['2.2.1-d2', 'latest', ''], undefined],
  ])('VER-11 VER-12 ours %j and theirs %j: %s', (ours, theirs, highest) => {
    expect(highestMutualVersion(ours, theirs)).toBe(highest);
  });

  it('leaves the list of the other side as it is', () => {
    const theirs = ['2.3.0', '2.2.1', '2.1.1'];
    highestMutualVersion(['2.1.1', '2.2.1'], theirs);
    expect(theirs).toEqual(['2.3.0', '2.2.1', '2.1.1']);
  });
});
