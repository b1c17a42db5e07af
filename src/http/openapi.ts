/** The OpenAPI 3.1 document, made from the very rows and schemas that check the requests. */
import { OpenAPIRegistry, OpenApiGeneratorV31, type ResponseConfig, type ZodRequestBody } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { type FailureCode, failures } from '../errors.ts';
import type { Hub } from '../hub.ts';
import type { Answer, Call } from './call.ts';
import { problemShape } from './shapes/words.ts';

const contentFor = (content: Answer['content']): NonNullable<ResponseConfig['content']> =>
  Object.fromEntries(
    Object.entries(content).map(([media, shape]) => [
      media,
      { schema: shape === 'text' ? { type: 'string' } : shape === 'binary' ? { type: 'string', format: 'binary' } : shape },
    ]),
  );

const headersFor = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(headers).map(([name, description]) => [name, { description, schema: { type: 'string' as const } }]));

const answersFor = (answers: Call['answers']): Record<string, ResponseConfig> =>
  Object.fromEntries(
    Object.entries(answers).map(([status, { description, content, headers }]) => [
      status,
      { description, content: contentFor(content), ...(headers === undefined ? {} : { headers: headersFor(headers) }) },
    ]),
  );

/** What any call with a key may be refused with, beside its own refusals. */
const codesOf = (one: Call): readonly FailureCode[] => {
  if (one.access === 'unlimited') return [];
  if (one.access === 'open') return ['caller.too-fast'];
  const body = one.body === null ? [] : (['envelope.too-large', 'media.unsupported'] as const);
  return [
    'request.invalid',
    'key.invalid',
    'key.expired',
    'role.insufficient',
    'caller.too-fast',
    'store.unavailable',
    ...body,
    ...one.refusals,
  ];
};

const refusalsFor = (one: Call): Record<string, ResponseConfig> => {
  const byStatus = Map.groupBy(new Set(codesOf(one)), (code) => failures[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      String(status),
      {
        description: codes.map((code) => `${code}: ${failures[code].vi}`).join('; '),
        content: { 'application/problem+json': { schema: problemShape } },
      },
    ]),
  );
};

/** A bug of ours: one bland sentence and an incident number. */
const ourFault: Record<string, ResponseConfig> = {
  500: { description: 'Lỗi nội bộ của Trục', content: { 'application/problem+json': { schema: problemShape } } },
};

const file = { type: 'string', format: 'binary' } as const;
const envelopeBody: ZodRequestBody = {
  description: 'Thông điệp edXML, nguyên văn',
  required: true,
  content: {
    'application/xml': { schema: { type: 'string' } as const },
    'application/octet-stream': { schema: file },
    'multipart/form-data': { schema: { type: 'object', properties: { file }, required: ['file'] } as const },
  },
};

const bodyFor = (one: Call): { body?: ZodRequestBody } => {
  if (one.takesEnvelope === true) return { body: envelopeBody };
  return one.body === null ? {} : { body: { required: true, content: { 'application/json': { schema: one.body } } } };
};

const paramsFor = (path: string): z.ZodObject | null => {
  const names = [...path.matchAll(/\{(\w+)\}/g)].flatMap(([, name]) => name ?? []);
  return names.length === 0 ? null : z.object(Object.fromEntries(names.map((name) => [name, z.string()])));
};

const register = (registry: OpenAPIRegistry, one: Call): void => {
  const params = paramsFor(one.path);
  registry.registerPath({
    method: one.method,
    path: one.path,
    operationId: one.name,
    tags: [one.group],
    summary: one.vi,
    description: one.en,
    security: typeof one.access === 'string' ? [] : [{ key: [] }, ...(one.takesLink === true ? [{ link: [] }] : [])],
    request: { ...(params === null ? {} : { params }), ...(one.query === null ? {} : { query: one.query }), ...bodyFor(one) },
    // A refusal whose status the call also answers on its own (503 of /readyz) keeps the call's own shape.
    responses: { ...refusalsFor(one), ...ourFault, ...answersFor(one.answers) },
  });
};

export const openApiFor = (calls: readonly Call[], hub: Pick<Hub, 'version' | 'name'>, publicUrl: string) => {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'key', {
    type: 'http',
    scheme: 'bearer',
    description: 'Khóa truy cập của hệ thống (lt_…), cấp bằng `lienthong keys issue`',
  });
  registry.registerComponent('securitySchemes', 'link', {
    type: 'apiKey',
    in: 'query',
    name: 'link',
    description: 'Liên kết tải nhận được qua hàng đợi (href): chỉ cho bản giao đó, đến khi xác nhận, tối đa 7 ngày',
  });
  for (const one of calls) register(registry, one);
  const document = new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'LienThong – Trục liên thông văn bản điện tử',
      version: hub.version,
      description: `${hub.name}. Mọi thời điểm là RFC 3339 UTC. Lỗi theo RFC 9457; giải thích từng mã tại /errors/MÃ.`,
      license: { name: 'EUPL-1.2', identifier: 'EUPL-1.2' },
    },
    servers: publicUrl === '' ? [] : [{ url: publicUrl }],
  });
  return document;
};
