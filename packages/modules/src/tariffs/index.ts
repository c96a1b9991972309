import { defineModule, del, get, page, put } from '../define-module';
import { objectSchema } from '../schema';
import { embedding } from '../shared/embedding';
import { energySourcesAddUp } from '../shared/energy-mix';
import { tariffAdvice } from './advice';
import { priceLimitsAreOrdered, reservationsCostFlatAndTime } from './rules';
import { Tariff } from './schema';
import { tariffInCdr } from './tariff-in-cdr';

const tariffSchema = objectSchema(Tariff, {
  rules: [reservationsCostFlatAndTime],
  ownRules: [priceLimitsAreOrdered, energySourcesAddUp],
});

/** Tariffs: list only on the sender side (TAR-02), no PATCH (TAR-05), every version kept for billing. */
export const tariffs = defineModule({
  id: 'tariffs',
  versions: { '2.2.1': { schema: tariffSchema, nested: [] } },
  key: ['country_code', 'party_id', 'id'],
  segment: 'tariff_id',
  owner: 'CPO',
  interested: ['EMSP', 'NSP', 'NAP', 'HUB', 'OTHER'],
  passedOnBy: ['NAP'],
  interfaces: { sender: [page()], receiver: [get(), put(), del()] },
  delivery: { style: 'state', method: 'PUT' },
  advice: tariffAdvice,
  history: true,
  embedded: { cdrs: embedding(tariffInCdr) },
});
