import { creditOf, type CDR } from '@roamgrid/modules';
import { OWN } from '@roamgrid/runtime';
import { cdr_token, cdrLocation, plain, tariff } from '../test/samples';
import { admitCredit } from './admit-credit';
import type { StoredCdrs } from './stored-cdrs';

const original = { ...plain, cdr_token, cdr_location: cdrLocation('Straat 1'), tariffs: [tariff(0.42)] } as unknown as CDR;
const credit = creditOf(original, { id: 'C1-C', last_updated: '2026-06-02T00:00:00Z' });

function admit(cdr: CDR, origin: string, known: CDR | undefined = original): Promise<void> {
  const find: StoredCdrs['find'] = (from, party, id) =>
    Promise.resolve(from === origin && party.party_id === 'RGC' && id === 'C1' ? known : undefined);
  const scope = { caller: { origin, roles: [] } };
  return admitCredit({ find } as StoredCdrs)(cdr, scope as never);
}

describe('a Credit CDR', () => {
  it('CDR-12 CDR-15 comes in when it takes back exactly what it credits', async () => {
    await expect(admit(credit, OWN)).resolves.toBeUndefined();
    await expect(admit({ ...credit, total_energy: -10 }, 'peer-1')).resolves.toBeUndefined();
  });

  it('CDR-12 CDR-15 is refused when it does not', async () => {
    const less = { ...credit, total_cost: { excl_vat: -4 } };
    const refusal = { code: 'object.invalid', message: 'CDR: /total_cost/excl_vat must be -4.2, minus that of C1' };
    for (const origin of [OWN, 'peer-1']) await expect(admit(less, origin)).rejects.toMatchObject(refusal);
    await expect(admit({ ...credit, total_energy: -10 }, OWN)).rejects.toMatchObject({ message: 'CDR: /total_energy must be that of C1' });
  });

  it('CDR-13 is taken where what it credits is not known', async () => {
    await expect(admit({ ...credit, credit_reference_id: 'C9', total_cost: { excl_vat: -1 } }, 'peer-1')).resolves.toBeUndefined();
  });

  it('is none where nothing is credited', async () => {
    await expect(admit({ ...original, total_cost: { excl_vat: 9 } }, OWN)).resolves.toBeUndefined();
  });
});
