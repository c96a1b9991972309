import Ajv2020, { type ErrorObject, type ValidateFunction } from 'ajv/dist/2020';
import { isAbsoluteUrl, isDate, isDateTime, isHttpUrl } from './formats';
import { shortValue, type Problem, type ValidationResult } from './problem';
import type { JsonSchema } from './type';

/** Judges a value; never changes it. */
export type Validator = (value: unknown) => ValidationResult;

/** Tells of a breach of a rule at a path below the value. */
export type Report = (path: string, message: string, value?: unknown) => void;

/** A rule that a schema cannot say; runs only on values that fit their schema, whole or partial (PATCH). */
export type Rule<T> = (value: Partial<T>, report: Report) => void;

const MAX_PROBLEMS = 10;
/** Errors that are looked at; several may tell the same problem. */
const MAX_ERRORS = 100;
const OK: ValidationResult = { ok: true };

/** The schemas are our own and held against the meta-schema by a test, not at every start. */
function newAjv(allErrors: boolean): Ajv2020 {
  const meta = { meta: false, validateSchema: false };
  const ajv = new Ajv2020({ ...meta, allErrors, verbose: allErrors, strictTypes: false, allowUnionTypes: true });
  ajv.addVocabulary(['expected', 'secret']);
  ajv.addFormat('ocpi-date-time', isDateTime);
  ajv.addFormat('ocpi-date', isDate);
  ajv.addFormat('ocpi-url', isAbsoluteUrl);
  ajv.addFormat('ocpi-http-url', isHttpUrl);
  return ajv;
}

function problemOf(error: ErrorObject): Problem {
  if (error.keyword === 'required') {
    return { path: `${error.instancePath}/${String(error.params['missingProperty'])}`, message: 'is required' };
  }
  const schema: Readonly<Record<string, unknown>> = error.parentSchema ?? {};
  const expected = schema['expected'];
  const message = typeof expected === 'string' ? `must be ${expected}` : (error.message ?? 'is not valid');
  const value = schema['secret'] === true ? undefined : shortValue(error.data);
  return { path: error.instancePath, message, ...(value === undefined ? {} : { value }) };
}

function distinct(problems: readonly Problem[]): Problem[] {
  const byText = new Map(problems.map((problem) => [`${problem.path} ${problem.message}`, problem]));
  return [...byText.values()].slice(0, MAX_PROBLEMS);
}

const fastAjv = lazy(() => newAjv(false));
const explainingAjv = lazy(() => newAjv(true));

function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function problemsByRules<T>(rules: readonly Rule<T>[], value: T): Problem[] {
  const problems: Problem[] = [];
  const report: Report = (path, message, found) => {
    const short = shortValue(found);
    problems.push({ path, message, ...(short === undefined ? {} : { value: short }) });
  };
  for (const rule of rules) rule(value, report);
  return problems;
}

/**
 * A validator from a JSON Schema and rules. Compiled at its first use, reused after; the schema stops at the first
 * error, and only a refused value is judged again for a report of its first 10 problems.
 */
export function validator<T>(schema: () => JsonSchema, rules: readonly Rule<T>[] = []): Validator {
  const check = lazy((): ValidateFunction => fastAjv().compile(schema()));
  const explain = lazy((): ValidateFunction => explainingAjv().compile(schema()));
  return (value) => {
    if (!check()(value)) {
      const full = explain();
      full(value);
      return { ok: false, problems: distinct((full.errors ?? []).slice(0, MAX_ERRORS).map(problemOf)) };
    }
    if (rules.length === 0) return OK;
    const problems = problemsByRules(rules, value as T);
    return problems.length === 0 ? OK : { ok: false, problems: distinct(problems) };
  };
}
