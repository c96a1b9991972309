import { Schema } from 'mongoose';

/** `full`: everything the peer lists. `delta`: what changed since the watermark. */
export type CrawlKind = 'full' | 'delta';

/** A crawl under way: its checkpoint after the last page that was taken whole, and what it counted so far. */
export interface Crawl {
  readonly id: string;
  readonly kind: CrawlKind;
  /** date_from; null: no window. */
  readonly from: Date | null;
  readonly started: Date;
  /** URL of the page to be asked for next; null: all pages were taken. */
  readonly next: string | null;
  /** Pages taken. */
  readonly page: number;
  /** Objects listed, of these stored (new or changed), refused, and older than what is stored. */
  readonly seen: number;
  readonly stored: number;
  readonly refused: number;
  readonly stale: number;
  /** Objects so broken that it cannot be told which they are. */
  readonly unnamed: number;
  /** Largest last_updated. */
  readonly newest: Date | null;
  /** X-Total-Count of the last page; null where the peer sends none. */
  readonly total: number | null;
  /**
   * X-Total-Count fell between two pages: objects left, later ones moved up, some may have been passed over (PAG-17).
   */
  readonly shrunk: boolean;
}

/** Counts since the job began to exist; crawls are complete ones. */
export interface Totals {
  readonly seen: number;
  readonly stored: number;
  readonly refused: number;
  readonly pages: number;
  readonly full: number;
  readonly delta: number;
}

/** What a complete full crawl found to be gone. */
export interface Vanished {
  readonly checked: Date;
  /** Different objects that the peer lists, and its X-Total-Count. */
  readonly listed: number;
  readonly total: number | null;
  /** Objects of the peer here that it lists no more, of these removed; the first of their keys. */
  readonly objects: number;
  readonly removed: number;
  readonly keys: readonly string[];
  /** Why none was removed; empty where there was no reason not to. */
  readonly kept: string;
}

/** One module of one peer. */
export interface JobDocument {
  /** `peer|module`. */
  readonly _id: string;
  readonly peer: string;
  readonly module: string;
  /** What the list depends on: endpoint, version, parties. */
  readonly source: string;
  readonly crawl: Crawl | null;
  readonly dueFull: Date;
  readonly dueDelta: Date;
  /** Not to be tried before; null when the last attempt went well. */
  readonly retryAt: Date | null;
  /** Failures in a row since a page was taken. */
  readonly failures: number;
  /** Crawls given up in a row. */
  readonly restarts: number;
  /** Why the last attempt failed; empty when it did not. */
  readonly lastError: string;
  readonly watermark: Date | null;
  /** The last complete crawl was repeated because its list shrank. */
  readonly repeated: boolean;
  readonly totals: Totals;
  /** Of the last complete full crawl. */
  readonly vanished: Vanished | null;
}

const whole = { type: Number, required: true };
const instant = { type: Date, required: true };
const text = { type: String, required: true };

/** The collection `crawls`. */
export const jobSchema = new Schema(
  {
    _id: text,
    peer: text,
    module: text,
    source: { type: String },
    crawl: { type: Schema.Types.Mixed, default: null },
    dueFull: instant,
    dueDelta: instant,
    retryAt: { type: Date, default: null },
    failures: whole,
    restarts: whole,
    lastError: { type: String },
    watermark: { type: Date, default: null },
    repeated: { type: Boolean, required: true },
    totals: { seen: whole, stored: whole, refused: whole, pages: whole, full: whole, delta: whole },
    vanished: { type: Schema.Types.Mixed, default: null },
  },
  { versionKey: false },
);
jobSchema.index({ peer: 1, module: 1 }, { name: 'by_peer', unique: true });

/** When the job has something to do, epoch milliseconds. */
export function dueAt({ crawl, dueFull, dueDelta, retryAt }: JobDocument): number {
  const due = crawl === null ? Math.min(dueFull.getTime(), dueDelta.getTime()) : 0;
  return Math.max(due, retryAt?.getTime() ?? 0);
}
