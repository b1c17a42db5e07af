/** The verdict on a PDF: what is told of each signature, and which of several faults is. */
import { createHash, sign } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { alterPdf, catalogBody, type Pdf, pageBody, revisePdf } from '../../../src/demo/pdf.ts';
import { signPdf } from '../../../src/demo/pdf-sign.ts';
import { octets } from '../../../src/signature/asn1/write.ts';
import { integrityOnly, type VerificationContext } from '../../../src/signature/context.ts';
import { type PdfProof, verifyPdf } from '../../../src/signature/pdf/verify.ts';
import { revocationFrom } from '../../../src/signature/revocation/known.ts';
import { signCms } from '../../../src/signature/sign/cms.ts';
import { signAs } from '../attacks/makers.ts';
import { type Kit, makeKit, now, outcomeOf, replaced } from '../kit.ts';
import { days, stampPdf } from '../time/stamped.ts';
import { catalogWith, header, ranged, revised, unranged } from './written.ts';

let kit: Kit;
beforeAll(async () => {
  kit = await makeKit();
});

const proofs = (proof: PdfProof) => proof.signatures;
const reasons = (proof: PdfProof): readonly (string | null)[] => proof.signatures.map(({ reason }) => reason);
const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
const followedBy = (pdf: Pdf | Uint8Array, text: string): Buffer =>
  Buffer.concat([pdf instanceof Uint8Array ? pdf : pdf.bytes, latin(text)]);
const forbidden = (revision: number, what: string) => ({ revision, class: 'forbidden', what });

describe('what is told of a signature', () => {
  it('is the whole of it', () => {
    const [one] = proofs(kit.verify(kit.signed()));
    expect(one).toMatchObject({
      ...{ index: 0, kind: 'signature', integrity: 'intact', verdict: 'undetermined', reason: 'revocation-unknown', laterChanges: [] },
      ...{ covers: { revision: 2, of: 2, wholeFile: true }, judgedAt: now.toISOString(), remarks: [], timestamps: [], timestampedAt: null },
    });
    expect(one?.signer.name).toBe('Sở Nội vụ');
    expect(one?.chain).toHaveLength(3);
    expect(Object.keys(one?.chain[0] ?? {})).toEqual(['subject', 'serial', 'sha256']);
    expect(one?.chain[0]).toMatchObject({ sha256: createHash('sha256').update(kit.agency.certificate).digest('hex') });
    expect(one?.chain[0]?.subject).toContain('Sở Nội vụ');
  });
  it('is judged now, if now is given', () => {
    const later = days(now, 3);
    expect(proofs(kit.verify(kit.signed(), { now: later }))[0]?.judgedAt).toBe(later.toISOString());
  });
  it('is the instant that it claims: in its CMS, else in the dictionary, else none', () => {
    const claimed = (dict: string) => proofs(kit.verify(signAs(kit.letter(), { party: kit.agency, dict })))[0]?.claimedAt;
    expect(claimed("/M (D:20261001080000+07'00')")).toBe('2026-10-01T01:00:00.000Z');
    expect(claimed('')).toBeNull();
    expect(claimed('/M (soon)')).toBeNull();
    expect(claimed('/M 20261001')).toBeNull();
    const inCms = days(now, -5);
    expect(proofs(kit.verify(kit.signed(kit.agency, { at: inCms, claimInCms: true })))[0]?.claimedAt).toBe(inCms.toISOString());
  });
  it('comes in the order of what the signatures cover, whatever the order of the fields', () => {
    const { bytes } = kit.twice();
    const names = (file: Uint8Array) => proofs(kit.verify(file, { rules: integrityOnly })).map(({ index, signer }) => [index, signer.name]);
    const expected = [
      [0, 'Nguyễn Văn Ả'],
      [1, 'Sở Nội vụ'],
    ];
    expect(names(bytes)).toEqual(expected);
    const pdf = kit.twice();
    const turned = revisePdf(pdf, [{ number: 1, body: catalogBody(pdf.fields.toReversed()) }]).pdf;
    expect(proofs(kit.verify(turned)).map(({ signer }) => signer.name)).toEqual(expected.map(([, name]) => name));
  });
});

describe('what came later', () => {
  it('is a signature, of which the later revision is told, and not what was there before', () => {
    const pdf = kit.twice();
    const [first, second] = proofs(kit.verify(pdf));
    expect(first?.covers).toEqual({ revision: 2, of: 3, wholeFile: false });
    expect(second?.covers).toEqual({ revision: 3, of: 3, wholeFile: true });
    expect(new Set(first?.laterChanges.map(({ revision }) => revision))).toEqual(new Set([3]));
    expect(second?.laterChanges).toEqual([]);
    const third = proofs(kit.verify(signPdf(pdf, { party: kit.person, at: now })));
    expect(third.map(({ laterChanges }) => [...new Set(laterChanges.map(({ revision }) => revision))])).toEqual([[3, 4], [4], []]);
  });
  it('is what stands behind the end of the file', () => {
    const [one] = proofs(kit.verify(followedBy(kit.signed(), 'more')));
    expect(one).toMatchObject({
      ...{ reason: 'changed-after-signing', integrity: 'intact', covers: { revision: 2, of: 2, wholeFile: false } },
      laterChanges: [forbidden(2, 'có dữ liệu sau phần cuối của tệp')],
    });
    expect(reasons(kit.verify(followedBy(kit.signed(), '\n \n')))).toEqual(['revocation-unknown']);
  });
  it('is that the signature was taken out', () => {
    const signed = kit.signed();
    const removed = revisePdf(
      signed,
      [
        { number: 1, body: catalogBody([]) },
        { number: 3, body: pageBody([], false) },
      ],
      [],
    ).pdf;
    const proof = kit.verify(removed);
    expect(outcomeOf(proof)).toBe('invalid/changed-after-signing');
    expect(proofs(proof)[0]?.laterChanges).toContainEqual(forbidden(3, 'chữ ký bị gỡ khỏi văn bản'));
  });
});

describe('of several faults', () => {
  const visible = (pdf: Pdf): Pdf => revisePdf(pdf, [{ number: 5, body: '<< /Length 0 >>\nstream\n\nendstream' }]).pdf;
  const short = (pdf: Pdf): Uint8Array => replaced(pdf.bytes, '/ByteRange [0 ', '/ByteRange [1 ');
  it('the bytes are told before what they cover, that before what came later, and that before whom to believe', () => {
    expect(outcomeOf(kit.verify(visible(kit.signed())))).toBe('invalid/changed-after-signing');
    const stranger = kit.pki.issue({ kind: 'agency', name: 'Sở Nội vụ', organisation: 'UBND tỉnh Mẫu', under: 'stranger' });
    expect(outcomeOf(kit.verify(visible(kit.signed(stranger))))).toBe('invalid/changed-after-signing');
    expect(outcomeOf(kit.verify(alterPdf(visible(kit.signed()).bytes)))).toBe('invalid/digest-mismatch');
    expect(outcomeOf(kit.verify(short(kit.signed())))).toBe('invalid/digest-mismatch');
  });
  it('a value that is none is malformed though its ranges make sense', () => {
    const { bytes } = kit.signed();
    const open = Buffer.from(bytes).indexOf('/Contents <') + '/Contents <'.length;
    const broken = Buffer.from(bytes);
    broken.write('31', open, 'latin1');
    expect(kit.verify(broken).signatures[0]).toMatchObject({
      reason: 'malformed-signature',
      integrity: 'broken',
      algorithm: null,
      chain: [],
    });
  });
  it('ranges that make no sense leave nothing to hash', () => {
    const { bytes } = kit.signed();
    const [one] = proofs(kit.verify(replaced(bytes, '/ByteRange [0 ', '/ByteRange [- ')));
    expect(one).toMatchObject({ reason: 'coverage', integrity: 'broken' });
  });
});

describe('a signature written by hand', () => {
  const room = 4000;
  type Craft = {
    readonly dict?: string;
    /** Added to the four numbers of a ByteRange that covers. */
    readonly moved?: readonly [number, number, number, number];
    readonly value?: (hashed: Buffer) => Uint8Array;
    readonly catalog?: string;
  };
  const cms = (hashed: Buffer): Uint8Array => signCms({ content: hashed, certificate: kit.agency.certificate, key: kit.agency.key });
  /** Whatever its ranges and its form, the value is over what the ranges name. */
  const craft = ({
    dict = '/Type /Sig /SubFilter /ETSI.CAdES.detached',
    moved = [0, 0, 0, 0],
    value = cms,
    catalog = '',
  }: Craft): Buffer => {
    const objects = {
      1: catalogWith('3 0 R', catalog),
      3: '<< /FT /Sig /T (Ky) /V 4 0 R >>',
      4: `<< ${unranged(`<${'0'.repeat(room)}>`, dict)} >>`,
    };
    const bytes = latin(ranged(revised(header, objects).text.trimEnd(), moved));
    const [a = 0, b = 0, c = 0, d = 0] = (/\/ByteRange \[(\d+) (\d+) (\d+) (\d+)/.exec(bytes.toString('latin1')) ?? [])
      .slice(1)
      .map(Number);
    const hashed = Buffer.concat([bytes.subarray(a, a + b), bytes.subarray(c, c + d)]);
    bytes.write(Buffer.from(value(hashed)).toString('hex'), bytes.indexOf('/Contents <') + '/Contents <'.length, 'latin1');
    return bytes;
  };
  const only = (what: Craft, more: Partial<VerificationContext> = {}) => proofs(kit.verify(craft(what), more))[0];

  it('that covers its revision is sound', () => {
    expect(only({})).toMatchObject({
      kind: 'signature',
      reason: 'revocation-unknown',
      integrity: 'intact',
      covers: { revision: 1, of: 1, wholeFile: true },
    });
  });
  it('that holds and does not cover its revision says so, though nothing is hashed wrongly', () => {
    expect(only({ moved: [1, -1, 0, 0] })).toMatchObject({
      reason: 'coverage',
      integrity: 'intact',
      covers: { revision: 1, of: 1, wholeFile: false },
    });
    expect(only({ moved: [0, 0, 0, -1] })).toMatchObject({ reason: 'coverage', integrity: 'intact' });
  });
  it('that hashes nothing is broken, though nothing is what was signed', () => {
    expect(only({ moved: [0, 99_999, 0, 0], value: () => cms(Buffer.alloc(0)) })).toMatchObject({
      reason: 'coverage',
      integrity: 'broken',
    });
  });
  it('of a form that nobody knows is unsupported, whoever signed', () => {
    expect(only({ dict: '/SubFilter /Adobe.New' })).toMatchObject({ reason: 'unsupported', integrity: 'intact' });
    expect(only({ dict: '/SubFilter (ETSI.CAdES.detached)' })?.reason).toBe('unsupported');
    expect(only({ dict: '' })?.reason).toBe('unsupported');
    expect(only({ dict: '/SubFilter /Adobe.New', moved: [1, -1, 0, 0] })?.reason).toBe('coverage');
  });
  it('that calls itself a document timestamp and is none is malformed, and no signature', () => {
    expect(only({ dict: '/Type /DocTimeStamp /SubFilter /ETSI.CAdES.detached' })).toMatchObject({
      kind: 'document-timestamp',
      reason: 'malformed-signature',
    });
    expect(only({ dict: '/Type /Sig /SubFilter /ETSI.RFC3161' })).toMatchObject({
      kind: 'document-timestamp',
      reason: 'malformed-signature',
    });
  });
  it('of the old bare form has its certificates beside it, one or several', () => {
    const bare = (certificates: string) =>
      only(
        { dict: `/SubFilter /adbe.x509.rsa_sha1 /Cert ${certificates}`, value: (hashed) => octets(sign('sha256', hashed, kit.agency.key)) },
        { rules: integrityOnly },
      );
    const own = `<${Buffer.from(kit.agency.certificate).toString('hex')}>`;
    const other = `<${Buffer.from(kit.person.certificate).toString('hex')}>`;
    expect(bare(own)).toMatchObject({ reason: null, integrity: 'intact', signer: { name: 'Sở Nội vụ' } });
    expect(bare(`[${own} ${other}]`)).toMatchObject({ reason: null, signer: { name: 'Sở Nội vụ' } });
    expect(bare(`[5 ${own}]`)).toMatchObject({ reason: null });
    expect(bare(`[${other} ${own}]`)?.reason).toBe('signature-mismatch');
    for (const none of ['null', '[]', '/Name', '[null]'])
      expect(bare(none)).toMatchObject({ reason: 'malformed-signature', integrity: 'broken' });
  });
});

it('signatures come in the order of where their ranges end; those without, where their revision does', () => {
  const ranges = ['[0 1 2 50]', '[0 1]', '[0 1 2 3]', '[0 1 40 5]'];
  const fields = ranges.map((range, i) => `<< /T (K${i}) /FT /Sig /V << /Contents <3000> /ByteRange ${range} /M (D:202${i}) >> >>`);
  const proof = kit.verify(latin(revised(header, { 1: catalogWith(fields.join(' ')) }).text));
  expect(proofs(proof).map(({ claimedAt }) => claimedAt?.slice(0, 4))).toEqual(['2022', '2023', '2020', '2021']);
  expect(proofs(proof).map(({ index }) => index)).toEqual([0, 1, 2, 3]);
});

describe('document timestamps', () => {
  const stamped = (at: Date, alter?: (token: Uint8Array) => Uint8Array): Pdf => stampPdf(kit.signed(), kit.pki.timestamper, at, alter);
  const judged = (pdf: Pdf | Uint8Array, more: Partial<VerificationContext> = {}) =>
    kit.verify(pdf, { revocation: revocationFrom(kit.pki.revocationLists([], now)), ...more });
  const times = (pdf: Pdf | Uint8Array) => proofs(judged(pdf)).map(({ timestampedAt }) => timestampedAt);
  const [early, late] = [days(now, -2), days(now, -1)];

  it('are told as such, and prove that what they cover existed', () => {
    const [first, second] = proofs(judged(stamped(late)));
    expect([first?.kind, second?.kind]).toEqual(['signature', 'document-timestamp']);
    expect([first?.timestampedAt, second?.timestampedAt]).toEqual([late.toISOString(), late.toISOString()]);
    expect(first?.laterChanges.map((one) => one.class)).not.toContain('forbidden');
    expect(second).toMatchObject({ integrity: 'intact', remarks: [], timestamps: [], verdict: 'valid', laterChanges: [] });
    expect(second?.chain.length).toBeGreaterThan(1);
    expect(second?.revocation.length).toBeGreaterThan(0);
  });
  it('without proof that they are not revoked prove nothing', () => {
    expect(proofs(kit.verify(stamped(late))).map(({ timestampedAt }) => timestampedAt)).toEqual([null, null]);
  });
  it('the earliest counts', () => {
    const by = kit.pki.timestamper;
    const [one, two] = [early.toISOString(), late.toISOString()];
    expect(times(stampPdf(stampPdf(kit.signed(), by, early), by, late))).toEqual([one, one, two]);
    expect(times(stampPdf(stampPdf(kit.signed(), by, late), by, early))[0]).toBe(one);
  });
  it('that are broken, or do not cover their revision, prove nothing', () => {
    const spoilt = stamped(late, (token) => Buffer.from(token).fill(0x55, token.length - 20));
    expect(times(spoilt)).toEqual([null, null]);
    expect(outcomeOf(judged(spoilt))).toMatch(/^invalid/);
    const short = replaced(stamped(late).bytes, '/SubFilter /ETSI.RFC3161 /ByteRange [0 ', '/SubFilter /ETSI.RFC3161 /ByteRange [1 ');
    expect(times(short)[0]).toBeNull();
    // Over all but a first byte: it holds, and covers no revision.
    const free = stampPdf({ ...kit.letter() }, kit.pki.timestamper, late);
    expect(proofs(judged(followedBy(free, 'x')))[0]?.covers.wholeFile).toBe(false);
  });
  it('prove nothing of a signature whose bytes were changed before', () => {
    const signed = kit.signed();
    const [first] = proofs(judged(stampPdf({ ...signed, bytes: alterPdf(signed.bytes) }, kit.pki.timestamper, late)));
    expect([first?.reason, first?.timestampedAt]).toEqual(['digest-mismatch', null]);
  });
  it('alone leave a file unsigned', () => {
    expect(outcomeOf(judged(stampPdf(kit.letter(), kit.pki.timestamper, late)))).toBe('unsigned/no-signature');
  });
});

describe('a file with more signatures than any lawful one', () => {
  const crowd = (count: number): Uint8Array => {
    const fields = Array.from(
      { length: count },
      (_, i) => `<< /T (K${i}) /FT /Sig /V << /A ${i} /Contents <3000> /ByteRange [0 1 2 3] >> >>`,
    );
    return latin(revised(header, { 1: catalogWith(fields.join(' ')) }).text);
  };
  it('is not read: 100 are the most', () => {
    expect(outcomeOf(kit.verify(crowd(100)))).toMatch(/^invalid/);
    expect(outcomeOf(kit.verify(crowd(101)))).toBe('unreadable/over-limits');
  });
});

describe('a file whose structure is broken', () => {
  /** A signature over two ranges of a text that is no PDF. */
  const loose = (
    more: { readonly content?: string; readonly contents?: string; readonly subFilter?: string; readonly range?: string } = {},
  ): Uint8Array => {
    const content = 'x'.repeat(100);
    const value = signCms({ content: Buffer.from(more.content ?? content), certificate: kit.agency.certificate, key: kit.agency.key });
    const hex = Buffer.from(value).toString('hex');
    const { contents = `<${hex}>`, subFilter = '/ETSI.CAdES.detached', range = '[0 60 60 40]' } = more;
    return latin(`${content}\n4 0 obj << /SubFilter ${subFilter} /Contents ${contents} /ByteRange ${range} >> endobj`);
  };
  const judged = (...files: readonly Uint8Array[]): string => outcomeOf(kit.verify(Buffer.concat(files)));
  it('and whose signature fits is only damaged', () => {
    expect(judged(loose())).toBe('unreadable/damaged');
    expect(judged(latin('nothing'))).toBe('unreadable/damaged');
    expect(kit.verify(loose()).signatures).toEqual([]);
  });
  it('and whose signature does not fit is invalid, by what is wrong with it', () => {
    expect(judged(loose({ content: 'other' }))).toBe('invalid/digest-mismatch');
    expect(judged(loose({ contents: '5' }))).toBe('invalid/malformed-signature');
    expect(judged(loose({ contents: '<3000>' }))).toBe('invalid/malformed-signature');
    expect(judged(loose({ range: '[0 60 60 90000000]' }))).toBe('invalid/coverage');
    expect(judged(loose({ subFilter: '(text)' }))).toBe('unreadable/damaged');
    expect(judged(loose({ subFilter: '/ETSI.RFC3161' }))).toBe('invalid/malformed-signature');
  });
  it('and whose signatures have several faults tells the worst', () => {
    const [bad, odd, far] = [loose({ content: 'other' }), loose({ contents: '5' }), loose({ range: '[0 60 60 90000000]' })];
    expect([judged(odd, bad), judged(bad, odd), judged(far, bad)]).toEqual(Array(3).fill('invalid/digest-mismatch'));
    expect([judged(far, odd), judged(odd, far)]).toEqual(Array(2).fill('invalid/malformed-signature'));
  });
  it('and that holds more than is allowed is over the limits', () => {
    const crowd = latin('/ByteRange'.repeat(5001));
    expect(judged(crowd)).toBe('unreadable/over-limits');
    expect(kit.verify(crowd).signatures).toEqual([]);
    const many = (count: number) => judged(...Array.from({ length: count }, () => loose()), loose({ contents: '5' }));
    expect([many(99), many(100)]).toEqual(['invalid/malformed-signature', 'unreadable/damaged']);
  });
  it('behind good revisions, in the value of a signature that was cut off, is malformed', () => {
    expect(judged(kit.letter().bytes, latin('\n9 0 obj << /Contents <3082'))).toBe('invalid/malformed-signature');
    expect(judged(kit.letter().bytes, latin('\n9 0 obj << /Contents <3182'))).toBe('unsigned/no-signature');
    expect(judged(kit.signed().bytes, latin('\n9 0 obj << /Contents <3082'))).toBe('invalid/changed-after-signing');
  });
});

it('what goes wrong in the engine is over the limits, and what goes wrong in the disk is said', () => {
  const failing = (error: Error, from = 0) => {
    let calls = 0;
    const { bytes } = kit.signed();
    const read = (offset: number, length: number): Uint8Array => {
      calls += 1;
      if (calls > from) throw error;
      return bytes.subarray(offset, offset + length);
    };
    return verifyPdf({ size: bytes.length, read }, kit.context);
  };
  expect(outcomeOf(failing(new RangeError('stack')))).toBe('unreadable/over-limits');
  expect(outcomeOf(failing(new RangeError('stack'), 1))).toBe('unreadable/over-limits');
  expect(() => failing(new TypeError('disk'))).toThrow('disk');
});
