/**
 * Whose signatures, at a running hub: commune B's certificate on commune A's document is told by the list, by
 * learning and by name; the lawful cases are silent; figures stay as they were.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { letterContent } from '../../src/demo/letter.ts';
import { makePdf, type Pdf } from '../../src/demo/pdf.ts';
import { signPdf } from '../../src/demo/pdf-sign.ts';
import { makePki, type Party, type Pki } from '../../src/demo/pki.ts';
import { readCertificate } from '../../src/signature/path/certificate.ts';
import { lienthong } from '../support/cli.ts';
import { temporaryFolder } from '../support/hub.ts';
import { documentMessage, type File } from '../support/message.ts';
import { openProvince, type Province } from '../support/province.ts';
import { seedAnchors } from '../support/seed.ts';

let pki: Pki;
let province: Province;
const now = new Date();

beforeAll(async () => {
  pki = await makePki({ now, rsaKeys: 2 });
  const folder = await temporaryFolder();
  await seedAnchors(folder, [pki.root.certificate], [pki.issuing.certificate, pki.sister.certificate]);
  await mkdir(join(folder, 'crls'), { recursive: true });
  for (const [index, list] of pki.revocationLists([], now).entries()) await writeFile(join(folder, 'crls', `${index}.crl`), list);
  const more = [
    { code: 'H99.14', name: 'UBND xã Ia Mơ (cũ)', parent: 'H99', successor: 'H99.11', validTo: '2025-06-30', system: 'QLVB-XA' },
    { code: 'A99', name: 'Tỉnh ủy Mẫu', kind: 'party', level: 'province', system: 'QLVB-XA' },
  ] as const;
  province = await openProvince({ folder, more });
});
afterAll(() => province.hub.remove());

const agency = (name: string, organisation = 'UBND tỉnh Mẫu', under: 'government' | 'sister' | 'stranger' = 'government'): Party =>
  pki.issue({ kind: 'agency', name, organisation, under });
const person = (name = 'Nguyễn Văn An'): Party => pki.issue({ kind: 'person', name, organisation: 'UBND tỉnh Mẫu', email: 'an@mau.test' });

const letter = {
  ...{ agency: 'UBND xã Tân Lập', parent: 'UBND tỉnh Mẫu', code: '27/UBND-VX', place: 'Tân Lập', date: '2026-11-19' },
  ...{ subject: 'V/v rà soát', recipients: ['Sở Nội vụ'], paragraphs: ['Nội dung.'], notice: 'DỮ LIỆU MÔ PHỎNG' },
  signer: { competence: 'TM.', position: 'Chủ tịch', fullName: 'Nguyễn Văn An' },
};
const page = (): Pdf => makePdf(letterContent(letter), { seed: randomUUID() });
const signed = (...parties: readonly Party[]): Uint8Array => parties.reduce((pdf, party) => signPdf(pdf, { party, at: now }), page()).bytes;
const main = (...parties: readonly Party[]): File => ({ name: 'van-ban.pdf', bytes: signed(...parties) });
const annex = (...parties: readonly Party[]): File => ({ name: 'phu-luc.pdf', description: 'Phụ lục', bytes: signed(...parties) });

type System = 'so1' | 'so2' | 'xa' | 'truc';
const message = (from: string, files: readonly File[]): Buffer =>
  documentMessage({ from, to: ['H99.2'], documentId: `${from},${randomUUID()}`, number: randomUUID().slice(0, 8), files });
/** Sends, and answers the receipt. */
const send = async (from: string, files: readonly File[], system: System = 'xa') => {
  const bytes = message(from, files);
  const checked = await province.as[system].post(bytes, '/v1/envelopes?check=true');
  const answer = await province.as[system].post(bytes);
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  // The dry run says the same before, as far as it can: the real call may learn.
  expect(checked.body.proof.attachments.map((file: { signatures: readonly unknown[] }) => file.signatures.length)).toEqual(
    answer.body.proof.attachments.map((file: { signatures: readonly unknown[] }) => file.signatures.length),
  );
  expect(checked.body.action === 'alert').toBe(answer.body.alerts.length > 0);
  return answer.body;
};
const kinds = (receipt: { readonly alerts: readonly { readonly kind: string }[] }): readonly string[] =>
  receipt.alerts.map(({ kind }) => kind);
// biome-ignore lint/suspicious/noExplicitAny: an answer of the public interface
const signers = (receipt: any) =>
  receipt.proof.attachments[0].signatures.map(({ signer }: { signer: { kind: string; organ: string; knownBy: string } }) =>
    [signer.kind, signer.organ ?? '–', signer.knownBy ?? '–'].join(' '),
  );

const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const rowOf = (party: Party, kind: string, organ: string): string => {
  const { serial, issuer } = readCertificate(party.certificate);
  return [serial.replace(/(..)(?=.)/g, '$1:').toLowerCase(), cell(issuer.text), kind, organ].join(',');
};
const register = async (...rows: readonly string[]) => {
  const path = join(province.hub.folder, `${randomUUID()}.csv`);
  await writeFile(path, `serial,issuer,holderKind,organ\n${rows.join('\n')}\n`);
  return lienthong(province.hub.folder, 'certificates', 'import', path);
};

const a = 'H99.11';
const b = 'H99.12';

describe("commune B's certificate on commune A's document", () => {
  it('is told by the list, at once after the import beside the running hub', async () => {
    const seal = agency('Con dấu số 7', 'Không rõ');
    expect(kinds(await send(a, [main(seal)]))).toEqual([]);
    expect(await register(rowOf(seal, 'agency', b))).toMatchObject({ added: 1, changed: 0, unchanged: 0, errors: [] });
    const receipt = await send(a, [main(person(), seal)]);
    expect([kinds(receipt), signers(receipt), receipt.proof.verdict]).toEqual([
      ['signer.other-organ'],
      ['person – guess', 'agency H99.12 registry'],
      'valid',
    ]);
    expect(receipt.deliveries[0].state).toBe('queued');
    const alert = (await province.as.admin.get(`/v1/alerts/${receipt.alerts[0].alertId}`)).body;
    expect(alert).toMatchObject({ key: `signer.other-organ:${receipt.recordId}`, severity: 'high', organ: a, count: 1 });
    for (const said of [
      'Chữ ký số không phải của cơ quan gửi',
      'Con dấu số 7',
      readCertificate(seal.certificate).serial,
      'UBND xã Phú Hòa',
      'danh sách',
    ])
      expect(alert.vi).toContain(said);
    // On its own documents it is silent.
    expect(kinds(await send(b, [main(person(), seal)]))).toEqual([]);
  });

  it('is told by learning: three valid documents of B, and none of another', async () => {
    const seal = agency('Con dấu số 8', 'Không rõ');
    const first = [await send(b, [main(seal)]), await send(b, [main(person(), seal)])];
    expect(first.flatMap(kinds)).toEqual([]);
    // Two are not enough.
    expect(kinds(await send(b, [main(seal)]))).toEqual([]);
    const receipt = await send(a, [main(seal)]);
    expect([kinds(receipt), signers(receipt)]).toEqual([['signer.other-organ'], ['agency H99.12 learnt']]);
    expect(receipt.alerts[0].vi).toContain('theo các văn bản hợp lệ trước đây');
    // Seen with two organs it is nobody's: the next raises nothing.
    expect(kinds(await send(a, [main(seal)]))).toEqual([]);
    const listed = await lienthong(province.hub.folder, 'certificates', 'list');
    const { serial } = readCertificate(seal.certificate);
    expect(listed.find((row: { serial: string }) => row.serial === serial)).toMatchObject({
      organ: null,
      sightings: [
        { organ: a, documents: 2 },
        { organ: b, documents: 3 },
      ],
    });
  });

  it('is not learnt from documents whose revocation is unknown, nor against the list', async () => {
    const unknown = agency('Con dấu số 9', 'Không rõ', 'sister');
    for (const _ of [1, 2, 3, 4]) expect((await send(b, [main(unknown)])).proof.reason).toBe('revocation-unknown');
    expect(kinds(await send(a, [main(unknown)]))).toEqual([]);
    const listed = agency('Con dấu số 10', 'Không rõ');
    await register(rowOf(listed, 'agency', a));
    for (const _ of [1, 2, 3, 4]) expect(kinds(await send(b, [main(listed)]))).toEqual(['signer.other-organ']);
    expect(signers(await send(a, [main(listed)]))).toEqual(['agency H99.11 registry']);
  });

  it('is not learnt from what another hub passes on', async () => {
    const seal = agency('Con dấu số 11', 'Không rõ');
    for (const _ of [1, 2, 3, 4]) await send('H88.1', [main(seal)], 'truc');
    expect(signers(await send(a, [main(seal)]))).toEqual(['unknown – –']);
  });

  it('is told by the names in the certificate, where they name exactly one other organ', async () => {
    const receipt = await send(a, [main(person(), agency('ỦY BAN NHÂN DÂN XÃ PHÚ HOÀ', 'UBND TỈNH MẪU'))]);
    expect([kinds(receipt), signers(receipt)[1]]).toEqual([['signer.other-organ'], 'agency H99.12 guess']);
    expect(receipt.alerts[0].vi).toContain('theo tên trên chứng thư số');
    // O names another body than the one above that organ.
    expect(kinds(await send(a, [main(agency('UBND xã Phú Hòa', 'UBND huyện Cũ'))]))).toEqual([]);
    // A foreign sender's names are not held against ours.
    expect(kinds(await send('H88.1', [main(agency('Sở Nội vụ', 'UBND tỉnh Bạn'))], 'truc'))).toEqual([]);
  });

  it('is told where revocation is not known yet, and has no second alert where trust is missing', async () => {
    const names = ['UBND xã Phú Hòa', 'UBND tỉnh Mẫu'] as const;
    expect(kinds(await send(a, [main(agency(...names, 'sister'))]))).toEqual(['signer.other-organ']);
    expect(kinds(await send(a, [main(agency(...names, 'stranger'))]))).toEqual(['signature.untrusted']);
  });

  it('is not told of a stranger who copied issuer and serial number of a listed certificate', async () => {
    const seal = agency('Con dấu số 12', 'Không rõ');
    await register(rowOf(seal, 'agency', b));
    const { serial } = readCertificate(seal.certificate);
    const copied = pki.issue({
      ...{ kind: 'agency', name: 'Con dấu số 12', organisation: 'Không rõ', under: 'stranger' },
      certificate: { serial: Buffer.from(serial, 'hex'), issuer: pki.issuing.name },
    });
    const receipt = await send(a, [main(copied)]);
    expect([signers(receipt), kinds(receipt)]).toEqual([['unknown – –'], ['signature.untrusted']]);
  });
});

describe('lawful signatures are silent', () => {
  const own = () => agency('Ủy ban nhân dân xã Tân Lập');
  const lawful: readonly (readonly [how: string, files: () => readonly File[]])[] = [
    ['a person, then the agency', () => [main(person(), own())]],
    ['several persons, then the agency', () => [main(person(), person('Trần Thị Bình'), own())]],
    ['an incoming stamp by another agency', () => [main(person(), own(), agency('Sở Xây dựng'))]],
    ["another's document, copied under the sender's signature", () => [main(person(), agency('Sở Xây dựng'), own())]],
    ["the parent's seal", () => [main(person(), agency('UBND tỉnh Mẫu', 'Không rõ'))]],
    ['the seal of what the sender was before a merger', () => [main(person(), agency('UBND xã Ia Mơ (cũ)'))]],
    ['an agency that nobody knows', () => [main(person(), agency('Trung tâm Không tên', 'Không rõ'))]],
    ['a holder that cannot be told', () => [main(agency('Thiết bị 01', 'Không rõ'))]],
    ["a separate annex with the agency's signature, not shown", () => [main(person(), own()), annex(own())]],
  ];
  it.each(lawful)('%s', async (_how, files) => {
    const receipt = await send(a, files());
    expect([kinds(receipt), receipt.proof.verdict]).toEqual([[], 'valid']);
  });

  it('the agency alone: information in the receipt and on the record, no alert', async () => {
    const receipt = await send(a, [main(own())]);
    expect(kinds(receipt)).toEqual([]);
    const said = [{ code: 'agency-only', vi: 'Bản số hóa/sao y: chỉ có chữ ký số của cơ quan', en: expect.any(String) }];
    expect(receipt.proof.remarks).toEqual(said);
    expect((await province.as.xa.get(`/v1/records/${receipt.recordId}`)).body.proof.remarks).toEqual(said);
  });

  it('a Party document with a person only: NĐ 30/2020 does not bind the Party block', async () => {
    expect(kinds(await send('A99', [main(person())]))).toEqual([]);
  });
});

describe('what is lacking', () => {
  const own = () => agency('Ủy ban nhân dân xã Tân Lập');
  it.each([
    ['a person only', () => [main(person())], 'signer.agency-missing', 'high'],
    ['the agency before the person', () => [main(own(), person())], 'signer.order', 'low'],
    ["a separate annex without the agency's", () => [main(person(), own()), annex(), annex(person())], 'signer.annex', 'low'],
  ] as const)('%s is one alert, joined by kind and organ', async (_how, files, kind, severity) => {
    const [one, two] = [await send(a, files()), await send(a, files())];
    expect([kinds(one), kinds(two)]).toEqual([[kind], [kind]]);
    expect(one.alerts[0].alertId).toBe(two.alerts[0].alertId);
    const alert = (await province.as.admin.get(`/v1/alerts/${one.alerts[0].alertId}`)).body;
    expect(alert).toMatchObject({ key: `${kind}::${a}`, severity, count: 2, recordId: two.recordId });
    expect((await province.as.admin.get(`/v1/alerts?kind=${kind}`)).body.items).toHaveLength(1);
  });
});

describe('the record of it', () => {
  it('keeps what was known: the list changed later does not come back', async () => {
    const seal = agency('Con dấu số 13', 'Không rõ');
    const receipt = await send(a, [main(seal)]);
    await register(rowOf(seal, 'agency', b));
    const record = (await province.as.admin.get(`/v1/records/${receipt.recordId}`)).body;
    expect(record.proof).toEqual(receipt.proof);
    expect(record.proof.attachments[0].signatures[0].signer.knownBy).toBeNull();
  });

  it('counts the document as before: signed, and once', async () => {
    const period = new Date().toISOString().slice(0, 7);
    const signedOf = async () => {
      const { rows } = (await province.as.admin.get('/v1/compliance/2026-11')).body;
      const row = rows.find(({ organ }: { organ: string }) => organ === 'H99.13');
      return [row.electronicOnly + row.electronicWithPaper, row.signed];
    };
    expect(period).toMatch(/^\d{4}-\d{2}$/);
    const [issued = 0, sound = 0] = await signedOf();
    await send('H99.13', [main(person())]);
    await send('H99.13', [main(agency('UBND xã Phú Hòa'))]);
    expect(await signedOf()).toEqual([issued + 2, sound + 2]);
  });
});
