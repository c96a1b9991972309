/** A tariff as far as the simulation prices with it. */
export interface DemoTariff {
  readonly id: string;
  readonly currency: string;
  readonly elements: readonly {
    readonly price_components: readonly { readonly type: string; readonly price: number; readonly vat?: number | null }[];
    readonly restrictions?: unknown;
  }[];
}

export interface Price {
  readonly excl_vat: number;
  readonly incl_vat: number;
}

/**
 * What a simulated charge costs, by kWh and hours: of each dimension the first component without restrictions counts, step
 * sizes and price limits do not. A simulation of a charge point operator's backend, not what a bill is to be made by.
 */
export function priceCharge(tariff: DemoTariff, kwh: number, hours: number): Price {
  const volumes: Readonly<Record<string, number>> = { ENERGY: kwh, TIME: hours, FLAT: 1 };
  let [excl_vat, incl_vat] = [0, 0];
  for (const [dimension, volume] of Object.entries(volumes)) {
    const component = freeComponents(tariff).find(({ type }) => type === dimension);
    if (!component) continue;
    excl_vat += component.price * volume;
    incl_vat += component.price * volume * (1 + (component.vat ?? 0) / 100);
  }
  return { excl_vat: rounded(excl_vat), incl_vat: rounded(incl_vat) };
}

/** Whether a charge would cost anything by {@link priceCharge}. */
export function isPriced(tariff: DemoTariff): boolean {
  return freeComponents(tariff).some(({ type, price }) => type !== 'PARKING_TIME' && price > 0);
}

function freeComponents({ elements }: DemoTariff): DemoTariff['elements'][number]['price_components'] {
  return elements.filter(({ restrictions }) => (restrictions ?? null) === null).flatMap(({ price_components }) => price_components);
}

/** Four decimals, as OCPI advises. */
function rounded(amount: number): number {
  return Math.round(amount * 10_000) / 10_000;
}
