import { adviceRule, type AdviceRule } from '../advice';
import type { Token } from './schema';

/** Charge points that speak OCPP 1.x hold no longer one. */
const LONGEST_GROUP_ID = 20;
/** Types that are good for one use, or not for cards. */
const PASSING_TYPES: readonly string[] = ['AD_HOC_USER', 'APP_USER'];

/** What our own systems are told about Tokens that are valid. */
export const tokenAdvice: readonly AdviceRule[] = [
  adviceRule<Token>({ row: 'TOK-24', code: 'token.contradictory', depth: 0 }, ({ valid, whitelist }, advise) => {
    if (!valid && whitelist === 'ALWAYS') advise('/whitelist', 'ALWAYS says that it may always charge, although it is not valid');
  }),
  adviceRule<Token>({ row: 'TOK-30', code: 'token.whitelisted', depth: 0 }, ({ type, whitelist }, advise) => {
    if (PASSING_TYPES.includes(type) && whitelist !== 'NEVER') advise('/whitelist', `NEVER is what a Token of the type ${type} should have`);
  }),
  adviceRule<Token>({ row: 'TOK-31', code: 'token.long_group_id', depth: 0 }, ({ group_id }, advise) => {
    if ((group_id?.length ?? 0) > LONGEST_GROUP_ID) {
      advise('/group_id', `charge points with OCPP 1.x take ${LONGEST_GROUP_ID} characters, and would confuse longer ones`);
    }
  }),
];
