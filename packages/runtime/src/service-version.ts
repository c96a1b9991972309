import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * `roamgrid 0.1.0 (abc123)`: what the image was built as (ROAMGRID_VERSION, ROAMGRID_REVISION), in a checkout the version
 * of its package.json.
 */
export function serviceVersion(env: NodeJS.ProcessEnv): string {
  const revision = env['ROAMGRID_REVISION'];
  const version = env['ROAMGRID_VERSION'] || versionOfCheckout(__dirname);
  return `roamgrid ${version}${revision ? ` (${revision})` : ''}`;
}

/** The version of the workspace, which is the first folder upwards that holds its lock file. */
function versionOfCheckout(from: string): string {
  if (existsSync(join(from, 'pnpm-workspace.yaml'))) {
    return (JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')) as { version: string }).version;
  }
  const parent = dirname(from);
  return parent === from ? 'of unknown version' : versionOfCheckout(parent);
}
