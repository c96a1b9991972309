import { appendFileSync, closeSync, openSync, readFileSync, rmSync } from 'node:fs';

/** Every place at which a fault run can end or freeze a process: between two steps that must not be told apart afterwards. */
export const CRASH_POINTS = [
  'gateway.answering',
  'roaming-api.answering',
  'object.committing',
  'object.committed',
  'relay.publishing',
  'relay.published',
  'dispatcher.owed',
  'dispatcher.sending',
  'dispatcher.answered',
  'dispatcher.backlog-page',
  'scheduler.page-taken',
  'scheduler.checkpointed',
] as const;

export type CrashPoint = (typeof CRASH_POINTS)[number];

/** The variable that names the file by which a process is armed. */
export const CRASH_FILE = 'ROAMGRID_CRASH_FILE';
/** What the name of the file ends in, in which a process notes the point that it has reached. */
export const REACHED = '.reached';

interface Armed {
  readonly point: string;
  readonly signal: NodeJS.Signals;
  /** The first process that makes this file is the one that is struck; empty: whoever comes there is. */
  readonly claim: string;
  passes: number;
}

let armed: Armed | undefined;
const file = process.env[CRASH_FILE];
if (file !== undefined) listen(file);

/**
 * Does nothing, unless ROAMGRID_CRASH_FILE names a file that says `<point>:<pass>:<signal>`, such as
 * `relay.published:3:SIGKILL`: then the process sends itself that signal when it passes this point for the third time. Where a
 * `:<claim>` follows, the name of another file, only the first of all processes does that are armed with it. The file is read at the start and at each SIGUSR2, and is gone once it is read, so that the process lives when it is started again. An
 * empty file disarms.
 */
export function crashPoint(point: CrashPoint): void {
  if (armed?.point === point) pass(armed);
}

function listen(path: string): void {
  arm(path);
  process.on('SIGUSR2', () => arm(path));
}

function arm(path: string): void {
  const text = take(path);
  if (text === undefined) return;
  const [point = '', passes = '', signal = '', ...claim] = text.trim().split(':');
  armed = point === '' ? undefined : { point, passes: Number(passes), signal: signal as NodeJS.Signals, claim: claim.join(':') };
}

function take(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    rmSync(path);
    return text;
  } catch {
    return undefined; // nothing is armed
  }
}

function pass(found: Armed): void {
  found.passes -= 1;
  if (found.passes > 0) return;
  armed = undefined;
  if (!isFirst(found.claim)) return;
  appendFileSync(`${file}${REACHED}`, `${found.point}\n`);
  process.kill(process.pid, found.signal);
}

function isFirst(claim: string): boolean {
  if (claim === '') return true;
  try {
    closeSync(openSync(claim, 'wx'));
    return true;
  } catch {
    return false; // it is there: another process has been struck
  }
}
