export { adviseOn, type Advice, type AdviceRule } from './advice';
export * from './declared-modules';
export * from './define-module';
export { moduleById, modules } from './modules';
export * from './locations/enums';
export * from './locations/schema';
export * from './tariffs/schema';
export { credentialsSchema } from './credentials';
export * from './credentials/schema';
export { versionDetailsSchema, versionListSchema } from './versions';
export * from './versions/schema';
export { BusinessDetails } from './shared/business-details';
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
export { Role } from './shared/role';
export { TokenType } from './shared/token-type';
export { describeProblems, jsonSchemaOf, patchJsonSchemaOf, withoutNulls } from './schema';
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
