import type { AllowedType, Token } from '@roamgrid/modules';

/** Whether the eMSP is asked: never, always, or as far as it can be reached. */
export type Asking = 'never' | 'always';

/**
 * Whether a CPO asks the eMSP about a Token that it knows (TOK-24 … TOK-28): never where it is ALWAYS allowed; where it is
 * ALLOWED as the CPO likes; else always, also when the Token is not valid.
 */
export function askingOf({ whitelist }: Pick<Token, 'whitelist'>, allowedAsks: boolean): Asking {
  if (whitelist === 'ALWAYS') return 'never';
  return whitelist === 'ALLOWED' && !allowedAsks ? 'never' : 'always';
}

/** What holds without the eMSP's word, by what is stored. A Token that is ALWAYS allowed and not valid is refused (TOK-24). */
export function allowedByStore({ valid }: Pick<Token, 'valid'>): AllowedType {
  return valid ? 'ALLOWED' : 'BLOCKED';
}

/** What holds where the eMSP cannot be reached: NEVER is refused, all others are what is stored (TOK-26, TOK-27). */
export function allowedOffline(token: Pick<Token, 'valid' | 'whitelist'>): AllowedType {
  return token.whitelist === 'NEVER' ? 'NOT_ALLOWED' : allowedByStore(token);
}
