import { pattern } from '../schema';

const LATITUDE = '^-?(?:[0-8]?[0-9]\\.[0-9]{5,7}|90\\.0{5,7})$';
const LONGITUDE = '^-?(?:(?:0?[0-9]?[0-9]|1[0-7][0-9])\\.[0-9]{5,7}|180\\.0{5,7})$';

/** Degrees as a string with 5 to 7 decimals, within ±90; the longest that the pattern allows passes (TYP-22 to 24). */
export const latitude = pattern(
  'latitude',
  11,
  'a latitude as text with 5 to 7 decimals such as "52.370216"',
  LATITUDE,
);

/** Degrees as a string with 5 to 7 decimals, within ±180 (TYP-22 to 24). */
export const longitude = pattern(
  'longitude',
  12,
  'a longitude as text with 5 to 7 decimals such as "4.895168"',
  LONGITUDE,
);
