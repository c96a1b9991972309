import type { ProcessGroup } from '../process/process-group';
import type { ProcessExit } from '../process/supervised-process';
import type { OnProgress, PartName } from './part-progress';

/** What starting any part needs. */
export interface PartContext {
  /** Data and logs go below it; may be deleted when nothing runs. A second start on it finds the data of the first. */
  readonly dataDir: string;
  /** Looked at for MONGODB_URI, KAFKA_BROKERS, KAFKA_HOME, JAVA_HOME, PATH, XDG_CACHE_HOME (default: `process.env`). */
  readonly env?: NodeJS.ProcessEnv;
  readonly onProgress?: OnProgress;
  /** The part becomes a member of this group, which stops it. */
  readonly group: ProcessGroup;
  /** A part died by itself; it is being brought back on the same port and data. */
  readonly onKilled?: (part: PartName, exit: ProcessExit) => void;
  readonly onRestarted?: (part: PartName, pid: number) => void;
}
