import type { PartitionOffsets, Place, TailBatch, TopicPartition } from '@roamgrid/changes';

/** The change topics as the feed reads them: one reader at their end for all clients, and readers of what was before. */
export interface ChangeSource {
  /** Whether the reader at the end knows where it stands. */
  readonly ready: boolean;
  /** Where the reader at the end goes on in each partition of a module. Each batch before it was handed to all listeners. */
  places(module: string): readonly Place[];
  /** Where it goes on in one partition. */
  next(partition: TopicPartition): number;
  /** Hears every batch at the end from now on, until the returned function is called. */
  listen(listener: (batch: TailBatch) => void): () => void;
  /** What the broker holds of the modules now. */
  held(modules: readonly string[]): Promise<readonly (PartitionOffsets & { readonly module: string })[]>;
  /** Reads partitions from given places until the signal ends, as fast as batches are accepted. */
  read(from: readonly Place[], accept: (batch: TailBatch) => Promise<void>, signal: AbortSignal): Promise<void>;
  /** The module of a topic. */
  moduleOf(topic: string): string;
}
