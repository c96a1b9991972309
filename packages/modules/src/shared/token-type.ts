import { openEnumOf, type Static } from '../schema';

export const TokenType = openEnumOf('TokenType', ['AD_HOC_USER', 'APP_USER', 'OTHER', 'RFID']);
export type TokenType = Static<typeof TokenType>;
