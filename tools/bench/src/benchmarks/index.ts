import type { Benchmark } from '../harness/benchmark';
import { authorizations } from './a1-authorizations';
import { arrivals } from './e1-arrivals';
import { deliveries } from './e2-deliveries';
import { isolation } from './i1-isolation';
import { overload } from './o1-overload';
import { pull } from './p1-pull';
import { storedPages } from './r1-stored-pages';
import { documents } from './r2-documents';
import { runningSessions } from './s1-running-sessions';
import { puts } from './w1-puts';

/** All benchmarks, in the order in which they run. A new one is one file and one line here. */
export const benchmarks: readonly Benchmark[] = [
  storedPages, documents, puts, arrivals, deliveries, isolation, pull, overload, authorizations, runningSessions,
];
