/** Which signatures a document carries and whose: every row of the table of `signers/findings.ts`, and what lies beside it. */
import { describe, expect, it } from 'vitest';
import { signerFindings } from '../../../src/exchange/signers/findings.ts';
import { kinOf } from '../../../src/oversight/holders/kin.ts';
import type { RequiredSignatures } from '../../../src/signature/context.ts';
import { type AttachmentProof, findingOf, type Proof, type Reason, type SignatureProof } from '../../../src/signature/proof.ts';
import { directoryOf, organ } from '../../support/directory.ts';

const directory = directoryOf(
  organ('H99', { name: 'UBND tỉnh Mẫu' }),
  organ('A', { parent: 'H99', oldCodes: ['000.A'], statisticsAs: 'A2' }),
  organ('A2', { parent: 'H99' }),
  organ('OLD', { successor: 'A', parent: 'HUYEN', validTo: '2025-06-30' }),
  organ('HUYEN', { validTo: '2025-06-30' }),
  organ('B', { parent: 'H99' }),
  organ('CHILD', { parent: 'A' }),
);
const sender = directory.organs.get('A') ?? organ('A');
const kin = kinOf(directory, sender);

/** `P` person, `A` the sender's, `B` another's (or any code), `S` an agency's of unknown organ, `?` unknown, `T` a document timestamp. */
const signature = (who: string, index: number, changes: Partial<SignatureProof> = {}): SignatureProof => ({
  ...findingOf(null),
  index,
  kind: who === 'T' ? 'document-timestamp' : 'signature',
  indication: 'TOTAL-PASSED',
  subIndication: null,
  integrity: 'intact',
  covers: { revision: index + 1, of: 9, wholeFile: false },
  laterChanges: [],
  signer: {
    name: `Chủ thể ${who}`,
    organisation: null,
    kind: who === 'P' ? 'person' : who === '?' || who === 'T' ? 'unknown' : 'agency',
    organ: ['P', '?', 'S', 'T'].includes(who) ? null : who,
    knownBy: null,
    serial: '01',
    issuer: 'CN=CA',
    validTo: null,
  },
  algorithm: null,
  claimedAt: null,
  timestampedAt: null,
  judgedAt: '2026-11-20T00:00:00.000Z',
  chain: [],
  revocation: [],
  ...changes,
});

const signed = (order: string, changes: Partial<AttachmentProof> = {}): AttachmentProof => {
  const signers = order.split(' ').filter((who) => who !== '');
  return {
    ...findingOf(signers.length === 0 ? 'no-signature' : null),
    ...{ name: 'van-ban.pdf', contentId: '1', sha256: 'a', size: 1, role: 'main', kind: 'pdf' },
    signatures: signers.map((who, index) => signature(who, index)),
    ...changes,
  };
};
const annex = (order: string, changes: Partial<AttachmentProof> = {}): AttachmentProof =>
  signed(order, { role: 'annex', name: 'phu-luc.pdf', ...changes });

const document = (...attachments: readonly AttachmentProof[]): Proof => {
  const [{ verdict, reason, vi, en } = findingOf(null)] = attachments;
  return {
    ...{ verdict, reason, vi, en, attachments, judgedAt: '2026-11-20T00:00:00.000Z', main: 'van-ban.pdf' },
    envelope: { verdict: 'unsigned', reason: 'no-signature' },
  };
};
const found = (proof: Proof, required: RequiredSignatures = 'agency'): readonly string[] => {
  const { findings, remarks } = signerFindings(proof, kin, required);
  return [...findings.map(({ kind }) => kind), ...remarks.map(({ code }) => code)];
};

/** Order of signing -> what is said under `agency`, `both`, `any`. */
const cases: readonly (readonly [order: string, why: string, agency: string, both?: string, any?: string])[] = [
  ['P A', 'issued', ''],
  ['P P A', 'several signers', ''],
  ['P A P', 'a leader of the recipient, or a note, after issue', ''],
  ['P A A', 'an incoming stamp or number by the same agency', ''],
  ['P OLD', 'an earlier code', ''],
  ['P A2', 'the other code of the same office', ''],
  ['P H99', "the parent's seal, an office sends it", ''],
  ['P HUYEN', "the earlier code's parent", ''],
  ['P A B', 'stamped or copied by another agency after issue', 'further-organ'],
  ['P B A', "another's document, copied under the sender's signature", 'further-organ'],
  ['B A', 'a copy of a digitised paper', 'agency-only further-organ'],
  ['A B', 'digitised, then stamped by another', 'agency-only further-organ'],
  ['A', 'digitised paper or copy (art. 18(6), 25(1c))', 'agency-only', 'signer.person-missing', 'agency-only'],
  ['A A', 'twice by the agency', 'agency-only', 'signer.person-missing', 'agency-only'],
  ['S', 'an agency that cannot be named', 'agency-only', 'signer.person-missing', 'agency-only'],
  ['A T', 'with a document timestamp', 'agency-only', 'signer.person-missing', 'agency-only'],
  ['P A T', 'issued, with a document timestamp', ''],
  ['A P', 'wrong order (art. 32.2d)', 'signer.order', 'signer.order', ''],
  ['A P P', 'wrong order, two persons', 'signer.order', 'signer.order', ''],
  ['A A P', 'wrong order, the agency twice', 'signer.order', 'signer.order', ''],
  ['A P A', 'the order mended by signing again', ''],
  ['P A P A', 'signed again', ''],
  ['B A P', 'a copy, then a note by a person', 'further-organ'],
  ['A P ?', 'somebody unknown', ''],
  ['? A P', 'the unknown one may be the person', ''],
  ['P', 'the agency is missing', 'signer.agency-missing', 'signer.agency-missing', ''],
  ['P P', 'two persons', 'signer.agency-missing', 'signer.agency-missing', ''],
  ['P T', 'a timestamp is no agency', 'signer.agency-missing', 'signer.agency-missing', ''],
  ['B', "commune B's certificate on commune A's document", 'signer.other-organ', 'signer.other-organ', 'signer.other-organ'],
  ['P B', 'the same, after a person', 'signer.other-organ', 'signer.other-organ', 'signer.other-organ'],
  ['B P', 'the same, before a person: one alert', 'signer.other-organ', 'signer.other-organ', 'signer.other-organ'],
  ['CHILD', 'an office under the sender is not the sender', 'signer.other-organ', 'signer.other-organ', 'signer.other-organ'],
  ['B ?', 'perhaps the sender is behind the unknown', ''],
  ['B S', 'perhaps the sender is the agency without a name', 'agency-only further-organ'],
  ['?', 'cannot be told', ''],
  ['P ?', 'cannot be told', ''],
  ['? P', 'cannot be told', ''],
  ['? ?', 'cannot be told', ''],
];

describe('signatures in order of signing', () => {
  for (const [order, why, agency, both = agency, any = agency] of cases)
    it(`${order}: ${why}`, () => {
      const proof = document(signed(order));
      expect([found(proof).join(' '), found(proof, 'both').join(' '), found(proof, 'any').join(' ')]).toEqual([agency, both, any]);
    });

  it('made at once, of one revision, have no order', () => {
    const covers = { revision: 2, of: 2, wholeFile: true };
    const file = { ...signed('A P'), signatures: [signature('A', 0, { covers }), signature('P', 1, { covers })] };
    expect(found(document(file))).toEqual([]);
  });

  it('names the other agency, and the last of several', () => {
    const { findings } = signerFindings(document(signed('B P CHILD')), kin, 'agency');
    expect(findings).toMatchObject([{ kind: 'signer.other-organ', signer: { organ: 'CHILD', name: 'Chủ thể CHILD' } }]);
  });

  it('names the further agency in the remark', () => {
    expect(signerFindings(document(signed('P A B')), kin, 'agency').remarks[0]?.vi).toContain('Chủ thể B');
  });
});

describe('a main document that has an alert of its own raises no second', () => {
  const reasons: readonly (readonly [Reason | null, string])[] = [
    [null, 'signer.other-organ'],
    ['revocation-unknown', 'signer.other-organ'],
    ['expired', 'signer.other-organ'],
    ['untrusted', ''],
    ['weak-algorithm', ''],
    ['unsupported', ''],
    ['not-yet-valid', ''],
    ['placeholder', ''],
    ['digest-mismatch', ''],
    ['revoked', ''],
    ['no-signature', ''],
    ['encrypted', ''],
    ['damaged', ''],
  ];
  it.each(reasons)('%s -> %j', (reason, expected) => {
    expect(found(document(signed('P B', findingOf(reason)))).join(' ')).toBe(expected);
  });

  it('nor where an annex is invalid, nor where there is no main document', () => {
    expect(found({ ...document(signed('B')), ...findingOf('digest-mismatch') })).toEqual([]);
    expect(found(document())).toEqual([]);
    expect(found(document(annex('B')))).toEqual([]);
  });
});

describe('separate annexes', () => {
  it.each([
    ['unsigned', annex(''), 'signer.annex'],
    ['signed by a person only', annex('P'), 'signer.annex'],
    ["with the agency's signature, shown or not", annex('A'), ''],
    ["with another agency's", annex('B'), ''],
    ['whose signer cannot be told', annex('?'), ''],
    ['with a timestamp only', annex('T', findingOf('no-signature')), 'signer.annex'],
    ['encrypted', annex('', findingOf('encrypted')), ''],
    ['untrusted, by a person', annex('P', findingOf('untrusted')), ''],
    ['a spreadsheet', annex('', { kind: 'ooxml', ...findingOf('unsignable-format') }), ''],
  ])('%s', (_how, file, expected) => expect(found(document(signed('P A'), file)).join(' ')).toBe(expected));

  it('are one finding a document, with every name', () => {
    const { findings } = signerFindings(document(signed('P A'), annex(''), annex('P', { name: 'b.pdf' }), annex('A')), kin, 'agency');
    expect(findings).toEqual([{ kind: 'signer.annex', files: ['phu-luc.pdf', 'b.pdf'] }]);
  });

  it('are not asked for where the main document lacks the agency, or policy asks for any', () => {
    expect(found(document(signed('P'), annex('')))).toEqual(['signer.agency-missing']);
    expect(found(document(signed('B'), annex('')))).toEqual(['signer.other-organ']);
    expect(found(document(signed('P A'), annex('')), 'any')).toEqual([]);
    expect(found(document(signed(''), annex('')))).toEqual([]);
  });
});
