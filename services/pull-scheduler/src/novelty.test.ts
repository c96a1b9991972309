import { Novelty } from './novelty';

describe('Novelty', () => {
  it('counts the pages in a row that list nothing new, empty ones too', () => {
    const novelty = new Novelty();
    const pages = [['a', 'b'], ['b'], ['a'], ['a', 'c'], [], ['c']];
    expect(pages.map((keys) => novelty.note('crawl 1', keys))).toEqual([0, 1, 2, 0, 1, 2]);
  });

  it('begins anew with another crawl', () => {
    const novelty = new Novelty();
    expect([novelty.note('crawl 1', ['a']), novelty.note('crawl 1', ['a']), novelty.note('crawl 2', ['a'])]).toEqual([0, 1, 0]);
  });
});
