/** Document timestamps, security stores and odd tokens for the tests of time. */
import { createHash } from 'node:crypto';
import { catalogBody, type Pdf, pageBody, revisePdf, streamBody } from '../../../src/demo/pdf.ts';
import type { Timestamper } from '../../../src/demo/pki.ts';
import { childrenOf, readWhole } from '../../../src/signature/asn1/der.ts';
import { type Der, integer, nothing, octets, oid, sequence, tagged, tlv } from '../../../src/signature/asn1/write.ts';
import { attribute, signCms } from '../../../src/signature/sign/cms.ts';
import { signTimestamp } from '../../../src/signature/sign/timestamp.ts';

export const days = (at: Date, count: number): Date => new Date(at.getTime() + count * 86_400_000);

const tstInfo = '1.2.840.113549.1.9.16.1.4';
const signatureTimestamp = '1.2.840.113549.1.9.16.2.14';

export type Token = {
  readonly imprint?: Uint8Array;
  readonly digest?: 'sha1' | 'sha256' | 'sha512';
  readonly digestId?: string;
  readonly version?: number;
  readonly at?: Date;
  /** DER of genTime. */
  readonly time?: Der;
  readonly rest?: readonly Der[];
  readonly type?: string;
  readonly unbound?: true;
};

const digestIds = { sha1: '1.3.14.3.2.26', sha256: '2.16.840.1.101.3.4.2.1', sha512: '2.16.840.1.101.3.4.2.3' } as const;

const generalized = (text: string): Der => tlv(0x18, Buffer.from(text, 'latin1'));
const genTime = (at: Date): Der => generalized(`${at.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`);

/** A TSTInfo with any field odd, signed by this authority. */
export const oddToken = (by: Timestamper, stamped: Uint8Array, token: Token): Uint8Array => {
  const digest = token.digest ?? 'sha256';
  const imprint = token.imprint ?? createHash(digest).update(stamped).digest();
  const content = sequence(
    integer(token.version ?? 1),
    oid('2.16.704.1.1.1.2.1'),
    sequence(sequence(oid(token.digestId ?? digestIds[digest]), nothing), octets(imprint)),
    integer(77),
    token.time ?? genTime(token.at ?? new Date()),
    ...(token.rest ?? []),
  );
  return signCms({
    inside: { type: token.type ?? tstInfo, content },
    certificate: by.certificate,
    key: by.key,
    chain: by.chain,
    ...(token.unbound === true ? { unbound: true } : {}),
  });
};

/** The same token with its signer standing in it twice. */
export const twiceSigned = (token: Uint8Array): Uint8Array => {
  const [type, wrapped] = childrenOf(readWhole(token));
  const fields = childrenOf(readWhole(wrapped?.content ?? token)).map((field) => field.bytes);
  const infos = readWhole(fields.at(-1) ?? token).content;
  return sequence(type?.bytes ?? token, tagged(0, sequence(...fields.slice(0, -1), tlv(0x31, infos, infos))));
};

/** For `unsigned` of `signCms`: these tokens, as made over the value. */
export const tokensOver =
  (...make: readonly ((value: Uint8Array) => Uint8Array)[]) =>
  (value: Uint8Array): readonly Der[] => [attribute(signatureTimestamp, ...make.map((one) => one(value)))];

const room = 6_000;

/** One more revision with a document timestamp over everything before it; `alter` may spoil the token. */
export const stampPdf = (
  pdf: Pdf,
  by: Timestamper,
  at: Date,
  alter: (token: Uint8Array) => Uint8Array = (token) => token,
  more = '',
): Pdf => {
  const stamp = pdf.size;
  const widget = stamp + 1;
  const fields = [...pdf.fields, widget];
  const body =
    `<< /Type /DocTimeStamp /Filter /Adobe.PPKLite /SubFilter /ETSI.RFC3161` +
    ` /ByteRange [${' '.repeat(60)}] /Contents <${'0'.repeat(room * 2)}> >>`;
  const revised = revisePdf(
    pdf,
    [
      { number: 1, body: catalogBody(fields).replace(/>>$/, `${more} >>`) },
      { number: 3, body: pageBody(fields, false) },
      { number: stamp, body },
      {
        number: widget,
        body: `<< /Type /Annot /Subtype /Widget /FT /Sig /T (DauThoiGian${fields.length}) /V ${stamp} 0 R /P 3 0 R /F 132 /Rect [0 0 0 0] >>`,
      },
    ],
    fields,
  );
  const filled = Buffer.from(revised.pdf.bytes);
  const offset = revised.offsets.get(stamp) ?? 0;
  const range = filled.indexOf('/ByteRange [', offset) + '/ByteRange ['.length;
  const open = filled.indexOf('/Contents <', offset) + '/Contents '.length;
  const close = open + 2 + room * 2;
  filled.write(`0 ${open} ${close} ${filled.length - close}`.padEnd(60), range, 'latin1');
  const content = Buffer.concat([filled.subarray(0, open), filled.subarray(close)]);
  const token = alter(signTimestamp({ content, at, certificate: by.certificate, key: by.key, chain: by.chain }));
  filled.write(Buffer.from(token).toString('hex'), open + 1, 'latin1');
  return { ...revised.pdf, bytes: filled };
};

/** One more revision with a security store; answers too what later catalogs must say to keep it. */
export const storeIn = (
  pdf: Pdf,
  store: { certificates?: readonly Uint8Array[]; crls?: readonly Uint8Array[] },
): { readonly pdf: Pdf; readonly catalog: string } => {
  const things = [...(store.certificates ?? []), ...(store.crls ?? [])];
  const first = pdf.size;
  const refs = (from: number, count: number): string => Array.from({ length: count }, (_, i) => `${from + i} 0 R`).join(' ');
  const certificates = store.certificates?.length ?? 0;
  const dss = first + things.length;
  const body = `<< /Type /DSS /Certs [${refs(first, certificates)}] /CRLs [${refs(first + certificates, things.length - certificates)}] >>`;
  const catalog = ` /DSS ${dss} 0 R`;
  const revised = revisePdf(pdf, [
    { number: 1, body: catalogBody(pdf.fields).replace(/>>$/, `${catalog} >>`) },
    ...things.map((bytes, i) => ({ number: first + i, body: streamBody('', bytes) })),
    { number: dss, body },
  ]);
  return { pdf: revised.pdf, catalog };
};
