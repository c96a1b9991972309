import type { mongo } from 'mongoose';
import type { ModuleDeclaration } from '@roamgrid/modules';
import {
  RoamgridError,
  type Attempt,
  type Clock,
  type CountedReply,
  type DeadLetter,
  type Handlers,
  type Logger,
  type OwedRow,
  type PausedPeer,
  type PeerDirectory,
  type PeerModule,
  type PushOperationsCalls,
  type ReplayRequest,
} from '@roamgrid/runtime';
import type { AttemptDocument } from '../attempts/attempt-document';
import { readAttempts } from '../attempts/read-attempts';
import type { Backlogs } from '../backlog/backlogs';
import type { PeerControls } from '../control/peer-controls';
import type { LaneHost } from '../lane/lane-host';
import { deadLetters, type DeadRow } from '../rows/dead-letters';
import type { DeliveryRow } from '../rows/delivery-row';
import type { DeliveryRows } from '../rows/delivery-rows';
import type { OwedOverview } from '../rows/owed-overview';
import { pageLimit, readCursor, writeCursor } from './page-cursor';
import { replayChoice } from './replay-choice';
import { stoppedWhy } from './stopped-why';

export interface PushOperationsOptions {
  readonly directory: Pick<PeerDirectory, 'peer'>;
  /** What is pushed. */
  readonly modules: readonly ModuleDeclaration[];
  readonly rows: DeliveryRows;
  readonly rowCollection: mongo.Collection<DeliveryRow>;
  readonly owed: OwedOverview;
  readonly attempts: mongo.Collection<AttemptDocument>;
  readonly backlogs: Pick<Backlogs, 'resend'>;
  readonly controls: PeerControls;
  readonly lanes: { host(peer: string): LaneHost | undefined; wake(peers: Iterable<string>): void };
  readonly clock: Clock;
  readonly logger: Logger;
}

type Calls = Handlers<PushOperationsCalls>;

/**
 * What an operator sees of the pushing and does about it, at whichever replica: all of it goes by the store, where the replica that
 * runs the lane finds it within a second.
 */
export class PushOperations implements Calls {
  readonly #options: PushOperationsOptions;

  constructor(options: PushOperationsOptions) {
    this.#options = options;
  }

  readonly Owed: Calls['Owed'] = async ({ peer_id }) => {
    const { owed, controls, lanes } = this.#options;
    const counts = await owed.read();
    const asked = peer_id === '' ? counts : counts.filter(({ peer }) => peer === peer_id);
    const rows = asked.map(
      ({ peer, module, owed, dead, oldest, next }): OwedRow => ({
        ...{ peer_id: peer, module, owed, dead, oldest, next },
        stopped: stoppedWhy(controls.of(peer), lanes.host(peer)?.heldWhy(module) ?? ''),
      }),
    );
    return { rows };
  };

  readonly DeadLetters: Calls['DeadLetters'] = async ({ peer_id: peer, module, limit, after }) => {
    const most = pageLimit(limit);
    const rows = await deadLetters(this.#options.rowCollection, { peer, module }, most, readCursor(after));
    const last = rows.length === most ? rows.at(-1) : undefined;
    const next = last ? writeCursor({ at: last.failure.at.getTime(), id: last._id }) : '';
    return { dead_letters: rows.map(deadLetterOf), next };
  };

  readonly Attempts: Calls['Attempts'] = async ({ peer_id: peer, module, key, limit, after }) => {
    const most = pageLimit(limit);
    const found = await readAttempts(this.#options.attempts, { peer, module, key }, most, after);
    return { attempts: found.map(attemptOf), next: found.length === most ? (found.at(-1)?._id ?? '') : '' };
  };

  readonly Replay: Calls['Replay'] = async (request: ReplayRequest) => {
    const { rows, lanes, clock, logger } = this.#options;
    const peer = this.#peer(request);
    const { choice, modules } = replayChoice(request, this.#modules(request));
    const count = await rows.replay(peer, modules, choice, clock.now());
    logger.info({ peer, modules, choice, rows: count }, 'rows are owed again, as an operator wants');
    lanes.wake([peer]);
    return { count };
  };

  readonly RetryNow: Calls['RetryNow'] = async (request: PeerModule) => {
    const { rows, controls, clock, logger } = this.#options;
    const peer = this.#peer(request);
    const modules = this.#modules(request).map(({ id }) => id);
    const count = await rows.hasten(peer, modules, 'all', clock.now());
    await controls.urge(peer);
    logger.info({ peer, modules, rows: count }, 'rows go now, as an operator wants');
    return { count };
  };

  readonly Resync: Calls['Resync'] = async (request: PeerModule) => {
    const { backlogs, controls, logger } = this.#options;
    const peer = this.#peer(request);
    const modules = this.#modules(request).map(({ id }) => id);
    const count = await backlogs.resend(peer, modules);
    await controls.urge(peer);
    logger.info({ peer, modules }, 'everything is sent again, as an operator wants');
    return { count };
  };

  readonly Pause: Calls['Pause'] = async (request: PausedPeer): Promise<CountedReply> => {
    const { controls, logger } = this.#options;
    const peer = this.#peer(request);
    const isNew = await controls.pause(peer, request.reason);
    logger.warn({ peer, reason: request.reason }, 'paused by an operator: nothing is sent until it is resumed');
    return { count: isNew ? 1 : 0 };
  };

  readonly Resume: Calls['Resume'] = async (request: PausedPeer): Promise<CountedReply> => {
    const { controls, lanes, logger } = this.#options;
    const peer = this.#peer(request);
    const wasPaused = await controls.resume(peer);
    if (wasPaused) logger.info({ peer }, 'resumed by an operator');
    lanes.wake([peer]);
    return { count: wasPaused ? 1 : 0 };
  };

  /** Throws peer.unknown. */
  #peer({ peer_id }: { readonly peer_id: string }): string {
    const peer = this.#options.directory.peer(peer_id);
    if (!peer || peer.state === 'removed') throw new RoamgridError('peer.unknown', `no peer "${peer_id}"`);
    return peer_id;
  }

  /** Those that are meant. Throws parameter.invalid. */
  #modules({ module }: { readonly module: string }): readonly ModuleDeclaration[] {
    const { modules } = this.#options;
    if (module === '') return modules;
    const one = modules.filter(({ id }) => id === module);
    if (one.length > 0) return one;
    throw new RoamgridError('parameter.invalid', `module: "${module}" is not pushed, only ${modules.map(({ id }) => id).join(', ')}`);
  }
}

function deadLetterOf({ peer, module, key, rev, failure }: DeadRow): DeadLetter {
  const { at, reason, http, ocpi, response } = failure;
  return { peer_id: peer, module, key, rev, at: at.getTime(), reason, http, ocpi, response };
}

function attemptOf({ peer, at, millis, reason = '', response = '', ...said }: AttemptDocument): Attempt {
  const { module, key, rev, method, http, ocpi, outcome } = said;
  const milliseconds = Math.round(millis);
  return { peer_id: peer, at: at.getTime(), module, key, rev, method, http, ocpi, milliseconds, outcome, reason, response };
}
