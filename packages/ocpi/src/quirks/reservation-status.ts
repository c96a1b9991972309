import { arrayMemberElements, replaceStringMember } from '../json-bytes';
import type { Quirks } from './quirks';

const MODULE = 'sessions';
const FIELD = 'status';
const OURS = 'RESERVATION';

/** An object, or its changed fields, as a peer of these quirks spells them (SES-24); all but sessions stay as they are. */
export function spelledForPeer(module: string, { reservation_status }: Quirks, json: Buffer): Buffer {
  if (module !== MODULE || reservation_status === OURS) return json;
  return replaceStringMember(json, FIELD, OURS, reservation_status);
}

/** The same for a JSON list of objects. */
export function listSpelledForPeer(module: string, quirks: Quirks, list: Buffer): Buffer {
  if (module !== MODULE || quirks.reservation_status === OURS) return list;
  const objects = arrayMemberElements(Buffer.concat([Buffer.from('{"list":'), list, Buffer.from('}')]), 'list') ?? [];
  const spelled = objects.flatMap((json, i) => [Buffer.from(i > 0 ? ',' : ''), spelledForPeer(module, quirks, json)]);
  return Buffer.concat([Buffer.from('['), ...spelled, Buffer.from(']')]);
}

/** What a peer of these quirks sent, as we spell it (AMB-04). The bytes need not be JSON. */
export function spelledByPeer(module: string, { reservation_status }: Quirks, json: Buffer): Buffer {
  if (module !== MODULE || reservation_status === OURS) return json;
  return replaceStringMember(json, FIELD, reservation_status, OURS);
}
