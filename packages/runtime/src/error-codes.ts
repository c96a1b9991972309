import { status } from '@grpc/grpc-js';

/**
 * Every error Roamgrid can answer with: a stable code, and the gRPC status that carries it between services. What a peer
 * is told (HTTP status, OCPI status code) stands in the gateway; what a backend is told, in the roaming API.
 */
export const errorCodes = {
  /** No credentials token, or nobody's. */
  'token.unknown': status.UNAUTHENTICATED,
  /** A registration token (token A) outside versions and credentials. */
  'token.registration_only': status.UNAUTHENTICATED,
  /** No handler for this path. */
  'route.unknown': status.UNIMPLEMENTED,
  /** The path exists, the method does not. */
  'method.not_allowed': status.UNIMPLEMENTED,
  /** An OCPI version that we do not speak. */
  'version.unknown': status.UNIMPLEMENTED,
  /** A query parameter or header that cannot be read. */
  'parameter.invalid': status.INVALID_ARGUMENT,
  /** A body that is no JSON, or nested too deep to be read. */
  'body.malformed': status.INVALID_ARGUMENT,
  /** A body above the limit of its route. */
  'body.too_large': status.OUT_OF_RANGE,
  /** JSON that breaks the specification of its object. */
  'object.invalid': status.INVALID_ARGUMENT,
  /** Identity in the body differs from the one addressed, or a PATCH tries to change it. */
  'object.key_mismatch': status.INVALID_ARGUMENT,
  /** No such object for this caller. */
  'object.unknown': status.NOT_FOUND,
  /** Another object than the one that is there, where objects never change. */
  'object.immutable': status.ALREADY_EXISTS,
  /** A change of an object that has come to its end. */
  'object.final': status.FAILED_PRECONDITION,
  /** What is asked of an object cannot be done with it. */
  'object.not_capable': status.FAILED_PRECONDITION,
  /** A command for a Location that is not here. */
  'location.unknown': status.NOT_FOUND,
  /** No such conversation for this caller, or none any more. */
  'conversation.unknown': status.NOT_FOUND,
  /** A conversation has come to its end, in another way than this. */
  'conversation.over': status.FAILED_PRECONDITION,
  /** An object that is meant for a party that is not hosted here. */
  'audience.elsewhere': status.PERMISSION_DENIED,
  /** No such Token to authorize. */
  'authorization.token_unknown': status.NOT_FOUND,
  /** Whether a Token may charge depends on where, which the request does not say. */
  'authorization.location_needed': status.INVALID_ARGUMENT,
  /** An id that several hosted parties use; the caller must say whose. */
  'object.ambiguous': status.INVALID_ARGUMENT,
  /** The party is not one of the caller's. */
  'party.not_yours': status.PERMISSION_DENIED,
  /** The party is the caller's, but has not the role that owns this module. */
  'party.role_missing': status.PERMISSION_DENIED,
  /** The party that a message is for is not hosted here. */
  'party.not_hosted': status.INVALID_ARGUMENT,
  /** The peer has registered already. */
  'peer.registered': status.FAILED_PRECONDITION,
  /** The peer has not registered. */
  'peer.not_registered': status.FAILED_PRECONDITION,
  /** No peer of this id. */
  'peer.unknown': status.NOT_FOUND,
  /** The peer could not be reached, or did not answer in time. */
  'peer.unreachable': status.ABORTED,
  /** The peer's answer is not what OCPI says it is. */
  'peer.bad_answer': status.ABORTED,
  /** The peer answered with an error. */
  'peer.refused': status.ABORTED,
  /** The peer's address is one that we do not call. */
  'peer.address_forbidden': status.ABORTED,
  /** The peer does not offer the version. */
  'peer.version_unsupported': status.ABORTED,
  /** The peer lacks endpoints that its roles need. */
  'peer.endpoints_missing': status.ABORTED,
  /** More than this service takes at the moment. */
  overloaded: status.RESOURCE_EXHAUSTED,
  /** A part that is needed does not answer at the moment. */
  unavailable: status.UNAVAILABLE,
  /** A configuration that cannot be used. */
  'config.invalid': status.FAILED_PRECONDITION,
  /** A defect of ours. */
  internal: status.INTERNAL,
} as const satisfies Record<string, status>;

export type ErrorCode = keyof typeof errorCodes;

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(errorCodes, text);
}
