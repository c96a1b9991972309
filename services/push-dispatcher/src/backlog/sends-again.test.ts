import { cdrs, locations } from '@roamgrid/modules';
import { sendsAgain } from './backlog-document';

describe('sendsAgain', () => {
  it('is so once for each time that it was asked for', () => {
    expect(sendsAgain(locations, { done: 1, resend: 2 }, 2)).toBe(true);
    expect(sendsAgain(locations, { done: 2, resend: 2 }, 3)).toBe(false);
  });

  it('is not so for a backlog that began before, and still is for a later one that came first', () => {
    expect(sendsAgain(locations, { done: 1, resend: 3 }, 2)).toBe(false);
    expect(sendsAgain(locations, { done: 2, resend: 3 }, 4)).toBe(true);
  });

  it('is not so where it never was asked for', () => {
    expect(sendsAgain(locations, { done: 0, resend: undefined }, 1)).toBe(false);
    expect(sendsAgain(locations, { done: 0, resend: 0 }, 1)).toBe(false);
  });

  it('CDR-08 is never so for CDRs', () => {
    expect(sendsAgain(cdrs, { done: 1, resend: 2 }, 2)).toBe(false);
  });
});
