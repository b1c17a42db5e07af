/** Every "bad input" of the contract at a running hub: a code, a place, and nothing half-kept. */
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentMessage, type Letter, statusMessage } from '../support/message.ts';
import { openProvince, type Province } from '../support/province.ts';

const pdf = (content = 'x'): Uint8Array => Buffer.from(`%PDF-1.7\n% ${content}\n%%EOF\n`);
const letter = (differs: Partial<Letter> = {}): Buffer =>
  documentMessage({
    ...{ from: 'H99.1', to: ['H99.2'], documentId: `H99.1,2026/11/19,${randomUUID()}`, number: String(Math.random()) },
    files: [{ name: 'cong-van.pdf', bytes: pdf(randomUUID()) }],
    ...differs,
  });
const changed = (bytes: Buffer, from: string | RegExp, to: string): Buffer => {
  const text = bytes.toString();
  const after = text.replace(from, to);
  if (after === text) throw new Error(`Nothing to change: ${from}`);
  return Buffer.from(after);
};

/** In the middle of a word: two bytes that no UTF-8 has. */
const spoilt = (bytes: Buffer): Buffer => bytes.fill(0xff, bytes.indexOf('V/v'), bytes.indexOf('V/v') + 2);

let province: Province;
const maxBytes = 3_000_000;
beforeAll(async () => {
  province = await openProvince({ env: { LIENTHONG_MAX_BYTES: String(maxBytes) } });
});
afterAll(() => province.hub.remove());

/** All files below a folder of the hub's, other than the store's own. */
const filesIn = (name: string): readonly string[] => {
  const folder = join(province.hub.folder, name);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
};
/** What stands in the data folder besides the database, the keys and the folders' own marks. */
const kept = (): readonly string[] =>
  readdirSync(province.hub.folder)
    .filter((name) => !/^(lienthong\.db|hub-)/.test(name))
    .flatMap(filesIn)
    .sort();

const accepted = async (): Promise<number> => (await province.as.admin.get('/v1/records?outcome=accepted&limit=1000')).body.items.length;

/** Posts, asserts code and place, and that nothing but a refused record is left. */
const refused = async (
  bytes: Uint8Array,
  code: string,
  at: string | RegExp,
  status: number,
  client = province.as.so1,
): Promise<unknown> => {
  const before = { files: kept(), accepted: await accepted() };
  const answer = await client.post(bytes);
  expect({ status: answer.status, code: answer.body.code }, JSON.stringify(answer.body)).toEqual({ status, code });
  expect(answer.body.at).toMatch(typeof at === 'string' ? new RegExp(`^${at.replace(/[[\]/]/g, '\\$&')}$`) : at);
  expect(answer.body.type).toBe(`/errors/${code}`);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(answer.body.errors[0]).toMatchObject({ code, at: answer.body.at });
  expect(answer.body.vi).toMatch(/[à-ỹđ]/i);
  expect({ files: kept(), accepted: await accepted() }).toEqual(before);
  return answer.body;
};

describe('what cannot be read', () => {
  const deep = `${'<a>'.repeat(5_000)}${'</a>'.repeat(5_000)}`;
  const xxe = '<!DOCTYPE edXML [<!ENTITY x SYSTEM "file:///etc/passwd">]>';
  const laughs = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>';
  const afterDeclaration = (put: string): Buffer => changed(letter(), '?>\n', `?>\n${put}`);
  it.each<[string, () => Uint8Array, string, number]>([
    ['not XML', () => Buffer.from('Kính gửi Sở Nội vụ'), 'envelope.malformed', 400],
    ['nothing', () => Buffer.alloc(0), 'envelope.malformed', 400],
    ['random bytes', () => randomBytes(5_000), 'envelope.malformed', 400],
    ['two roots', () => Buffer.concat([letter(), Buffer.from('<edXML/>')]), 'envelope.malformed', 400],
    ['a DTD', () => afterDeclaration('<!DOCTYPE edXML>'), 'envelope.malformed', 400],
    ['an external entity', () => changed(afterDeclaration(xxe), 'V/v', '&x;'), 'envelope.malformed', 400],
    ['an entity bomb', () => changed(afterDeclaration(laughs), 'V/v', '&c;'), 'envelope.malformed', 400],
    ['a truncated message', () => letter().subarray(0, -200), 'envelope.malformed', 400],
    ['a control character', () => changed(letter(), 'V/v', 'V/v \u0007'), 'envelope.malformed', 400],
    ['a control character reference', () => changed(letter(), 'V/v', 'V/v &#7;'), 'envelope.malformed', 400],
    ['bytes that are not UTF-8', () => spoilt(letter()), 'envelope.malformed', 400],
    ['5,000 levels', () => changed(letter({ extra: deep }), 'V/v', 'V/v.'), 'envelope.too-complex', 422],
    ['300,000 elements', () => letter({ extra: '<edXML:Subject/>'.repeat(150_000) }), 'envelope.too-complex', 422],
    [
      'another namespace',
      () => changed(letter(), /http:\/\/www\.mic\.gov\.vn[^"]+/g, 'http://www.e-doc.vn/Schema/'),
      'envelope.namespace',
      422,
    ],
  ])('%s', async (_, make, code, status) => {
    await refused(make(), code, /.*/, status);
  });
});

describe('what the standard or the directory forbids', () => {
  const to = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `H77.${index + 1}`);
  const two = (...names: readonly string[]) => names.map((name) => ({ name, bytes: pdf(randomUUID()) }));
  it.each<[string, () => Buffer, string, string | RegExp, number]>([
    ['no From', () => changed(letter(), /<edXML:From>.*?<\/edXML:From>/, ''), 'envelope.invalid', /^MessageHeader\/From/, 422],
    ['a blank From', () => letter({ from: ' ' }), 'envelope.invalid', 'MessageHeader/From/OrganId', 422],
    ['no To', () => letter({ to: [] }), 'envelope.invalid', /^MessageHeader\/To/, 422],
    ['a blank second To', () => letter({ to: ['H99.2', ''] }), 'envelope.invalid', 'MessageHeader/To[2]/OrganId', 422],
    ['no DocumentId', () => letter({ documentId: '' }), 'envelope.invalid', 'MessageHeader/DocumentId', 422],
    ['no Code', () => letter({ number: '', notation: '' }), 'envelope.invalid', /^MessageHeader\/Code/, 422],
    ['type 7', () => letter({ type: 7 }), 'envelope.invalid', /BussinessDocType$/, 422],
    ['no date', () => letter({ date: '' }), 'envelope.invalid', 'MessageHeader/PromulgationInfo/PromulgationDate', 422],
    ['30 February', () => letter({ date: '2014/02/30' }), 'date.invalid', 'MessageHeader/PromulgationInfo/PromulgationDate', 422],
    ['a date of next year', () => letter({ date: '2099/01/01' }), 'date.future', 'MessageHeader/PromulgationInfo/PromulgationDate', 422],
    ['a recipient nobody knows', () => letter({ to: ['H99.2', 'H99.999'] }), 'organ.unknown', 'MessageHeader/To[2]/OrganId', 422],
    ['a locked recipient', () => letter({ to: ['H99.3'] }), 'organ.locked', 'MessageHeader/To[1]/OrganId', 422],
    ['a closed recipient without successor', () => letter({ to: ['H99.5'] }), 'organ.closed', 'MessageHeader/To[1]/OrganId', 422],
    ['a closed sender', () => letter({ from: 'H99.5' }), 'sender.not-caller', 'MessageHeader/From/OrganId', 403],
    ['someone else as the sender', () => letter({ from: 'H99.2', to: ['H99.1'] }), 'sender.not-caller', 'MessageHeader/From/OrganId', 403],
    ['a recipient twice', () => letter({ to: ['H99.2', 'H99.11', 'H99.2'] }), 'recipient.duplicate', 'MessageHeader/To[3]/OrganId', 422],
    [
      'a recipient twice by an old code',
      () => letter({ from: 'H99.1', to: ['H99.1', '000.00.01.H99'] }),
      'recipient.duplicate',
      'MessageHeader/To[2]/OrganId',
      422,
    ],
    ['2,001 recipients', () => letter({ to: to(2_001) }), 'recipient.too-many', /^MessageHeader\/To/, 422],
    ['10,000 recipients', () => letter({ to: to(10_000) }), 'recipient.too-many', /^MessageHeader\/To/, 422],
    [
      'a Reference without its Attachment',
      () => changed(letter(), /<Attachment>.*<\/Attachment>/, ''),
      'manifest.mismatch',
      /Reference\[1\]/,
      422,
    ],
    [
      'an Attachment without its Reference',
      () => changed(letter(), /<edXML:Reference>.*<\/edXML:Reference>/, ''),
      'manifest.mismatch',
      /Attachment\[1\]/,
      422,
    ],
    [
      'base64 that is not',
      () => changed(letter(), 'Encoded>JVBE', 'Encoded>J*BE'),
      'attachment.encoding',
      /^(AttachmentEncoded\/)?Attachment\[1\]/,
      422,
    ],
    ['a path in a name', () => letter({ files: two('a.pdf', '../../etc/passwd') }), 'attachment.name', /Attachment\[2\]/, 422],
    ['a backslash in a name', () => letter({ files: two('C:\\a.pdf') }), 'attachment.name', /\[1\]/, 422],
    ['an empty name', () => letter({ files: two('') }), 'attachment.name', /\[1\]/, 422],
    ['its own trace', () => letter({ traces: ['H99.1', 'H99'] }), 'trace.loop', /TraceHeader\[2\]/, 422],
  ])('%s', async (_, make, code, at, status) => {
    await refused(make(), code, at, status);
  });

  it('a zip bomb, without unpacking it', async () => {
    const bomb = zipSync({ 'a.docx': new Uint8Array(200_000_000) }, { level: 9 });
    const files = [{ name: 'phu-luc.docx', bytes: bomb, contentType: 'application/zip' }];
    await refused(letter({ files }), 'attachment.bomb', /Attachment\[1\]/, 422);
  });

  it('names every unknown recipient and the nearest known', async () => {
    const { errors } = (await refused(letter({ to: ['H99.21', 'H98'] }), 'organ.unknown', 'MessageHeader/To[1]/OrganId', 422)) as {
      errors: readonly { code: string; at: string; vi: string }[];
    };
    expect(errors.map(({ at }) => at)).toEqual(['MessageHeader/To[1]/OrganId', 'MessageHeader/To[2]/OrganId']);
    expect(errors[0]?.vi).toContain('H99.2');
  });

  it('all that is wrong at once', async () => {
    const answer = await province.as.so1.post(letter({ date: '2026/13/01', documentId: '', to: ['H99.2', 'H99.2'] }));
    expect(answer.body.errors.map(({ code }: { code: string }) => code)).toEqual(
      expect.arrayContaining(['envelope.invalid', 'date.invalid', 'recipient.duplicate']),
    );
  });

  it('types 1–3 and statuses by the same rules', async () => {
    await refused(
      statusMessage({ from: 'H99.1', to: 'H99.2', code: '1/A', documentId: 'x', statusCode: '07' }),
      'envelope.invalid',
      /StatusCode$/,
      422,
    );
    await refused(
      statusMessage({ from: 'H99.1', to: 'H99.2', documentId: 'x', statusCode: '02' }),
      'status.reason-missing',
      /Description/,
      422,
    );
    await refused(statusMessage({ from: 'H99.1', to: 'H99.2', statusCode: '03' }), 'envelope.invalid', /ResponseFor/, 422);
    await refused(
      statusMessage({ from: 'H99.1', to: '', documentId: 'x', statusCode: '03' }),
      'envelope.invalid',
      /ResponseFor\/OrganId$/,
      422,
    );
  });
});

describe('state secrets', () => {
  it.each(['Mật', 'TỐI MẬT', 'Tuyệt mật', ' mật ', 'Độ mật: Mật', 'Mức độ mật: Tối mật'.normalize('NFD')])(
    'refuses the field value "%s"',
    async (content) => {
      const before = (await province.as.admin.get('/v1/alerts?kind=document.secret-refused')).body.items.length;
      await refused(letter({ content }), 'document.secret', 'MessageHeader/Content', 422);
      const { items } = (await province.as.admin.get('/v1/alerts?kind=document.secret-refused')).body;
      expect(items).toHaveLength(before + 1);
      expect(items[0]).toMatchObject({ severity: 'critical', organ: 'H99.1' });
      const { body } = await province.as.admin.get(`/v1/records/${items[0].recordId}`);
      expect(body).toMatchObject({ outcome: 'refused', refusalCode: 'document.secret', subject: null, documentId: null });
    },
  );
  it.each([
    ['Subject', { subject: 'Công văn (MẬT) về phòng cháy' }],
    ['Content', { content: 'Kèm phụ lục (TỐI MẬT)' }],
    ['CodeNotation', { notation: 'UBND-(MẬT)' }],
    ['Priority', { priority: '7' }],
  ])('holds a suspected one: %s', async (_, differs) => {
    const answer = await province.as.so1.post(letter(differs));
    expect(answer.status, JSON.stringify(answer.body)).toBe(202);
    expect(answer.body.deliveries).toMatchObject([{ state: 'held' }]);
    expect(answer.body.alerts.map(({ kind }: { kind: string }) => kind)).toContain('document.secret-suspected');
    expect((await province.as.so2.inbox()).filter(({ recordId }) => recordId === answer.body.recordId)).toEqual([]);
    expect((await province.as.so2.get(`/v1/records/${answer.body.recordId}`)).status).toBe(404);
  });
  it.each(['Mật độ xây dựng khu dân cư', 'Triển khai Luật Bảo vệ bí mật nhà nước', 'Đổi mật khẩu', 'Tăng cường bảo mật', 'Mật ong rừng'])(
    'lets ordinary words pass: %s',
    async (subject) => {
      const answer = await province.as.so1.post(letter({ subject }));
      expect([answer.status, answer.body.deliveries?.[0]?.state]).toEqual([202, 'queued']);
    },
  );
});

describe('callers', () => {
  it.each([
    ['none', 401, 'key.invalid'],
    ['unknown', 401, 'key.invalid'],
    ['revoked', 401, 'key.invalid'],
    ['expired', 401, 'key.expired'],
    ['so3', 403, 'sender.locked'],
    ['admin', 403, 'role.insufficient'],
  ] as const)('%s is answered %i %s before the body', async (who, status, code) => {
    await refused(letter(), code, '', status, province.as[who]);
  });

  it('answers a bad key before 100 Continue and without reading the body', async () => {
    const socket = connect(province.hub.port, '127.0.0.1');
    const head = 'POST /v1/envelopes HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer lt_no\r\nContent-Type: application/xml\r\n';
    socket.write(`${head}Content-Length: 2000000\r\nExpect: 100-continue\r\n\r\n`);
    const first = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
    socket.destroy();
    expect(first.toString()).toMatch(/^HTTP\/1\.1 401 /);
  });
});

describe('size and transport', () => {
  const head = (key: string, length: string): string =>
    `POST /v1/envelopes HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/xml\r\n${length}\r\n\r\n`;
  const key = (): string => province.keys.so2;

  it('answers 413 to a long Content-Length without reading it', async () => {
    const socket = connect(province.hub.port, '127.0.0.1');
    socket.write(head(key(), `Content-Length: ${maxBytes + 1}`));
    const first = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
    socket.destroy();
    expect(first.toString()).toMatch(/^HTTP\/1\.1 413 [\s\S]*envelope\.too-large/);
    expect(filesIn('spool')).toEqual([]);
  });

  it('answers 413 as soon as a chunked body passes the limit, long before its end', async () => {
    const socket = connect(province.hub.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(head(key(), 'Transfer-Encoding: chunked'));
    let sent = 0;
    let answer = '';
    socket.on('data', (part) => {
      answer += part;
    });
    const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(65_536, 0x20), Buffer.from('\r\n')]);
    while (answer === '' && sent < 200_000_000 && !socket.destroyed) {
      if (!socket.write(chunk)) await new Promise((resolve) => setTimeout(resolve, 1));
      sent += 65_536;
    }
    socket.destroy();
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(sent).toBeLessThan(60_000_000);
    expect(filesIn('spool')).toEqual([]);
  });

  it('keeps nothing of a body that breaks off', async () => {
    const socket = connect(province.hub.port, '127.0.0.1');
    socket.write(head(key(), 'Content-Length: 3000000'));
    socket.write(Buffer.concat([letter().subarray(0, 500), Buffer.alloc(1_200_000, 0x20)]));
    await expect.poll(() => filesIn('spool').length, { timeout: 5_000 }).toBeGreaterThan(0);
    socket.destroy();
    await expect.poll(() => filesIn('spool'), { timeout: 5_000 }).toEqual([]);
  });

  it('names what is wrong with the request itself', async () => {
    const { so1, none } = province.as;
    expect((await so1.post(letter(), '/v1/envelopes', { 'content-type': 'image/png' })).body.code).toBe('media.unsupported');
    expect((await so1.get('/v1/nothing')).body).toMatchObject({ status: 404, code: 'resource.unknown' });
    expect((await so1.send('DELETE', '/v1/envelopes', {})).body).toMatchObject({ status: 405, code: 'method.unknown' });
    expect((await so1.get('/v1/inbox?limit=many')).body).toMatchObject({ status: 400, code: 'request.invalid' });
    expect((await so1.get('/v1/records/r_absent')).body.code).toBe('resource.unknown');
    expect((await none.get('/v1/inbox')).body.code).toBe('key.invalid');
    const ack = await so1.send('POST', '/v1/deliveries/d_absent/acknowledgement', { result: 'maybe' });
    expect([400, 404]).toContain(ack.status);
  });
});

it('turns a stranger who floods away, without slowing a valid key', async () => {
  const wave = () => Promise.all(Array.from({ length: 400 }, () => province.as.unknown.get('/v1/inbox')));
  let answers = await wave();
  // On a busy machine a wave may take so long that all of it is let in; then the next finds nothing saved.
  for (let more = 0; more < 4 && !answers.some(({ status }) => status === 429); more += 1) answers = [...answers, ...(await wave())];
  const statuses = answers.map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([401, 429]));
  const late = answers.find(({ status }) => status === 429);
  expect(late?.body.code).toBe('caller.too-fast');
  expect(Number(late?.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await province.as.so1.get('/v1/inbox')).status).toBe(200);
  expect((await province.as.so1.post(letter())).status).toBe(202);
});
