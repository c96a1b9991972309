import { table } from './table';

describe('a table', () => {
  it('has its columns below each other, and no frame', () => {
    const text = table(['peer', { title: 'owed', right: true }], [['p1', 5], ['a longer one', 12_345], ['\u001b[2Jx', null]], 'no peers');
    expect(text).toBe(['PEER           OWED', 'p1                5', 'a longer one  12345', '[2Jx              -'].join('\n'));
  });

  it('says so where there is nothing', () => {
    expect(table(['peer'], [], 'no peers')).toBe('no peers');
  });
});
