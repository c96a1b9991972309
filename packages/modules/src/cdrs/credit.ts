import { withoutNulls } from '../schema';
import type { Price } from '../shared/price';
import type { CDR } from './schema';

/** What a Credit CDR says of itself; all else it has from what it credits (CDR-12). */
const ITS_OWN: ReadonlySet<string> = new Set([
  'id',
  'credit',
  'credit_reference_id',
  'total_cost',
  'remark',
  'invoice_reference_id',
  'last_updated',
]);

/** The id of the CDR that a Credit CDR takes back; undefined of any other CDR. */
export function creditedId({ credit, credit_reference_id: id }: Readonly<Record<string, unknown>>): string | undefined {
  return credit === true && typeof id === 'string' && id !== '' ? id : undefined;
}

/** The Credit CDR that takes a CDR back: all of it, only total_cost negated (CDR-12). */
export function creditOf(original: CDR, of: Pick<CDR, 'id' | 'last_updated' | 'remark'>): CDR {
  const kept = Object.entries(withoutNulls(original)).filter(([name]) => !ITS_OWN.has(name));
  return {
    ...(Object.fromEntries(kept) as CDR),
    id: of.id,
    ...(of.remark && { remark: of.remark }),
    total_cost: negated(original.total_cost),
    credit: true,
    credit_reference_id: original.id,
    last_updated: of.last_updated,
  };
}

/**
 * What is wrong with a Credit CDR, given what it credits; nothing: an empty list. Of a peer's, amount and currency are
 * looked at alone (CDR-15); of our own, that it keeps all other data, too (CDR-12).
 */
export function creditProblems(credit: CDR, original: CDR, mode: 'own' | 'received'): string[] {
  const problems: string[] = [];
  if (original.credit === true) problems.push(`/credit_reference_id names ${original.id}, which is a Credit CDR itself`);
  if (credit.currency !== original.currency) problems.push(`/currency must be ${original.currency}, that of ${original.id}`);
  const due = negated(original.total_cost);
  for (const field of ['excl_vat', 'incl_vat'] as const) {
    if ((credit.total_cost[field] ?? null) === (due[field] ?? null)) continue;
    problems.push(`/total_cost/${field} must be ${due[field] ?? 'absent'}, minus that of ${original.id}`);
  }
  if (mode === 'own') {
    const [is, was] = [contentOf(credit), contentOf(original)];
    const names = [...new Set([...is.keys(), ...was.keys()])];
    const changed = names.filter((name) => name !== 'currency' && is.get(name) !== was.get(name));
    problems.push(...changed.map((name) => `/${name} must be that of ${original.id}`));
  }
  return problems;
}

function negated({ excl_vat, incl_vat }: Price): Price {
  return { excl_vat: minus(excl_vat), ...(typeof incl_vat === 'number' && { incl_vat: minus(incl_vat) }) };
}

/** Never -0. */
function minus(amount: number): number {
  return 0 - amount;
}

/** What a Credit CDR has to keep, by field, whatever the order of fields inside. */
function contentOf(cdr: CDR): Map<string, string> {
  const kept = Object.entries(withoutNulls(cdr)).filter(([name]) => !ITS_OWN.has(name));
  return new Map(kept.map(([name, value]) => [name, JSON.stringify(value, sorted)]));
}

function sorted(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
