import type { Report } from '../schema';
import type { StartSession } from './schema';

/** CMD-20: a connector is named together with its EVSE. */
export function connectorNeedsEvse({ evse_uid: evse, connector_id: connector }: Partial<StartSession>, report: Report): void {
  if (isGiven(connector) && !isGiven(evse)) report('/evse_uid', 'is required where connector_id is given');
}

function isGiven(value: string | null | undefined): boolean {
  return value !== undefined && value !== null;
}
