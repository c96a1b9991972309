import type { PlantedBug } from '@roamgrid/testkit';
import type { Target } from '../faults/fault';
import type { Verdict } from '../summary';

/** A bug to plant, and the run that has to find it. */
export interface Mutant extends PlantedBug {
  readonly target: Target;
  /** Rounds in which each kind of fault that brings it out has its turn. */
  readonly rounds: number;
  /** What the run may find it by. */
  readonly caughtBy: readonly Verdict[];
}

/** Rare ones are made less rare, so that a short run meets them. */
export const mutants: readonly Mutant[] = [
  {
    name: 'the relay drops one revision of 150',
    file: 'packages/changes/change-relay',
    find: 'batch.map(({ key, state }) => this.#message(key, state))',
    replace: 'batch.filter(() => (globalThis.passed = (globalThis.passed ?? 0) + 1) % 150 !== 0).map(({ key, state }) => this.#message(key, state))',
    target: 'relay',
    rounds: 3,
    caughtBy: ['lost'],
  },
  {
    name: 'a write is acknowledged 250 ms before it is committed',
    file: 'packages/store/write-batch',
    find: 'const failures = await this.#write(plans);',
    replace: 'const failures = new Map(); setTimeout(() => void this.#write(plans).catch(() => undefined), 250);',
    target: 'locations',
    rounds: 4,
    caughtBy: ['lost'],
  },
  {
    name: 'a write is acknowledged before it is in the journal',
    file: 'packages/store/connect-mongo',
    find: "writeConcern: { w: 'majority', journal: true },",
    replace: 'writeConcern: { w: 1, journal: false },',
    target: 'mongod',
    rounds: 5,
    caughtBy: ['lost', 'regressions'],
  },
  {
    name: 'the row is cleared before the peer has answered',
    file: 'services/push-dispatcher/lane/lane',
    find: "(0, runtime_1.crashPoint)('dispatcher.sending');",
    replace: `await this.#context.rows.settle(parcel.row._id, (0, row_updates_1.sentUpdate)(parcel.row._id, object.rev, new Date(), row_updates_1.NOTHING_SAID));
        (0, runtime_1.crashPoint)('dispatcher.sending');`,
    target: 'dispatcher',
    rounds: 4,
    caughtBy: ['lost'],
  },
  {
    name: 'changes are published without a fence',
    file: 'packages/changes/change-relay',
    find: '`${this.#topic}.relay`',
    replace: '`${this.#topic}.relay.${Math.random()}`',
    target: 'relay',
    rounds: 16, // the freeze comes every fifth round, and a frozen batch may hold only objects that nobody has changed since
    caughtBy: ['regressions'],
  },
  {
    name: 'the lanes of a process share one window',
    file: 'services/push-dispatcher/lane/lane',
    find: '#inFlight = 0;',
    replace: 'get #inFlight() { return globalThis.underWay ?? 0; } set #inFlight(count) { globalThis.underWay = count; }',
    target: 'dispatcher',
    rounds: 4,
    caughtBy: ['late', 'lost'],
  },
  {
    name: 'a checkpoint is written 300 ms before its page is taken',
    file: 'services/pull-scheduler/crawl-pages',
    find: 'await (0, take_page_1.takePage)(context, job, crawl, page, {',
    replace: `await (await context.jobs.checkpoint(job.id, crawl, {
                ...crawl,
                next: typeof page.next === 'string' ? page.next : null,
                newest: page.objects.length === 0 ? crawl.newest : new Date(Math.max(...page.objects.map((json) => Date.parse(JSON.parse(json).last_updated)))),
            }), await context.clock.sleep(300), take_page_1.takePage)(context, job, crawl, page, {`,
    target: 'scheduler',
    rounds: 30, // only a kill in one of those moments harms, and only what does not change again
    caughtBy: ['lost'],
  },
  {
    name: 'the place in the stream is stored before what stands there is published',
    file: 'packages/changes/change-relay',
    find: "(0, runtime_1.crashPoint)('relay.publishing');",
    replace: `const ahead = batch.at(-1);
            if (ahead) place.published({ token: ahead.token, until: ahead.at });
            await clock.sleep(PLACE_INTERVAL * 2);
            (0, runtime_1.crashPoint)('relay.publishing');`,
    target: 'relay',
    rounds: 3,
    caughtBy: ['lost'],
  },
  {
    name: 'offsets are committed 300 ms before the rows are written',
    file: 'packages/changes/change-consumer',
    find: 'if (!(await this.#accepts(changes, payload, over)))',
    replace: `payload.resolveOffset(batch.lastOffset());
        await payload.commitOffsetsIfNecessary({ topics: [{ topic: batch.topic, partitions: [{ partition: batch.partition, offset: String(Number(batch.lastOffset()) + 1) }] }] });
        await this.#options.clock.sleep(300);
        if (!(await this.#accepts(changes, payload, over)))`,
    target: 'dispatcher',
    rounds: 10,
    caughtBy: ['lost'],
  },
  {
    name: 'a lease is given to everybody who asks',
    file: 'packages/store/lease',
    find: 'return lease?.holder === holder ? lease.epoch : undefined;',
    replace: 'return lease?.epoch;',
    target: 'dispatcher',
    rounds: 2,
    caughtBy: ['duplicates', 'regressions'],
  },
];
