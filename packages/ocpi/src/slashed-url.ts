/** How the path of an endpoint is to end: as it was given, with a slash, or without one. */
export type EndpointSlash = 'as_given' | 'with' | 'without';

/** An endpoint's URL with its path ending so; a query stays as it is. */
export function slashedUrl(endpoint: string, slash: EndpointSlash): string {
  if (slash === 'as_given') return endpoint;
  const at = endpoint.indexOf('?');
  const [path, query] = at < 0 ? [endpoint, ''] : [endpoint.slice(0, at), endpoint.slice(at)];
  return `${path.replace(/\/+$/, '')}${slash === 'with' ? '/' : ''}${query}`;
}
