/** Files of our own makers, good and bad, each with the verdict it deserves: what other judges are shown. */
import { addPage, alterPdf, makePdf, type Pdf } from '../../src/demo/pdf.ts';
import { type PdfSigning, signPdf } from '../../src/demo/pdf-sign.ts';
import { makePki, type PartyRequest } from '../../src/demo/pki.ts';
import type { BenchContents } from './judges/bench.ts';

const now = new Date('2026-11-20T09:00:00.000Z');
const day = 86_400_000;
const before = (days: number): Date => new Date(now.getTime() - days * day);

export type OwnFiles = { readonly bench: BenchContents; readonly truths: ReadonlyMap<string, string> };

// The seal lies over a third of the signature, from its left (NĐ 30/2020, annex I).
const seal = { x: 240, y: 120, width: 180, height: 60, lines: ['So Noi vu', '20/11/2026'] } as const;
const hand = { x: 370, y: 130, width: 150, height: 40, lines: ['Nguyen Van A'] } as const;

/** Signs with our makers only; the PKI is the demo's, with its own CRLs and time-stamping authority. */
export const makeOwnFiles = async (): Promise<OwnFiles> => {
  const pki = await makePki({ now, rsaKeys: 2 });
  const party = (more: Partial<PartyRequest> = {}) =>
    pki.issue({ kind: 'agency', name: 'Sở Nội vụ', organisation: 'UBND tỉnh Mẫu', ...more });
  const [agency, ec] = [party(), party({ keyKind: 'ec' })];
  const person = party({ kind: 'person', name: 'Nguyễn Văn Ả', organisation: 'Sở Nội vụ' });
  const [revoked, stranger, expired] = [party(), party({ under: 'stranger' }), party({ validFrom: before(900), validTo: before(20) })];
  const letter = (size = 0): Pdf => makePdf('BT /F1 12 Tf 72 700 Td (So 105/SNV-CCHC: 1.000.000 dong) Tj ET', { size, seed: 'oracles' });
  const chain = agency.chain;
  const sign = (more: Partial<PdfSigning> = {}, pdf = letter()): Pdf => signPdf(pdf, { party: agency, at: before(1), chain, ...more });
  // The room for a CMS holds a timestamp or the chain, not both.
  const stamped = { timestamper: pki.timestamper, chain: [] } as const;
  const made: Readonly<Record<string, readonly [truth: string, pdf: Pdf | Uint8Array]>> = {
    plain: ['valid', sign()],
    'leaf-only': ['valid', sign({ chain: [] })],
    large: ['valid', sign({}, letter(300_000))],
    classic: ['valid', sign({ subFilter: 'adbe.pkcs7.detached', claimInCms: true })],
    pss: ['valid', sign({ algorithm: 'rsa-pss' })],
    ecdsa: ['valid', sign({ party: ec })],
    timestamp: ['valid', sign(stamped)],
    seal: ['valid', sign({ visible: seal, reason: 'Phát hành' })],
    'person-then-agency': ['valid', sign({ visible: seal }, sign({ party: person, visible: hand }))],
    'both-timestamps': ['valid', sign({ ...stamped, visible: seal }, sign({ ...stamped, party: person }))],
    unsigned: ['unsigned/no-signature', letter()],
    altered: ['invalid/digest-mismatch', alterPdf(sign().bytes)],
    'later-page': ['invalid/changed-after-signing', addPage(sign())],
    'later-page-signed': ['invalid/changed-after-signing', sign({}, addPage(sign({ party: person })))],
    revoked: ['invalid/revoked', sign({ party: revoked })],
    stranger: ['undetermined/untrusted', sign({ party: stranger, chain: stranger.chain })],
    expired: ['undetermined/expired', sign({ party: expired })],
  };
  // As they were when the files were stamped, and as they are.
  const lists = (at: Date) => pki.revocationLists([{ certificate: revoked.certificate, at: before(10), reason: 'keyCompromise' }], at);
  const crls = [...lists(before(1)), ...lists(now)];
  const bytesOf = (pdf: Pdf | Uint8Array): Uint8Array => (pdf instanceof Uint8Array ? pdf : pdf.bytes);
  return {
    bench: {
      judgedAt: now,
      files: new Map(Object.entries(made).map(([name, [, pdf]]) => [name, bytesOf(pdf)])),
      anchors: [pki.root.certificate],
      chain: [pki.issuing.certificate],
      crls,
    },
    truths: new Map(Object.entries(made).map(([name, [truth]]) => [name, truth])),
  };
};
