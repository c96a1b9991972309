import { reasonToKeep } from './sweep';

const agreed = { total: 10, shrunk: false, unnamed: 0 };

describe('reasonToKeep', () => {
  it('PAG-20: there is none when the counts agree', () => {
    expect(reasonToKeep(agreed, 10)).toBe('');
  });

  it.each([
    ['the peer does not count', { ...agreed, total: null }, 10, 'no X-Total-Count'],
    ['fewer were listed than there are', agreed, 9, '9 different objects were listed, X-Total-Count is 10'],
    ['more were listed than there are', agreed, 11, '11 different objects'],
    ['objects left during the crawl', { ...agreed, shrunk: true }, 10, 'fell during the crawl'],
    ['one of them cannot be told by name', { ...agreed, unnamed: 1 }, 10, '1 objects cannot be told'],
  ])('PAG-20: nothing is removed when %s', (_why, crawl, listed, reason) => {
    expect(reasonToKeep(crawl, listed)).toContain(reason);
  });
});
