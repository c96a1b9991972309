import { enumOf, type Static } from '../schema';

/** How the use of a Token was authorized. */
export const AuthMethod = enumOf('AuthMethod', ['AUTH_REQUEST', 'COMMAND', 'WHITELIST']);
export type AuthMethod = Static<typeof AuthMethod>;
