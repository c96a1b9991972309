import { judge } from './summary';

const good = {
  rounds: 20, writes: 4_000, lost: 0, regressions: 0, duplicates: 10, deliveries: 10_000, convergence_s: 10, seed: 1, targets: { relay: 20 }, crash_points: { 'relay.published': 1 },
  memory_mb: 200, memory_of: 'chaos/gateway',
};

describe('what a run may show', () => {
  it('is all as promised up to 0.1 % duplicates and 10 s', () => {
    expect(judge(good)).toEqual([]);
  });

  it.each([
    ['lost', { lost: 1 }],
    ['regressions', { regressions: 1 }],
    ['duplicates', { duplicates: 11 }],
    ['late', { convergence_s: 10.01 }],
    ['unreached', { crash_points: { 'relay.published': 1, 'relay.publishing': 0 } }],
  ])('%s', (verdict, change) => {
    expect(judge({ ...good, ...change }).map((finding) => finding.verdict)).toEqual([verdict]);
  });
});
