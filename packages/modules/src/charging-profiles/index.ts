import type { ConversationDeclaration } from '../define-conversation';
import { objectSchema } from '../schema';
import { acceptedHasProfile, profileHasLimit, profileIsOrdered } from './rules';
import {
  ActiveChargingProfileResult,
  ActiveProfileNotice,
  ChargingProfileResponse,
  ChargingProfileResult,
  ClearChargingProfile,
  ClearProfileResult,
  GetActiveChargingProfile,
  SetChargingProfile,
} from './schema';

const segment = { field: 'session_id' };

/** Limits that an eMSP or an SCSP sets on a Session of a CPO (CHP-01 … CHP-03). */
export const chargingProfiles: ConversationDeclaration = {
  id: 'chargingprofiles',
  version: '2.2.1',
  asks: ['EMSP', 'SCSP', 'HUB'],
  answers: 'CPO',
  passedOnBy: 'EMSP',
  response: objectSchema(ChargingProfileResponse),
  requests: [
    {
      name: 'SET',
      method: 'PUT',
      segment,
      place: 'body',
      numbers: [],
      schema: objectSchema(SetChargingProfile, { rules: [profileIsOrdered] }),
      result: objectSchema(ChargingProfileResult),
    },
    {
      name: 'GET',
      method: 'GET',
      segment,
      place: 'query',
      numbers: ['duration'],
      schema: objectSchema(GetActiveChargingProfile),
      result: objectSchema(ActiveChargingProfileResult, { rules: [acceptedHasProfile] }),
    },
    {
      name: 'CLEAR',
      method: 'DELETE',
      segment,
      place: 'query',
      numbers: [],
      schema: objectSchema(ClearChargingProfile),
      result: objectSchema(ClearProfileResult),
    },
  ],
  notices: [
    {
      name: 'ACTIVE_PROFILE',
      word: 'active',
      field: 'session_id',
      schema: objectSchema(ActiveProfileNotice, { rules: [profileIsOrdered], ownRules: [profileHasLimit] }),
      after: 'SET',
    },
  ],
  silent: 'REJECTED',
};
