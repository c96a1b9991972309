import Table from 'cli-table3';
import type { Charge } from './simulate-charge';

/** The charges as a table: which Token charges where, how much, and what it costs. */
export function chargeTable(charges: readonly Charge[]): string {
  const table = new Table({
    head: ['charge', 'token', 'EVSE', 'state', 'kWh', 'cost excl. VAT', 'incl. VAT'],
    colAligns: ['left', 'left', 'left', 'left', 'right', 'right', 'right'],
    style: { head: ['cyan'], compact: true },
  });
  for (const { id, token, place, state, kwh, cost, currency } of charges) {
    table.push([id, token, place, state, kwh.toFixed(2), `${cost.excl_vat.toFixed(2)} ${currency}`, `${cost.incl_vat.toFixed(2)} ${currency}`]);
  }
  return table.toString();
}
