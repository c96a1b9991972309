import { objectSchema } from '../schema';
import { rolesAreUnique } from './rules';
import { Credentials } from './schema';

/** Validators of the Credentials object (CRD-29 to CRD-32). */
export const credentialsSchema = objectSchema(Credentials, { rules: [rolesAreUnique] });
