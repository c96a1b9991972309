import { newest, nextWatermark } from './watermark';

const started = new Date('2026-01-01T12:00:00Z');
const at = (minutes: number): Date => new Date(started.getTime() + minutes * 60_000);

describe('newest', () => {
  it('keeps the later one', () => {
    expect(newest(null, at(-10).getTime(), started)).toEqual(at(-10));
    expect(newest(at(-10), at(-5).getTime(), started)).toEqual(at(-5));
    expect(newest(at(-5), at(-10).getTime(), started)).toEqual(at(-5));
  });

  it('TRN-76: a last_updated far in the future says nothing, one that could not be read neither', () => {
    expect(newest(at(-10), Date.UTC(2099, 0, 1), started)).toEqual(at(-10));
    expect(newest(at(-10), at(4).getTime(), started)).toEqual(at(4));
    expect(newest(null, 0, started)).toBeNull();
  });
});

describe('nextWatermark', () => {
  it('is the newest last_updated seen', () => {
    expect(nextWatermark(null, at(-10), started)).toEqual(at(-10));
    expect(nextWatermark(at(-10), at(-5), started)).toEqual(at(-5));
  });

  it('TRN-76: never lies after the start of the crawl: what was listed first may have changed since', () => {
    expect(nextWatermark(at(-10), at(3), started)).toEqual(started);
  });

  it('does not go back, and stays where nothing was seen', () => {
    expect(nextWatermark(at(-5), at(-10), started)).toEqual(at(-5));
    expect(nextWatermark(at(-5), null, started)).toEqual(at(-5));
    expect(nextWatermark(null, null, started)).toBeNull();
  });
});
