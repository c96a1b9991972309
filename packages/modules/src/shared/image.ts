import { ciString, int, maybe, object, one, openEnumOf, url, type Static } from '../schema';

export const ImageCategory = openEnumOf('ImageCategory', [
  'CHARGER',
  'ENTRANCE',
  'LOCATION',
  'NETWORK',
  'OPERATOR',
  'OTHER',
  'OWNER',
]);
export type ImageCategory = Static<typeof ImageCategory>;

/** A picture by its address; `type` is a file type such as jpeg, never a MIME type (LOC-63). */
export const Image = object('Image', {
  url: one(url),
  thumbnail: maybe(url),
  category: one(ImageCategory),
  type: one(ciString(4)),
  width: maybe(int({ max: 99999 })),
  height: maybe(int({ max: 99999 })),
});
export type Image = Static<typeof Image>;
