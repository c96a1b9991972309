import type { Check } from '../check/define-check';
import { authorizationChecks } from './authorization';
import { certificateChecks } from './certificates';
import { clientRequestChecks } from './client-requests';
import { credentialsClientChecks } from './credentials-client';
import { credentialsObjectChecks } from './credentials-object';
import { envelopeChecks } from './envelope';
import { listFilterChecks, sessionFilterChecks } from './list-filters';
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
  ...listFilterChecks('locations'),
  ...listFilterChecks('tariffs'),
  ...sessionFilterChecks,
  ...listPageChecks('locations'),
  ...listPageChecks('tariffs'),
  ...pageHeaderChecks,
  ...locationsSenderChecks,
  ...listedLocationChecks,
  ...locationsReceiverChecks,
  ...locationsPatchChecks,
  ...locationsInvalidChecks,
  ...tariffsChecks,
  ...tariffObjectChecks,
  ...driverViewChecks,
  ...ownAdviceChecks,
  ...pushClientChecks,
  ...ownLocationChecks,
  ...ownTariffChecks,
  ...clientRequestChecks,
  ...credentialsClientChecks,
  ...pullClientChecks,
  ...pullTruthChecks,
  ...permissionChecks,
  ...certificateChecks,
];
