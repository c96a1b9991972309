import { defineModule, get, page, post, type Party } from '../define-module';
import { objectSchema } from '../schema';
import { audienceOfToken } from '../shared/cdr-token';
import { cdrAdvice } from './advice';
import { CdrInput } from './cdr-input';
import { creditedId } from './credit';
import {
  creditNamesItsOriginal,
  dimensionsAreOfCdrs,
  momentsAreInOrder,
  onlyCreditsRefer,
  tariffsOfPeriodsAreGiven,
} from './rules';
import { CDR } from './schema';

const cdrSchema = objectSchema(CDR, {
  rules: [creditNamesItsOriginal],
  ownRules: [onlyCreditsRefer, dimensionsAreOfCdrs, tariffsOfPeriodsAreGiven, momentsAreInOrder],
});

/** CDRs: posted once to the eMSP that pays and never changed; what was wrong is credited (CDR-07, CDR-08, CDR-40). */
export const cdrs = defineModule({
  id: 'cdrs',
  versions: { '2.2.1': { schema: cdrSchema, nested: [] } },
  key: ['country_code', 'party_id', 'id'],
  segment: 'cdr_id',
  owner: 'CPO',
  interested: ['EMSP', 'HUB'],
  audience: (cdr): readonly Party[] => audienceOfToken(cdr),
  interfaces: { sender: [page()], receiver: [post(), get()] },
  delivery: { style: 'append', method: 'POST' },
  advice: cdrAdvice,
  ownInput: objectSchema(CdrInput),
  once: { to: creditedId, done: 'credited' },
});
