import { STATUS_CODES } from 'node:http';
import { errorCodes, RoamgridError } from '@roamgrid/runtime';
import { HttpProblem, problemTypes } from './problem';

describe('problem types', () => {
  it.each(Object.keys(errorCodes))('%s has an HTTP error status and a title', (code) => {
    const [status, title] = problemTypes[code as keyof typeof problemTypes];
    expect(status).toBeGreaterThanOrEqual(400);
    expect(STATUS_CODES[status]).toBeDefined();
    expect(title).not.toBe('');
  });
});

describe('HttpProblem.from', () => {
  it('keeps code and sentence of an error of the registry', () => {
    const problem = HttpProblem.from(
      new RoamgridError('party.not_yours', 'DE*XYZ is no party hosted by this platform'),
    );
    expect(problem.code).toBe('party.not_yours');
    expect(problem.message).toBe('DE*XYZ is no party hosted by this platform');
  });

  it.each([
    new Error('password=hunter2'),
    new RoamgridError('internal', 'password=hunter2'),
    'password=hunter2',
    undefined,
  ])('says nothing of the cause of a defect (%p)', (error) => {
    const problem = HttpProblem.from(error);
    expect(problem.code).toBe('internal');
    expect(problem.message).not.toContain('hunter2');
  });

  it('asks to come back where a part is away', () => {
    expect(HttpProblem.from(new RoamgridError('unavailable', 'away')).headers).toEqual({ 'retry-after': '1' });
  });

  it('takes a status only from errors of a body reader that it knows', () => {
    expect(HttpProblem.from(Object.assign(new Error('x'), { status: 413, limit: 5 })).message).toBe(
      'the body is larger than 5 bytes',
    );
    expect(HttpProblem.from(Object.assign(new Error('x'), { status: 415 })).code).toBe('media_type.unsupported');
    expect(HttpProblem.from(Object.assign(new Error('x'), { status: 200 })).code).toBe('internal');
  });
});
