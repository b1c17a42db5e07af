/** Reads what a request says: parameters and small JSON bodies, checked against their schema. */
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { type Fault, failure, fault, HubError } from '../../errors.ts';
import { watchBody } from './watch.ts';

/** No JSON body of this API is longer, in bytes. */
const longestJson = 64 * 1024;

const pointerFor = (path: readonly PropertyKey[]): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

const faultFor = (issue: z.core.$ZodIssue): Fault => {
  const at = pointerFor(issue.path);
  return fault('request.invalid', at, {
    vi: `Tham số ${at === '' ? 'của yêu cầu' : at} thiếu hoặc không đúng: ${viFor(issue)}`,
    en: `${at === '' ? 'The request' : at}: ${issue.message}`,
  });
};

/** The commonest findings in words; the rest are told by their English sentence alone. */
const viFor = (issue: z.core.$ZodIssue): string => {
  switch (issue.code) {
    case 'invalid_type':
      return `phải là kiểu ${issue.expected}`;
    case 'too_small':
      return `nhỏ hơn hoặc ngắn hơn ${issue.minimum}`;
    case 'too_big':
      return `lớn hơn hoặc dài hơn ${issue.maximum}`;
    case 'invalid_value':
      return `phải là một trong: ${issue.values.map(String).join(', ')}`;
    default:
      return 'không đúng dạng';
  }
};

/** The value as the schema gives it; `request.invalid` with every fault and its JSON pointer. */
export const checkShape = <Value>(schema: z.ZodType<Value>, value: unknown): Value => {
  const found = schema.safeParse(value);
  if (found.success) return found.data;
  const [first, ...more] = found.error.issues.map(faultFor);
  throw new HubError([first ?? fault('request.invalid'), ...more]);
};

/** `application/json; charset=utf-8` -> `application/json`; '' where there is none. */
export const mediaTypeOf = (request: Request): string =>
  (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';

const textFrom = async (request: Request, response: Response, idleMs: number): Promise<string> => {
  if (Number(request.headers['content-length'] ?? 0) > longestJson) throw failure('envelope.too-large');
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of watchBody(request, response, idleMs)) {
    length += part.length;
    if (length > longestJson) throw failure('envelope.too-large');
    parts.push(part);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
  } catch {
    throw failure('request.invalid', '', { vi: 'Nội dung không phải là UTF-8', en: 'The body is not UTF-8' });
  }
};

/** A JSON body. `media.unsupported` for any other type, `request.invalid` where it is not JSON. */
export const readJson = async (request: Request, response: Response, idleMs: number): Promise<unknown> => {
  if (mediaTypeOf(request) !== 'application/json') {
    throw failure('media.unsupported', '', { vi: 'Nội dung phải là application/json', en: 'The body must be application/json' });
  }
  const text = await textFrom(request, response, idleMs);
  try {
    return JSON.parse(text);
  } catch {
    throw failure('request.invalid', '', { vi: 'Nội dung không phải là JSON hợp lệ', en: 'The body is not valid JSON' });
  }
};
