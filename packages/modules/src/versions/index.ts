import { jsonSchemaOf, objectSchema, validator, type Mode, type Validator } from '../schema';
import { endpointsHaveRoles } from './rules';
import { VersionDetails, VersionList } from './schema';

/** Validators of version details; a peer's may hold unknown versions, modules and roles (VER-03, VER-12). */
export const versionDetailsSchema = objectSchema(VersionDetails, { ownRules: [endpointsHaveRoles] });

/** Validators of the data of GET versions, a list of at least one Version (VER-01, VER-12). */
export const versionListSchema: Readonly<Record<Mode, Validator>> = {
  received: validator(() => jsonSchemaOf(VersionList, 'received')),
  own: validator(() => jsonSchemaOf(VersionList, 'own')),
};
