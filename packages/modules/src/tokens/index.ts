import { action, defineModule, get, page, patch, put } from '../define-module';
import { objectSchema } from '../schema';
import { cdrTokenOf } from '../shared/cdr-token';
import { embedding } from '../shared/embedding';
import { tokenAdvice } from './advice';
import { LocationReferences, Token } from './schema';

const tokenSchema = objectSchema(Token, { requiredInPatch: ['last_updated'] });

/** Tokens, told apart by uid and type (TOK-15); never deleted: valid=false ends one (TOK-21). */
export const tokens = defineModule({
  id: 'tokens',
  versions: { '2.2.1': { schema: tokenSchema, nested: [] } },
  key: ['country_code', 'party_id', 'uid', 'type'],
  segment: 'token_uid',
  keyQuery: { name: 'type', fallback: 'RFID' },
  owner: 'EMSP',
  interested: ['CPO', 'HUB'],
  interfaces: {
    sender: [page(), action('POST', { name: 'authorize', body: objectSchema(LocationReferences), bodyOptional: true })],
    receiver: [get(), put(), patch()],
  },
  delivery: { style: 'state', method: 'PUT' },
  vanished: { field: 'valid', value: false },
  advice: tokenAdvice,
  history: true,
  embedded: { cdrs: embedding(cdrTokenOf), sessions: embedding(cdrTokenOf) },
});
