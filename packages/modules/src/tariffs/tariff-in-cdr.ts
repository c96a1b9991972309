import { withoutNulls } from '../schema';
import type { Tariff } from './schema';

/** A Tariff as it stands in a CDR: whole, whoever wrote it and however (CDR-29). */
export function tariffInCdr(tariff: Tariff): Tariff {
  return withoutNulls(tariff);
}
