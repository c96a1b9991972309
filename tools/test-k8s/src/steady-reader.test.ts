import { countsBetween } from './steady-reader';

describe('counts of the steady reader', () => {
  it('between two looks are what came in between', () => {
    const before = { requests: 100, failed: 2, failures: { ECONNRESET: 2 } };
    const after = { requests: 150, failed: 5, failures: { ECONNRESET: 2, 'status 503': 3 } };
    expect(countsBetween(before, after)).toEqual({ requests: 50, failed: 3, failures: { 'status 503': 3 } });
  });
});
