import { SendWindow, type Sign, type WindowPass } from './send-window';

const MOST = 64;

describe('SendWindow', () => {
  let window: SendWindow;
  let now: number;

  beforeEach(() => {
    window = new SendWindow(MOST);
    now = 1_000;
  });

  /** A window full of requests that all end in the same way after so long. */
  function round(sign: Sign, millis: number, fill = window.size): void {
    now += 1;
    const passes = Array.from({ length: fill }, (_, i) => window.start(now, i + 1));
    now += millis;
    for (const pass of passes) window.end(pass, sign, now, millis);
  }

  const rounds = (count: number, sign: Sign, millis: number): number[] =>
    Array.from({ length: count }, () => (round(sign, millis), window.size));

  /** One request of an open window, as if the others were under way. */
  const send = (): WindowPass => window.start(now, window.size);

  it('begins with few and has all that is allowed after a few rounds of answers', () => {
    const sizes = [window.size];
    while (window.size < MOST && sizes.length < 10) {
      for (let i = window.size; i > 0; i -= 1) window.end(send(), 'well', (now += 1), 1);
      sizes.push(window.size);
    }
    expect(sizes).toEqual([4, 8, 16, 32, 64]);
    round('well', 1);
    expect(window.size).toBe(MOST);
  });

  it('never allows more than it may, however few that is', () => {
    window = new SendWindow(2);
    expect(window.size).toBe(2);
    expect(rounds(3, 'well', 1)).toEqual([2, 2, 2]);
  });

  it('does not grow while it is not used', () => {
    for (let i = 0; i < 100; i += 1) window.end(window.start(now, 1), 'well', (now += 1), 1);
    expect(window.size).toBe(4);
  });

  it('halves at a strain, once for all that was under way, and then grows by one a round', () => {
    window = new SendWindow(16);
    while (window.size < 16) window.end(send(), 'well', (now += 1), 1);
    const underWay = [send(), send(), send()];
    now += 5;
    for (const pass of underWay) window.end(pass, 'strained', now, 5);
    expect(window.size).toBe(8);
    now += 1;
    const sizes: number[] = [];
    for (let i = 0; i < 9 + 10; i += 1) {
      window.end(send(), 'well', (now += 1), 1);
      sizes.push(window.size);
    }
    expect(sizes.at(8)).toBe(9);
    expect(sizes.at(-1)).toBe(10);
  });

  it('goes down to one request while a peer takes none, and comes back', () => {
    const sizes = Array.from({ length: 4 }, () => {
      const pass = send();
      window.end(pass, 'strained', (now += 10), 10);
      now += 1;
      return window.size;
    });
    expect(sizes).toEqual([2, 1, 1, 1]);
    for (let i = 0; i < 100; i += 1) window.end(send(), 'well', (now += 10), 10);
    expect(window.size).toBeGreaterThan(8);
  });

  it('shrinks when answers grow slow with it, but not below where it began', () => {
    while (window.size < MOST) window.end(send(), 'well', (now += 1), 20);
    const sizes = rounds(12, 'well', 2_000);
    expect(sizes[0]).toBe(32);
    expect(Math.min(...sizes)).toBe(4);
  });

  it('takes a peer that always was slow for what it is, and does not mind trembling of quick ones', () => {
    while (window.size < MOST) window.end(send(), 'well', (now += 1), 3_000);
    expect(window.size).toBe(MOST);
    window = new SendWindow(MOST);
    for (let i = 0; i < 500; i += 1) window.end(send(), 'well', (now += 1), i % 10 === 0 ? 900 : 1);
    expect(window.size).toBe(MOST);
  });

  it('forgets how quick a peer once was', () => {
    while (window.size < MOST) window.end(send(), 'well', (now += 1), 20);
    now += 200_000;
    rounds(30, 'well', 2_000);
    expect(window.size).toBeGreaterThan(16);
  });

  it('learns nothing from what says nothing about it', () => {
    for (let i = 0; i < 10; i += 1) window.end(send(), 'none', (now += 1), 5_000);
    expect(window.size).toBe(4);
  });
});
