import { action, defineModule, get, page, patch, put, type Party } from '../define-module';
import { objectSchema } from '../schema';
import { audienceOfToken } from '../shared/cdr-token';
import { sessionAdvice } from './advice';
import { placeIsUnknownInReservationsOnly } from './rules';
import { ChargingPreferences, Session } from './schema';

const sessionSchema = objectSchema(Session, {
  requiredInPatch: ['last_updated'],
  ownRules: [placeIsUnknownInReservationsOnly],
});

/** Sessions: for the eMSP whose Token is used, and an SCSP that works for it or for the CPO (SES-22); never deleted (SES-28). */
export const sessions = defineModule({
  id: 'sessions',
  versions: { '2.2.1': { schema: sessionSchema, nested: [] } },
  key: ['country_code', 'party_id', 'id'],
  segment: 'session_id',
  owner: 'CPO',
  interested: ['EMSP', 'SCSP', 'HUB'],
  actedOnFor: 'EMSP',
  audience: (session): readonly Party[] => audienceOfToken(session),
  interfaces: {
    sender: [
      page({ from: 'required' }),
      action('PUT', { name: 'charging_preferences', body: objectSchema(ChargingPreferences), bodyOptional: false }),
    ],
    receiver: [get(), put(), patch()],
  },
  patchAppends: [{ field: 'charging_periods', id: 'start_date_time' }],
  final: { field: 'status', value: 'COMPLETED', keeps: ['end_date_time'] },
  delivery: { style: 'state', method: 'PUT' },
  advice: sessionAdvice,
});
