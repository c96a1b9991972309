import { creditOf, type CDR, type JsonSchema } from '@roamgrid/modules';
import { formatOcpiDateTime, type Party } from '@roamgrid/ocpi';
import { OWN, RoamgridError, type WriteReply } from '@roamgrid/runtime';
import type { Backend, ServedModule } from '../backend';
import { jsonReader } from '../http/read-json';
import type { Handler, Route } from '../http/route';
import { objectPath, sendReply } from '../objects/one-object';
import { ownCaller } from '../objects/own-caller';
import { ref } from '../openapi/api-schemas';

const creditSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['id'],
  properties: {
    id: { type: 'string', minLength: 1, maxLength: 39, description: 'of the Credit CDR' },
    remark: { type: 'string', minLength: 1, maxLength: 255 },
  },
};

interface CreditRequest {
  readonly id: string;
  readonly remark?: string;
}

/** The route that takes an own CDR back: makes its Credit CDR and writes it (CDR-12). */
export function creditRoute(cdrs: ServedModule, backend: Backend): Route {
  return {
    method: 'POST',
    path: '/v1/cdrs/{country_code}/{party_id}/{cdr_id}/credit',
    id: 'credit_cdr',
    tag: cdrs.declaration.id,
    summary: 'Takes one own CDR back: writes the Credit CDR that negates its total_cost and keeps all else of it',
    access: 'key',
    module: cdrs.declaration.id,
    body: { kind: 'json', schema: creditSchema, maxBytes: backend.limits.peerBytes },
    answers: {
      200: { description: 'it was credited by this Credit CDR before', schema: ref('WriteResult') },
      201: { description: 'credited', schema: ref('WriteResult') },
    },
    handle: creditCdr(cdrs, backend),
  };
}

function creditCdr(cdrs: ServedModule, { directory, clock }: Backend): Handler {
  const read = jsonReader<CreditRequest>(creditSchema);
  return async (request, response) => {
    const { id, remark } = read(request);
    const caller = ownCaller(cdrs.declaration, directory);
    const { party, ids } = objectPath(cdrs, 0, request);
    const original = await getOwn(cdrs, party, ids);
    const write = (last_updated: string): Promise<WriteReply> => {
      const json = Buffer.from(JSON.stringify(creditOf(original, { id, last_updated, ...(remark && { remark }) })));
      return cdrs.objects.Put({ caller, version: cdrs.version, path: { party, ids: [id], nested: [] }, json });
    };
    sendReply(response, await writeOnce(write, formatOcpiDateTime(clock.now()), () => getOwn(cdrs, party, [id])));
  };
}

/** Asked for again, it is the one that is there: told apart by the time of its making alone. */
async function writeOnce(write: (at: string) => Promise<WriteReply>, now: string, present: () => Promise<CDR>): Promise<WriteReply> {
  try {
    return await write(now);
  } catch (error) {
    if (!(error instanceof RoamgridError) || error.code !== 'object.immutable') throw error;
    return write((await present()).last_updated);
  }
}

async function getOwn({ objects, version }: ServedModule, party: Party, ids: readonly string[]): Promise<CDR> {
  const { json } = await objects.Get({ version, origin: OWN, parties: [party], ids, nested: [] });
  return JSON.parse(json.toString()) as CDR;
}
