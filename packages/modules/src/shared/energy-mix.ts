import {
  boolean,
  enumOf,
  many,
  maybe,
  number,
  object,
  one,
  openEnumOf,
  string,
  type Report,
  type Static,
} from '../schema';

export const EnergySourceCategory = enumOf('EnergySourceCategory', [
  'NUCLEAR',
  'GENERAL_FOSSIL',
  'COAL',
  'GAS',
  'GENERAL_GREEN',
  'SOLAR',
  'WIND',
  'WATER',
]);
export type EnergySourceCategory = Static<typeof EnergySourceCategory>;

export const EnvironmentalImpactCategory = openEnumOf('EnvironmentalImpactCategory', [
  'NUCLEAR_WASTE',
  'CARBON_DIOXIDE',
]);
export type EnvironmentalImpactCategory = Static<typeof EnvironmentalImpactCategory>;

export const EnergySource = object('EnergySource', { source: one(EnergySourceCategory), percentage: one(number) });
export type EnergySource = Static<typeof EnergySource>;

export const EnvironmentalImpact = object('EnvironmentalImpact', {
  category: one(EnvironmentalImpactCategory),
  amount: one(number),
});
export type EnvironmentalImpact = Static<typeof EnvironmentalImpact>;

export const EnergyMix = object('EnergyMix', {
  is_green_energy: one(boolean),
  energy_sources: many(EnergySource),
  environ_impact: many(EnvironmentalImpact),
  supplier_name: maybe(string(64)),
  energy_product_name: maybe(string(64)),
});
export type EnergyMix = Static<typeof EnergyMix>;

/** Half a percent: room for shares that were rounded one by one. */
const ROUNDING = 0.5;

/** LOC-62: the shares of the energy sources, where some are given, add up to 100. */
export function energySourcesAddUp(holder: { readonly energy_mix?: EnergyMix | null }, report: Report): void {
  const sources = holder.energy_mix?.energy_sources ?? [];
  if (sources.length === 0) return;
  const sum = sources.reduce((total, { percentage }) => total + percentage, 0);
  if (Math.abs(sum - 100) >= ROUNDING) {
    report('/energy_mix/energy_sources', 'must have percentages that add up to 100', Number(sum.toFixed(4)));
  }
}
