import type { InterfaceRole, OcpiVersion } from './define-module';

/**
 * Where a module's interface begins below our public URL: sender and receiver have separate URLs, so that no path is
 * ambiguous (VER-09).
 */
export function endpointPath(version: OcpiVersion, side: InterfaceRole, module: string): string {
  return `/ocpi/${version}/${side.toLowerCase()}/${module}`;
}

/** Where the results of a conversation arrive, below its sender endpoint; one segment follows that only the asked side knows. */
export const RESULTS = 'results';
