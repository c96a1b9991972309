import { TARGETS } from '../../tools/chaos/src/faults/fault';
import { runChaos } from '../../tools/chaos/src/run-chaos';
import { judge, type Summary } from '../../tools/chaos/src/summary';

const SEED = Number(process.env['ROAMGRID_SEED'] ?? 1);
const ROUNDS = 20;
const STRIKES = 3;
/** The outer bound of a run that hangs: each round has a patience of its own. */
const BOUND = 1_800_000;
/** How late and how often twice depends on what else the machine does; `npm run chaos` judges these by the promise. */
const MOST_DUPLICATES = 0.05;

describe(`${ROUNDS} rounds of faults (seed ${SEED})`, () => {
  let summary: Summary;
  const said: string[] = [];

  beforeAll(async () => {
    const say = (text: string): void => {
      said.push(text);
      process.stderr.write(`${text}\n`);
    };
    summary = await runChaos({ seed: SEED, rounds: ROUNDS, targets: TARGETS, strikes: STRIKES, say });
    process.stdout.write(`${JSON.stringify(summary)}\n`);
  }, BOUND);

  const reasons = (verdict: string): string[] => judge(summary).filter((finding) => finding.verdict === verdict).map(({ reason }) => reason);

  it('every acknowledged write is stored, published, and delivered to every healthy peer', () => {
    expect(said).toEqual([]);
    expect(reasons('lost')).toEqual([]);
    expect(summary.rounds).toBeGreaterThanOrEqual(ROUNDS);
    expect(summary.writes).toBeGreaterThan(ROUNDS * 10);
  });

  it('no peer and no topic sees an older value after a newer one', () => {
    expect(reasons('regressions')).toEqual([]);
  });

  it('what is sent twice stays the exception', () => {
    expect(summary.duplicates).toBeLessThanOrEqual(summary.deliveries * MOST_DUPLICATES);
  });

  it('a process ended at every crash point', () => {
    expect(reasons('unreached')).toEqual([]);
  });
});
