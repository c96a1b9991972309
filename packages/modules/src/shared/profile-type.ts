import { enumOf, type Static } from '../schema';

/** How a driver wants to be charged. */
export const ProfileType = enumOf('ProfileType', ['CHEAP', 'FAST', 'GREEN', 'REGULAR']);
export type ProfileType = Static<typeof ProfileType>;
