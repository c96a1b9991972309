import type { Check } from '../check/define-check';
import { activeProfileChecks } from './active-profiles';
import { authorizationChecks } from './authorization';
import { budgetChecks } from './budget';
import { certificateChecks } from './certificates';
import { chargingProfilesReceiverChecks } from './charging-profiles-receiver';
import { chargingProfilesSenderChecks } from './charging-profiles-sender';
import { clientQuirkChecks } from './client-quirks';
import { clientRequestChecks } from './client-requests';
import { commandsCallbackChecks } from './commands-callback';
import { commandsReceiverChecks } from './commands-receiver';
import { commandsSenderChecks } from './commands-sender';
import { conversedEndToEndChecks } from './conversed-end-to-end';
import { credentialsClientChecks } from './credentials-client';
import { credentialsObjectChecks } from './credentials-object';
import { endToEndChecks } from './end-to-end';
import { envelopeChecks } from './envelope';
import { listFilterChecks } from './list-filters';
import { listPageChecks, pageHeaderChecks } from './list-pages';
import { listedLocationChecks } from './listed-locations';
import { locationsInvalidChecks } from './locations-invalid';
import { locationsPatchChecks } from './locations-patch';
import { locationsReceiverChecks } from './locations-receiver';
import { locationsSenderChecks } from './locations-sender';
import { ownershipChecks } from './ownership';
import { pullClientChecks } from './pull-client';
import { pushClientChecks } from './push-client';
import { registeredCredentialsChecks } from './registered-credentials';
import { registrationChecks } from './registration';
import { requestBodyChecks } from './request-bodies';
import { roleInterfaceChecks } from './role-interfaces';
import { roleChecks } from './roles';
import { routingChecks } from './routing';
import { tariffObjectChecks } from './tariff-objects';
import { tariffsChecks } from './tariffs';
import { ownAdviceChecks } from './own-advice';
import { ownLocationChecks } from './own-locations';
import { ownTariffChecks } from './own-tariffs';
import { driverViewChecks } from './driver-view';
import { pullTruthChecks } from './pull-truth';
import { permissionChecks } from './permissions';
import { versionsChecks } from './versions';
import { addressedPushChecks } from './addressed-pushes';
import { asksEmspChecks } from './asks-emsp';
import { authorizeChecks } from './authorize';
import { cdrObjectChecks } from './cdr-objects';
import { cdrsReceiverChecks } from './cdrs-receiver';
import { chargingPreferenceChecks } from './charging-preferences';
import { hubClientInfoChecks } from './hub-client-info';
import { ownCdrAdviceChecks } from './own-cdr-advice';
import { ownCdrNameChecks } from './own-cdr-names';
import { ownCdrChecks } from './own-cdrs';
import { ownSessionChecks } from './own-sessions';
import { ownTokenChecks } from './own-tokens';
import { sessionPeriodChecks } from './session-periods';
import { sessionsReceiverChecks } from './sessions-receiver';
import { sessionsSenderChecks } from './sessions-sender';
import { smartChargerChecks } from './smart-charger';
import { smartChargingForDriversChecks } from './smart-charging-for-drivers';
import { tokensPullChecks } from './tokens-pull';
import { tokensReceiverChecks } from './tokens-receiver';
import { tokensSenderChecks } from './tokens-sender';

const LISTED = ['locations', 'tariffs', 'tokens', 'sessions', 'cdrs'] as const;

/** All checks, in the order in which they are best run. */
export const allChecks: readonly Check[] = [
  ...versionsChecks,
  ...registrationChecks,
  ...credentialsObjectChecks,
  ...registeredCredentialsChecks,
  ...authorizationChecks,
  ...envelopeChecks,
  ...requestBodyChecks,
  ...ownershipChecks,
  ...routingChecks,
  ...roleChecks,
  ...roleInterfaceChecks,
  ...LISTED.flatMap(listFilterChecks),
  ...LISTED.flatMap(listPageChecks),
  ...pageHeaderChecks,
  ...locationsSenderChecks,
  ...listedLocationChecks,
  ...locationsReceiverChecks,
  ...locationsPatchChecks,
  ...locationsInvalidChecks,
  ...tariffsChecks,
  ...tariffObjectChecks,
  ...tokensSenderChecks,
  ...authorizeChecks,
  ...tokensReceiverChecks,
  ...asksEmspChecks,
  ...sessionsSenderChecks,
  ...chargingPreferenceChecks,
  ...sessionsReceiverChecks,
  ...sessionPeriodChecks,
  ...cdrsReceiverChecks,
  ...cdrObjectChecks,
  ...driverViewChecks,
  ...ownAdviceChecks,
  ...pushClientChecks,
  ...ownLocationChecks,
  ...ownTariffChecks,
  ...ownTokenChecks,
  ...ownSessionChecks,
  ...ownCdrChecks,
  ...ownCdrNameChecks,
  ...addressedPushChecks,
  ...ownCdrAdviceChecks,
  ...clientRequestChecks,
  ...credentialsClientChecks,
  ...clientQuirkChecks,
  ...pullClientChecks,
  ...pullTruthChecks,
  ...tokensPullChecks,
  ...endToEndChecks,
  ...commandsReceiverChecks,
  ...commandsCallbackChecks,
  ...commandsSenderChecks,
  ...chargingProfilesReceiverChecks,
  ...activeProfileChecks,
  ...smartChargerChecks,
  ...smartChargingForDriversChecks,
  ...chargingProfilesSenderChecks,
  ...conversedEndToEndChecks,
  ...permissionChecks,
  ...certificateChecks,
  ...budgetChecks,
  ...hubClientInfoChecks,
];
