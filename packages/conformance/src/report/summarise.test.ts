import { defineCheck } from '../check/define-check';
import type { CheckResult } from '../check/run-check';
import { summarise } from './summarise';

const check = (...ids: string[]): CheckResult['check'] =>
  defineCheck({ ids, title: ids.join(), run: () => Promise.resolve() });
const passed = (...ids: string[]): CheckResult => ({ check: check(...ids), outcome: 'passed' });
const failed = (...ids: string[]): CheckResult => ({
  check: check(...ids),
  outcome: 'failed',
  expected: 'a',
  seen: 'b',
});
const skipped = (...ids: string[]): CheckResult => ({ check: check(...ids), outcome: 'not covered', reason: 'why' });

describe('summarise', () => {
  it('counts a row as failed when one of its checks failed, whatever the others did', () => {
    const summary = summarise([passed('VER-01', 'VER-02'), failed('VER-02'), skipped('VER-02')]);
    expect(summary).toMatchObject({ passed: ['VER-01'], failed: ['VER-02'] });
    const versions = summary.areas.find(({ area }) => area === 'VER');
    expect(versions).toMatchObject({ rows: 20, passed: 1, failed: 1, uncovered: 18 });
  });

  it('says why a row is not covered: as its checks said, else as it is on file', () => {
    const { uncovered, passed: done } = summarise([skipped('PAG-21'), skipped('VER-03'), passed('VER-03')]);
    expect(uncovered).toMatchObject({
      'PAG-21': 'why',
      'TRN-58': 'takes hours to observe',
      'VER-01': 'its checks were not run',
    });
    expect(done).toEqual(['VER-03']);
  });

  it('has every row once', () => {
    const { passed: done, failed: wrong, uncovered } = summarise([passed('VER-01')]);
    expect(done.length + wrong.length + Object.keys(uncovered).length).toBe(692);
  });
});
