import { strToU8, zipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { alterPdf } from '../../src/demo/pdf.ts';
import type { Envelope, Status } from '../../src/envelope/types.ts';
import type { ProvableFile } from '../../src/signature/attachments.ts';
import { allReasons, findingFor, findingOf } from '../../src/signature/proof.ts';
import { proveMessage } from '../../src/signature/prove.ts';
import { bytesOf, type Kit, makeKit } from './kit.ts';

let kit: Kit;
beforeAll(async () => {
  kit = await makeKit();
});

type Part = { readonly name: string; readonly bytes: Uint8Array; readonly description?: string; readonly kind?: ProvableFile['kind'] };

const filesOf = (parts: readonly Part[]): readonly ProvableFile[] =>
  parts.map(({ name, bytes, description = null, kind = 'pdf' }) => ({
    ...{ name, description, kind, contentId: `id-${name}`, contentType: null, sha256: '0'.repeat(64), size: bytes.length },
    open: () => bytesOf(bytes),
  }));

/** Only what proving looks at. */
const message = (type: 0 | 1 | 2 | 3, manifest: readonly { contentId: string; description: string | null }[] = []): Envelope =>
  ({ kind: 'document', type, manifest, unknown: [] }) as unknown as Envelope;

const nothing = { size: 0, read: () => new Uint8Array() };
const prove = (
  type: 0 | 1 | 2 | 3,
  parts: readonly Part[],
  manifest: Parameters<typeof message>[1] = [],
  signatureCertificate: string | null = null,
) => proveMessage({ message: message(type, manifest), files: filesOf(parts), signatureCertificate, source: nothing }, kit.context);

const good = (name: string, description?: string): Part => ({
  name,
  bytes: kit.signed().bytes,
  ...(description === undefined ? {} : { description }),
});
const unsigned = (name: string): Part => ({ name, bytes: kit.letter().bytes });
const altered = (name: string): Part => ({ name, bytes: alterPdf(kit.signed().bytes) });

describe('the table of reasons', () => {
  it('gives each reason one verdict and both sentences', () => {
    expect(allReasons).toHaveLength(21);
    for (const reason of allReasons) {
      const finding = findingOf(reason);
      expect(findingFor(finding.verdict, reason)).toEqual(finding);
      expect(finding.vi.length * finding.en.length).toBeGreaterThan(0);
      expect(finding.vi).not.toContain('hợp lệ');
    }
    expect(() => findingFor('valid', 'untrusted')).toThrow(TypeError);
    expect(findingFor('valid', null).vi).toBe('Chữ ký số hợp lệ');
  });
});

describe('the main document', () => {
  it('is the attachment described "Văn bản chính"', () => {
    const parts = [unsigned('a.pdf'), good('b.pdf', ' VĂN BẢN CHÍNH ')];
    const proof = prove(0, parts, [{ contentId: 'id-a.pdf', description: null }]);
    expect(proof).toMatchObject({ main: 'b.pdf', verdict: 'undetermined', reason: 'revocation-unknown' });
    expect(proof.attachments.map((one) => [one.name, one.role, one.reason])).toEqual([
      ['a.pdf', 'annex', 'no-signature'],
      ['b.pdf', 'main', 'revocation-unknown'],
    ]);
  });
  it('else the first Reference of the manifest, else the first Attachment', () => {
    expect(prove(0, [unsigned('a.pdf'), good('b.pdf')], [{ contentId: 'id-b.pdf', description: null }]).main).toBe('b.pdf');
    expect(prove(0, [unsigned('a.pdf'), good('b.pdf')]).main).toBe('a.pdf');
  });
  it('gives the document its verdict, except that any invalid attachment makes it invalid', () => {
    expect(prove(0, [good('a.pdf'), unsigned('b.pdf')]).verdict).toBe('undetermined');
    expect(prove(0, [good('a.pdf'), altered('b.pdf')])).toMatchObject({ verdict: 'invalid', reason: 'digest-mismatch' });
  });
  it('in a format without verifiable signatures counts as unsigned', () => {
    const word: Part = { name: 'a.docx', bytes: zipSync({ '[Content_Types].xml': strToU8('<Types/>') }), kind: 'ooxml' };
    expect(prove(0, [word])).toMatchObject({ verdict: 'unsigned', reason: 'unsignable-format' });
  });
});

describe('messages without files', () => {
  it('a document of type 0 is unsigned/no-attachment', () => {
    expect(prove(0, [])).toMatchObject({ verdict: 'unsigned', reason: 'no-attachment', main: null, attachments: [] });
  });
  it.each([1, 2, 3] as const)('a document of type %i is not judged', (type) => {
    expect(prove(type, [])).toMatchObject({ verdict: 'undetermined', reason: 'not-judged' });
  });
  it('a status is not judged', () => {
    const status = { kind: 'status', unknown: [] } as unknown as Status;
    const proof = proveMessage({ message: status, files: [], signatureCertificate: null, source: nothing }, kit.context);
    expect(proof).toMatchObject({ verdict: 'undetermined', reason: 'not-judged', judgedAt: kit.context.at.toISOString() });
  });
});
