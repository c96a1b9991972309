/** The services that are not called as the id of their module, which OCPI writes in one word. */
const NAMES: Readonly<Record<string, string>> = { chargingprofiles: 'charging-profiles', hubclientinfo: 'hub-client-info' };

/** The service, and the folder below services/, that owns a module. */
export function serviceOf(module: string): string {
  return NAMES[module] ?? module;
}
