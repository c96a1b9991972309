import { listOf, maybe, object, one, openEnumOf, some, url, type Static } from '../schema';

/** Versions we know the names of (VER-02); a peer's list may hold others (VER-12). */
export const VersionNumber = openEnumOf('VersionNumber', ['2.0', '2.1', '2.1.1', '2.2', '2.2.1', '2.3.0']);
export type VersionNumber = Static<typeof VersionNumber>;

/** Module ids we know; a peer's list may hold others (VER-12, VER-13). */
export const ModuleID = openEnumOf('ModuleID', [
  'cdrs',
  'chargingprofiles',
  'commands',
  'credentials',
  'hubclientinfo',
  'locations',
  'sessions',
  'tariffs',
  'tokens',
]);
export type ModuleID = Static<typeof ModuleID>;

/** Side of a module; a peer's list may hold others, which nobody then selects. */
const EndpointRole = openEnumOf('InterfaceRole', ['SENDER', 'RECEIVER']);

export const Version = object('Version', { version: one(VersionNumber), url: one(url) });
export type Version = Static<typeof Version>;

/** `role` is absent in the shape of 2.1.1; ours always has it (VER-03). */
export const Endpoint = object('Endpoint', {
  identifier: one(ModuleID),
  role: maybe(EndpointRole),
  url: one(url),
});
export type Endpoint = Static<typeof Endpoint>;

export const VersionDetails = object('VersionDetails', { version: one(VersionNumber), endpoints: some(Endpoint) });
export type VersionDetails = Static<typeof VersionDetails>;

/** The data of GET versions. */
export const VersionList = listOf(Version);
export type VersionList = Static<typeof VersionList>;
