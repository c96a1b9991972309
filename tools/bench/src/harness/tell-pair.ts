import type { BenchContext } from './benchmark';
import { type Figure, valueOf } from './comparison';
import type { RoundPair } from './interleave';

/** Says how each round went: both values and their ratio. */
export function tellPair({ say, options }: BenchContext, what: string, measure: Figure['measure']): (round: number, pair: RoundPair) => void {
  return (round, { candidate, baseline }) => {
    const [ours, theirs] = [valueOf(candidate, measure), valueOf(baseline, measure)];
    say(`${what}, round ${round} of ${options.rounds}: ${ours.toPrecision(3)} to ${theirs.toPrecision(3)}, ratio ${(ours / theirs).toFixed(3)}`);
  };
}
