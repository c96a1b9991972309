import { stringify } from 'yaml';
import { asyncApiDocument } from './asyncapi-document';

/** docs/asyncapi.yaml as it is to be. */
export function asyncApiPage(): string {
  return stringify(asyncApiDocument(), { lineWidth: 120, aliasDuplicateObjects: false });
}
