import { maybe, number, object, one, type Static } from '../schema';

/** An amount of money; `incl_vat` only where it is known (TYP-20). */
export const Price = object('Price', { excl_vat: one(number), incl_vat: maybe(number) });
export type Price = Static<typeof Price>;
