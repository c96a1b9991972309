import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';

interface Documented {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, unknown>>;
}

export type Paths = Readonly<Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, Documented>> }>>>>;

/** An OpenAPI document, as far as it is judged by. */
export interface JudgingDocument {
  readonly paths: Paths;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

/** Judges answers by the OpenAPI document. `anything` names schemas whose values may be any object. */
export class DocumentCheck {
  readonly #paths: Paths;
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor({ paths, components }: JudgingDocument, anything: readonly string[] = []) {
    this.#paths = paths;
    const schemas = { ...components.schemas, ...Object.fromEntries(anything.map((name) => [name, { type: 'object' }])) };
    addFormats(this.#ajv);
    this.#ajv.addSchema({ $id: 'api', components: { schemas }, paths });
  }

  /** What is wrong with an answer; undefined for one that is as documented. */
  async problemOf(method: string, url: string, response: Response): Promise<string | undefined> {
    const path = url.replace(/[?#].*$/, '');
    const template = this.#templateOf(path) ?? '';
    const operation = this.#paths[template]?.[method.toLowerCase()];
    if (!operation) return [404, 405].includes(response.status) ? undefined : `${method} ${path} is not documented`;
    const status = operation.responses[response.status] ? String(response.status) : 'default';
    const documented = Object.keys(operation.responses[status]?.content ?? {});
    const mediaType = mediaTypeOf(response);
    const what = `${method} ${path} ${response.status}`;
    if (!isAmong(mediaType, documented)) return `${what} is ${mediaType || 'empty'}, not ${documented.join(', ') || 'empty'}`;
    if (!/^application\/(problem\+)?json$/.test(mediaType)) return undefined;
    const place = ['paths', template, method.toLowerCase(), 'responses', status, 'content', mediaType, 'schema'];
    return this.#judge(place, await response.clone().json(), what);
  }

  /** What is wrong with a value by a schema of the components; undefined for one that is as it says. */
  problemOfValue(schema: string, value: unknown): string | undefined {
    return this.#judge(['components', 'schemas', schema], value, schema);
  }

  #judge(place: readonly string[], value: unknown, what: string): string | undefined {
    const pointer = place.map((name) => encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
    const validate = this.#compiled.get(pointer) ?? this.#ajv.compile({ $ref: `api#/${pointer}` });
    this.#compiled.set(pointer, validate);
    return validate(value) ? undefined : `${what}: ${this.#ajv.errorsText(validate.errors)}`;
  }

  /** The most literal template that fits. */
  #templateOf(path: string): string | undefined {
    const fits = Object.keys(this.#paths).filter((template) => {
      const pattern = template.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll(/\{\w+\}/g, '[^/]+');
      return new RegExp(`^${pattern}$`).test(path);
    });
    return fits.sort((a, b) => (a.match(/\{/g)?.length ?? 0) - (b.match(/\{/g)?.length ?? 0))[0];
  }
}

function mediaTypeOf(response: Response): string {
  return response.headers.get('content-type')?.split(';', 1)[0] ?? '';
}

function isAmong(mediaType: string, documented: readonly string[]): boolean {
  if (documented.length === 0) return mediaType === '';
  return documented.includes('*/*') || documented.includes(mediaType);
}
