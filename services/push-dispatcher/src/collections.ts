import type { Connection, mongo } from 'mongoose';
import { openAttempts, type AttemptDocument } from './attempts/attempt-document';
import { openBacklogs, type BacklogDocument } from './backlog/backlog-document';
import { openControls, type PeerControl } from './control/peer-control';
import type { DispatcherConfig } from './dispatcher-config';
import { openNews, type NewsDocument } from './replicas/news';
import { openReplicas, type ReplicaDocument } from './replicas/replicas';
import { openRows, type DeliveryRow } from './rows/delivery-row';

/** What the dispatcher keeps. */
export interface Collections {
  readonly rows: mongo.Collection<DeliveryRow>;
  readonly backlogs: mongo.Collection<BacklogDocument>;
  readonly attempts: mongo.Collection<AttemptDocument>;
  readonly controls: mongo.Collection<PeerControl>;
  readonly replicas: mongo.Collection<ReplicaDocument>;
  readonly news: mongo.Collection<NewsDocument>;
}

/** Makes sure that all collections and their indexes exist. */
export async function openCollections(connection: Connection, config: Pick<DispatcherConfig, 'attempts'>): Promise<Collections> {
  const [rows, backlogs, attempts, controls, replicas, news] = await Promise.all([
    openRows(connection),
    openBacklogs(connection),
    openAttempts(connection, config.attempts.keep),
    openControls(connection),
    openReplicas(connection),
    openNews(connection),
  ]);
  return { rows, backlogs, attempts, controls, replicas, news };
}
