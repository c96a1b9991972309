import type { ModuleDeclaration } from '@roamgrid/modules';
import { objectKey } from '@roamgrid/ocpi';
import { RoamgridError, type Client, type ObjectsCalls, type PutResult } from '@roamgrid/runtime';
import type { PullTarget } from './pull-jobs';

/** Most objects and bytes of one call to a module's service. */
const PART_OBJECTS = 200;
const PART_BYTES = 4 * 1024 * 1024;
/** Larger than any OCPI object; refused here, so that it cannot hold up the crawl. */
const OBJECT_BYTES = 8 * 1024 * 1024;
/** Largest refused object that is read once more, to tell which it is. */
const READABLE_BYTES = 256 * 1024;

/** What became of one object of a page. */
export interface Ingested {
  readonly bytes: Buffer;
  readonly outcome: PutResult['outcome'];
  /** `CC*PID*id`; empty where the object is too broken to tell. */
  readonly key: string;
  readonly code: string;
  readonly message: string;
  /** Epoch milliseconds; 0 when it could not be read. */
  readonly lastUpdated: number;
}

/**
 * Hands the objects of a page to the module's service, in parts side by side, as the peer's own writes; each is
 * judged there on its own (TRN-42, TRN-71). Throws only when the service is away or at fault for a whole part: then
 * nothing is known of the page and it is to be taken again. `singly` says that this was so before: then a part that
 * the service breaks at is taken object by object, so that a single one that does it holds up no other.
 */
export async function ingestPage(
  objects: Client<ObjectsCalls>,
  job: PullTarget,
  page: readonly Buffer[],
  options: { readonly timeout: number; readonly singly: boolean },
): Promise<Ingested[]> {
  const taken = await Promise.allSettled(parts(page).map((part) => takePart(objects, job, part, options)));
  // Only when all have ended may the page be taken again.
  return taken.flatMap((part) => {
    if (part.status === 'rejected') throw part.reason;
    return part.value;
  });
}

async function takePart(
  objects: Client<ObjectsCalls>,
  job: PullTarget,
  part: readonly Buffer[],
  options: { readonly timeout: number; readonly singly: boolean },
): Promise<Ingested[]> {
  const isTooLarge = part.some((bytes) => bytes.length > OBJECT_BYTES);
  const results = isTooLarge ? part.map(tooLarge) : await putPart(objects, job, part, options);
  return results.map((result, i) => ingested(job.module, part[i] ?? Buffer.alloc(0), result));
}

/** Cuts a page into parts; an object that is too large stands alone. */
export function parts(page: readonly Buffer[]): Buffer[][] {
  const cut: Buffer[][] = [];
  let bytes = PART_BYTES;
  for (const object of page) {
    const last = cut.at(-1);
    bytes += object.length;
    if (last && last.length < PART_OBJECTS && bytes <= PART_BYTES) last.push(object);
    else {
      cut.push([object]);
      bytes = object.length;
    }
  }
  return cut;
}

async function putPart(
  objects: Client<ObjectsCalls>,
  { caller, version }: PullTarget,
  part: readonly Buffer[],
  { timeout, singly }: { readonly timeout: number; readonly singly: boolean },
): Promise<readonly PutResult[]> {
  const put = async (bytes: readonly Buffer[]): Promise<readonly PutResult[]> => {
    const { results } = await objects.PutMany({ caller, version, objects: bytes }, { timeout });
    if (results.length === bytes.length) return results;
    throw new RoamgridError('internal', `PutMany: ${results.length} results for ${bytes.length} objects`);
  };
  try {
    return await put(part);
  } catch (error) {
    if (!singly || RoamgridError.from(error).code !== 'internal') throw error;
    return putSingly(put, part, error);
  }
}

/** One by one; blames single objects where others of the part pass. */
async function putSingly(
  put: (bytes: readonly Buffer[]) => Promise<readonly PutResult[]>,
  part: readonly Buffer[],
  failure: unknown,
): Promise<readonly PutResult[]> {
  const results: PutResult[] = [];
  for (const bytes of part) {
    try {
      results.push(...(await put([bytes])));
    } catch (error) {
      const { code, message } = RoamgridError.from(error);
      if (code !== 'internal') throw error;
      results.push({ outcome: 'refused', key: '', code, message, last_updated: 0 });
    }
  }
  if (results.every(({ code }) => code === 'internal')) throw failure; // not an object is at fault, the service is
  return results;
}

function tooLarge(bytes: Buffer): PutResult {
  const message = `an object of ${bytes.length} bytes, expected at most ${OBJECT_BYTES}`;
  return { outcome: 'refused', key: '', code: 'body.too_large', message, last_updated: 0 };
}

function ingested(module: ModuleDeclaration, bytes: Buffer, result: PutResult): Ingested {
  const { outcome, code, message, last_updated } = result;
  const key = result.key === '' ? keyIn(module, bytes) : result.key;
  return { bytes, outcome, key, code, message, lastUpdated: last_updated };
}

/** The key of a refused object as far as it can be read: a broken object is not a vanished one. */
function keyIn(module: ModuleDeclaration, bytes: Buffer): string {
  const object = bytes.length > READABLE_BYTES ? null : parse(bytes);
  const [country_code, party_id, ...ids] = module.key.map((field) => object?.[field]);
  if (!isName(country_code) || !isName(party_id) || !ids.every(isName)) return '';
  return objectKey({ country_code, party_id }, ...ids);
}

function parse(bytes: Buffer): Readonly<Record<string, unknown>> | null {
  try {
    return JSON.parse(bytes.toString('utf8')) as Readonly<Record<string, unknown>> | null;
  } catch {
    return null; // that is why it was refused
  }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
