/** What is needed and not ours: a part of the stack, or a tool of the chart's tests. */
export type PartName = 'mongod' | 'kafka' | ToolName;
export type ToolName = 'helm' | 'kubeconform' | 'kubernetes-schemas';

/** One step on the way to a running part. `done` of `total` (in `unit`) where the step can tell. */
export interface PartProgress {
  readonly part: PartName;
  readonly step: 'download' | 'verify' | 'unpack' | 'fetched' | 'start' | 'ready';
  readonly done?: number;
  readonly total?: number;
  readonly unit?: 'bytes' | 'files';
  /** Where the part was found, or which file is being fetched. */
  readonly detail?: string;
}

/** Receives the progress; the caller draws it. */
export type OnProgress = (progress: PartProgress) => void;

/** The same within one part. */
export type ReportStep = (step: Omit<PartProgress, 'part'>) => void;
