import TestSequencer from '@jest/test-sequencer';

/**
 * A fresh clone knows no durations, and jest would begin with the largest files. What starts platforms takes longest and begins
 * first, so that no worker is left alone with it at the end.
 */
const ORDER = ['/test/conformance/', '/test/fuzz/', '/test/integration/', '/trial/'];

export default class LongestFirstSequencer extends TestSequencer {
  sort(tests) {
    return super.sort(tests).toSorted((a, b) => rank(a) - rank(b));
  }
}

function rank({ path }) {
  const found = ORDER.findIndex((part) => path.includes(part));
  return found === -1 ? ORDER.length : found;
}
