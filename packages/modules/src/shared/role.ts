import { enumOf, type Static } from '../schema';

/** Role of a party (TYP-25). */
export const Role = enumOf('Role', ['CPO', 'EMSP', 'HUB', 'NAP', 'NSP', 'OTHER', 'SCSP']);
export type Role = Static<typeof Role>;
