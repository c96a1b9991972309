import { partyKey, partyOfKey } from '@roamgrid/ocpi';
import { RoamgridError, type AskingCalls, type Client, type ObjectsCalls, type PushCalls } from '@roamgrid/runtime';
import { narrowKey } from './scoped-objects';

/**
 * The client by which something is asked about an object, as the key of the request may use it: only about an object that it
 * sees, which is found out through its own client. Whether a token may charge can be asked of any, as by any charge point.
 */
export function scopedAsking(asking: Client<AskingCalls>, objects: Client<ObjectsCalls>): Client<AskingCalls> {
  return {
    ...asking,
    Ask: async (request, options) => {
      const { party, ids, version, action } = request;
      if (narrowKey() && party && action !== 'authorize') {
        await objects.Get({ version, origin: '', parties: [party], ids, nested: [] });
      }
      return asking.Ask(request, options);
    },
  };
}

/** The client of the push-dispatcher as the key of the request may use it: how objects of its own parties were delivered. */
export function scopedPush(push: Client<PushCalls>): Client<PushCalls> {
  return {
    ...push,
    Deliveries: async (request, options) => {
      const key = narrowKey();
      if (!key || key.parties.has(partyKey(partyOfKey(request.key)))) return push.Deliveries(request, options);
      throw new RoamgridError('object.unknown', `${request.module}: no such object for this key`);
    },
  };
}
