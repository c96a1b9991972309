import { fetchIntoCache, partCacheFolder } from './part-cache';
import type { PartName, ReportStep } from './part-progress';

/** How one part is looked for and fetched. `Install` says where its program lies. */
export interface PartRecipe<Install> {
  readonly part: PartName;
  readonly version: string;
  /** The variable that names a given one: the address of a running part, the file or folder of a tool. */
  readonly addressVariable: string;
  /** The ways for the reader of the error, in this order: given, PATH, fetch. */
  readonly ways: readonly string[];
  onPath(env: NodeJS.ProcessEnv): Promise<Install | undefined>;
  /** The install in a cache folder, or undefined when it is not complete there. */
  inFolder(folder: string): Promise<Install | undefined>;
  /** Fetches it into an empty folder and checks its checksum. */
  fetch(folder: string, env: NodeJS.ProcessEnv, report: ReportStep): Promise<void>;
}

/** Where a part comes from: it runs already at an address, or it is to be started from an install. */
export type FoundPart<Install> =
  | { readonly source: 'address'; readonly address: string }
  | { readonly source: 'path' | 'cache' | 'fetched'; readonly install: Install };

/** The part was found in none of the three ways; the message names them. */
export class PartNotFoundError extends Error {
  override readonly name = 'PartNotFoundError';

  constructor(recipe: Pick<PartRecipe<unknown>, 'part' | 'version' | 'ways'>, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const ways = recipe.ways.map((way, index) => `  ${index + 1}. ${way}`).join('\n');
    super(
      `${recipe.part} ${recipe.version} was not found and could not be fetched: ${reason}\n` +
        `Give it in one of these ways:\n${ways}`,
      {
        cause,
      },
    );
  }
}

/**
 * Finds a part, in this order: the address in the environment, a program on PATH, the cache, a fetch into the cache.
 * Fails with {@link PartNotFoundError}.
 */
export async function findPart<Install>(
  recipe: PartRecipe<Install>,
  env: NodeJS.ProcessEnv,
  report: ReportStep,
): Promise<FoundPart<Install>> {
  const address = env[recipe.addressVariable]?.trim();
  if (address) return { source: 'address', address };
  const onPath = await recipe.onPath(env);
  if (onPath !== undefined) return { source: 'path', install: onPath };

  const cache = partCacheFolder(env);
  const name = `${recipe.part}-${recipe.version}`;
  const cached = await recipe.inFolder(`${cache}/${name}`);
  if (cached !== undefined) return { source: 'cache', install: cached };
  try {
    const folder = await fetchIntoCache(cache, {
      name,
      isComplete: async (filled) => (await recipe.inFolder(filled)) !== undefined,
      fill: (empty) => recipe.fetch(empty, env, report),
    });
    const install = await recipe.inFolder(folder);
    if (install === undefined) throw new Error(`${folder} was changed while it was fetched`);
    report({ step: 'fetched', detail: folder });
    return { source: 'fetched', install };
  } catch (error) {
    throw new PartNotFoundError(recipe, error);
  }
}
