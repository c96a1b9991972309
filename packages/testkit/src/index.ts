export { FreePorts, freePort } from './process/free-port';
export { logTail } from './process/log-tail';
export { type ParentDeath, parentDeath, parentDeathSignal, parentDeathWatcher } from './process/parent-death';
export { portAnswers } from './process/port-answers';
export { ProcessGroup, type SignalSource, type Stoppable } from './process/process-group';
export {
  type ProcessExit,
  type ProcessSpec,
  type ProcessState,
  promptRestart,
  type RestartPolicy,
  SupervisedProcess,
} from './process/supervised-process';
export { type WaitOptions, waitUntil } from './process/wait-until';
export { findPart, type FoundPart, PartNotFoundError } from './parts/find-part';
export { helmRecipe } from './parts/go-program-recipe';
export { type KafkaInstall, kafkaRecipe } from './parts/kafka-recipe';
export { type MongodInstall, mongodRecipe } from './parts/mongod-recipe';
export { type ChartTools, findChartTools } from './parts/find-chart-tools';
export { partCacheFolder } from './parts/part-cache';
export type { PartContext } from './parts/part-context';
export type { OnProgress, PartName, PartProgress } from './parts/part-progress';
export { REPLICA_SET } from './parts/replica-set';
export { type KafkaOptions, type StartedKafka, startKafka } from './parts/start-kafka';
export { type MongodOptions, type StartedMongod, startMongod } from './parts/start-mongod';
export { type Parts, startParts, type StartPartsOptions } from './parts/start-parts';
export { contractOfEvents, type ReadEvent } from './platform/event-contract';
export { comparePlatforms, type Comparison, type ObjectLister } from './platform/compare-platforms';
export { type LargestMemory, MemoryWatch } from './platform/memory-watch';
export { configurePlatform, type PartySpec, type PlatformSpec } from './platform/platform-config';
export { type Platform, startPlatform, type StartPlatformOptions } from './platform/start-platform';
export { MutatedTree } from './mutants/mutated-tree';
export type { PlantedBug } from './mutants/planted-bug';
export { type Answer, HandshakePeer, type ReceivedCall, sendEnvelope } from './peer/handshake-peer';
export { SeededRandom } from './random/seeded-random';
export {
  type DescribedObject,
  type ImportLine,
  type ImportSummary,
  type ModuleStatus,
  type PlatformStatus,
  RoamingApiClient,
} from './platform/roaming-api-client';
