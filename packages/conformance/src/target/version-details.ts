import { CheckFailure } from '../check/check-failure';
import { expectSuccess, show } from '../check/expect';
import { field, listField, textField } from '../check/field';
import type { Answer } from '../http/answer';

/** The version that the checks are about. */
export const VERSION = '2.2.1';

/** URL of the details of the version under check. Throws CheckFailure when the list has none. */
export function detailsUrlOf(versions: Answer): string {
  const listed = expectSuccess(versions);
  const entry = Array.isArray(listed)
    ? (listed as unknown[]).find((each) => field(each, 'version') === VERSION)
    : undefined;
  const url = textField(entry, 'url');
  if (url !== undefined) return url;
  throw new CheckFailure(`an entry of version ${VERSION} with a url`, show(listed));
}

/** The endpoints of version details. */
export function endpointsOf(details: Answer): readonly unknown[] {
  return listField(details.data, 'endpoints');
}

/** URL of an endpoint in version details, by identifier and, if given, role. */
export function endpointUrl(details: Answer, identifier: string, role?: string): string | undefined {
  const found = endpointsOf(details).find(
    (each) => field(each, 'identifier') === identifier && (role === undefined || field(each, 'role') === role),
  );
  return textField(found, 'url');
}
