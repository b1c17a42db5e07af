/**
 * Holds every answer against the hub's own OpenAPI document: its status must be documented, its media type
 * too, and its body must fit the schema with no field beyond it.
 */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

// biome-ignore lint/suspicious/noExplicitAny: a JSON document, walked by key
type Json = any;

/** Shapes as documented, but closed: a field that leaked out of the hub is an error here. */
const closed = (schema: Json): Json => {
  if (Array.isArray(schema)) return schema.map(closed);
  if (schema === null || typeof schema !== 'object') return schema;
  const inside = Object.fromEntries(Object.entries(schema).map(([name, part]) => [name, closed(part)]));
  return inside.type === 'object' && inside.properties !== undefined ? { additionalProperties: false, ...inside } : inside;
};

export type Conformance = {
  /** Throws with all that does not fit. */
  check(method: string, path: string, status: number, media: string, body: unknown): void;
  /** `operationId status` of everything seen. */
  readonly seen: ReadonlySet<string>;
};

const patternFor = (path: string): RegExp => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);

export const conformanceTo = (document: Json): Conformance => {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  const components = closed(document.components);
  const compiled = new Map<string, ValidateFunction>();
  const seen = new Set<string>();
  const paths = Object.keys(document.paths).map((path) => ({ path, pattern: patternFor(path) }));
  return {
    seen,
    check(method, path, status, media, body) {
      const found = paths.find(({ pattern }) => pattern.test(path))?.path;
      const operation = found === undefined ? undefined : document.paths[found]?.[method.toLowerCase()];
      if (operation === undefined) return;
      const answer = operation.responses[String(status)];
      const name = `${operation.operationId} ${status}`;
      if (answer === undefined) throw new Error(`${name} is not documented: ${JSON.stringify(body)}`);
      seen.add(name);
      const content = answer.content ?? {};
      if (Object.keys(content).length === 0) return;
      const shape = content[media];
      if (shape === undefined) throw new Error(`${name} is documented as ${Object.keys(content)}, not as ${media}`);
      if (!media.endsWith('json')) return;
      const key = `${name} ${media}`;
      const validate = compiled.get(key) ?? ajv.compile({ ...closed(shape.schema), components });
      compiled.set(key, validate);
      if (!validate(body)) throw new Error(`${name}: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(body)}`);
    },
  };
};
