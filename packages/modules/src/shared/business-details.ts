import { maybe, object, one, string, url, type Static } from '../schema';
import { Image } from './image';

/** A company as drivers know it. */
export const BusinessDetails = object('BusinessDetails', {
  name: one(string(100)),
  website: maybe(url),
  logo: maybe(Image),
});
export type BusinessDetails = Static<typeof BusinessDetails>;
