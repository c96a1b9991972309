export { adviseOn, type Advice, type AdviceRule } from './advice';
export * from './declared-modules';
export * from './define-conversation';
export * from './define-module';
export { chargingProfiles } from './charging-profiles';
export * from './charging-profiles/schema';
export { commands } from './commands';
export * from './commands/schema';
export * from './conversation-view';
export { conversationById, conversations } from './conversations';
export * from './endpoint-path';
export { moduleById, modules } from './modules';
export { readersAt } from './readers-at';
export { serviceOf } from './service-of';
export * from './locations/enums';
export * from './locations/schema';
export * from './tariffs/schema';
export * from './tokens/schema';
export * from './sessions/schema';
export * from './cdrs/schema';
export * from './cdrs/cdr-input';
export { cdrLocationOf, NOT_ASSIGNED } from './cdrs/cdr-location-of';
export { creditedId, creditOf, creditProblems } from './cdrs/credit';
export * from './hub-client-info/schema';
export { credentialsSchema } from './credentials';
export * from './credentials/schema';
export { versionDetailsSchema, versionListSchema } from './versions';
export * from './versions/schema';
export { AuthMethod } from './shared/auth-method';
export { BusinessDetails } from './shared/business-details';
export { CdrToken, cdrTokenOf } from './shared/cdr-token';
export { CdrDimension, CdrDimensionType, ChargingPeriod, periodsOfCdr } from './shared/charging-period';
export type { Embedding } from './shared/embedding';
export { DisplayText } from './shared/display-text';
export {
  EnergyMix,
  EnergySource,
  EnergySourceCategory,
  EnvironmentalImpact,
  EnvironmentalImpactCategory,
} from './shared/energy-mix';
export { Image, ImageCategory } from './shared/image';
export { Price } from './shared/price';
export { ProfileType } from './shared/profile-type';
export { Role } from './shared/role';
export { TokenType } from './shared/token-type';
export { describeProblems, isOf, jsonSchemaOf, patchJsonSchemaOf, withoutNulls } from './schema';
export type {
  JsonSchema,
  Mode,
  ObjectSchema,
  ObjectType,
  Problem,
  Static,
  Type,
  ValidationResult,
  Validator,
} from './schema';
