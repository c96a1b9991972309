import { adviceRule, type AdviceRule, type Advise } from '../advice';
import type { PriceComponent, Tariff, TariffElement } from './schema';

/** What our own systems are told about Tariffs that are valid. */
export const tariffAdvice: readonly AdviceRule[] = [
  adviceRule<Tariff>({ row: 'TAR-17', code: 'tariff.price_in_text', depth: 0 }, adviseOnTexts),
  adviceRule<Tariff>({ row: 'TAR-23', code: 'tariff.step_size', depth: 0 }, ({ elements }, advise) => {
    elements.forEach(({ price_components }, index) => {
      price_components.forEach(({ type, step_size }, component) => {
        if (type === 'FLAT' || step_size <= 1) return;
        advise(`/elements/${index}/price_components/${component}/step_size`, `1 is clear to everybody, ${step_size} is not`);
      });
    });
  }),
  adviceRule<Tariff>({ row: 'TAR-24', code: 'tariff.no_fallback', depth: 0 }, adviseOnFallbacks),
];

/** TAR-17: a price that stands in the elements does not stand in the text as well. */
function adviseOnTexts(tariff: Tariff, advise: Advise): void {
  const components = tariff.elements.flatMap(({ price_components }) => price_components);
  const amounts = new Set(components.flatMap(pricesOf).map(toKey));
  (tariff.tariff_alt_text ?? []).forEach(({ text }, index) => {
    const named = amountsIn(text, tariff.currency).find((amount) => amounts.has(toKey(amount)));
    if (named !== undefined) advise(`/tariff_alt_text/${index}/text`, `repeats the price ${named} of the elements`);
  });
}

/** Without and with VAT; a price of 0 may be named. */
function pricesOf({ price, vat }: PriceComponent): number[] {
  if (price === 0) return [];
  return vat === undefined || vat === null ? [price] : [price, price * (1 + vat / 100)];
}

/** Numbers with decimals, and those beside the currency. */
function amountsIn(text: string, currency: string): number[] {
  const pattern = new RegExp(`(?:(?:[€$£]|${currency})\\s*)?(\\d+(?:[.,]\\d+)?)(?:\\s*(?:[€$£]|${currency}))?`, 'gi');
  return [...text.matchAll(pattern)].flatMap(([whole, digits = '']) =>
    whole !== digits || /[.,]/.test(digits) ? [Number(digits.replace(',', '.'))] : [],
  );
}

/** Amounts are the same to the cent of a cent. */
function toKey(amount: number): string {
  return amount.toFixed(4);
}

/** TAR-24: each dimension has an element without restrictions, behind those with. */
function adviseOnFallbacks({ elements }: Tariff, advise: Advise): void {
  const charging = elements
    .map((element, index) => ({ element, index }))
    .filter(({ element }) => (element.restrictions?.reservation ?? null) === null);
  const types = new Set(charging.flatMap(({ element }) => element.price_components.map(({ type }) => type)));
  for (const type of types) {
    const having = charging.filter(({ element }) => element.price_components.some((component) => component.type === type));
    const at = having.findIndex(({ element }) => !isRestricted(element));
    if (at < 0) advise('/elements', `${type} costs nothing where no restriction applies: add an element without any, last`);
    else if (at < having.length - 1) {
      advise(`/elements/${having[at]?.index}`, `has no restrictions, so that no ${type} behind it ever applies: put it last`);
    }
  }
}

function isRestricted({ restrictions }: TariffElement): boolean {
  const values: readonly unknown[] = Object.values(restrictions ?? {});
  return values.some((value) => value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0));
}
