/** CMS files (.p7m, .p7s) that are made to cost: structure without end, crowds of signers and certificates, giants inside. */
import { generateKeyPairSync } from 'node:crypto';
import type { Party } from '../../../src/demo/pki.ts';
import { integer, octets, oid, readTlv, sequence, setOf, tagged, tlv, utf8 } from '../../../src/signature/asn1/write.ts';
import { type CertificateName, writeCertificate } from '../../../src/signature/sign/certificate.ts';
import { attribute, signCms } from '../../../src/signature/sign/cms.ts';
import { extension } from '../../../src/signature/sign/extension.ts';

export type HostileCms = (party: Party) => Uint8Array;

const idData = '1.2.840.113549.1.7.1';
const signedData = oid('1.2.840.113549.1.7.2');
const now = new Date();
const [from, to] = [new Date(now.getTime() - 1e10), new Date(now.getTime() + 1e11)];

const inside = (party: Party, content: Uint8Array, more: Partial<Parameters<typeof signCms>[0]> = {}): Uint8Array =>
  signCms({ certificate: party.certificate, key: party.key, inside: { type: idData, content: octets(content) }, ...more });

/** The parts of a SignedData: version, digests, content, certificates…, signers. */
const partsOf = (cms: Uint8Array): Uint8Array[] => {
  const info = readTlv(cms).contents;
  const parts: Uint8Array[] = [];
  const all = readTlv(readTlv(info, readTlv(info).end).contents).contents;
  for (let at = 0; at < all.length; ) {
    const { whole, end } = readTlv(all, at);
    parts.push(whole);
    at = end;
  }
  return parts;
};
const rebuilt = (parts: readonly Uint8Array[]): Uint8Array => sequence(signedData, tagged(0, sequence(...parts)));
const repeated = (bytes: Uint8Array, times: number): Uint8Array => Buffer.concat(Array.from({ length: times }, () => bytes));

/** Certificates of one name and one key, each issued by every other: paths without number. */
const clique = (count: number): readonly Uint8Array[] => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name: CertificateName = { country: 'VN', organisation: 'Vòng tròn', commonName: 'CA tự ký cho nhau' };
  const shared = { subject: name, issuer: name, subjectKey: publicKey, issuerKey: privateKey, issuerPublicKey: publicKey };
  return Array.from({ length: count }, () =>
    writeCertificate({ ...shared, validFrom: from, validTo: to, authority: { pathLength: null }, usages: ['keyCertSign'] }),
  );
};

/** A signer under a clique of issuers. */
const underClique = (count: number): Uint8Array => {
  const issuers = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const leaf = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const top: CertificateName = { country: 'VN', commonName: 'CA tầng trên cùng' };
  const names = Array.from({ length: 12 }, (_, index): CertificateName => ({ country: 'VN', commonName: `CA tầng ${index}` }));
  const make = (subject: CertificateName, issuer: CertificateName): Uint8Array =>
    writeCertificate({
      ...{ subject, issuer, subjectKey: issuers.publicKey, issuerKey: issuers.privateKey, issuerPublicKey: issuers.publicKey },
      ...{ validFrom: from, validTo: to, authority: { pathLength: null }, usages: ['keyCertSign'] as const },
    });
  const chain = Array.from({ length: count }, (_, index) => {
    const layer = index % (names.length - 1);
    return make(names[layer] ?? top, names[layer + 1] ?? top);
  });
  const certificate = writeCertificate({
    ...{ subject: { country: 'VN', commonName: 'Người ký' }, issuer: names[0] ?? top, subjectKey: leaf.publicKey },
    ...{
      issuerKey: issuers.privateKey,
      issuerPublicKey: issuers.publicKey,
      validFrom: from,
      validTo: to,
      usages: ['digitalSignature'] as const,
    },
  });
  const content = Buffer.from('x');
  return signCms({ certificate, key: leaf.privateKey, chain, inside: { type: idData, content: octets(content) } });
};

const shapes: Readonly<Record<string, HostileCms>> = {
  'a hundred thousand sequences without end inside each other': () =>
    Buffer.concat([Buffer.from('3080', 'hex'), signedData, repeated(Buffer.from('a080', 'hex'), 100_000)]),
  'a sequence that claims four gigabytes': () =>
    Buffer.concat([Buffer.from('3084ffffffff', 'hex'), signedData, Buffer.from('a084fffffff0', 'hex')]),
  'ten million empty elements': () => rebuilt([integer(1), tlv(0x31, repeated(Buffer.from('0500', 'hex'), 5_000_000))]),
  'a number of ten megabytes as its version': (party) =>
    rebuilt([integer(Buffer.alloc(10_000_000, 1)), ...partsOf(inside(party, Buffer.from('x'))).slice(1)]),
  'content in a million pieces': (party) => {
    const [version = Buffer.alloc(0), digests = version, , ...rest] = partsOf(inside(party, Buffer.from('x')));
    const pieces = Buffer.concat([
      Buffer.from('2480', 'hex'),
      repeated(Buffer.from('040178', 'hex'), 1_000_000),
      Buffer.from('0000', 'hex'),
    ]);
    return rebuilt([version, digests, sequence(oid(idData), tagged(0, pieces)), ...rest]);
  },
};

const crowds: Readonly<Record<string, HostileCms>> = {
  'twenty signers over ten megabytes': (party) => {
    const parts = partsOf(inside(party, Buffer.alloc(10_000_000, 65)));
    const signer = readTlv(parts.at(-1) ?? Buffer.alloc(0)).contents;
    return rebuilt([...parts.slice(0, -1), tlv(0x31, repeated(signer, 20))]);
  },
  'twenty thousand signers': (party) => {
    const parts = partsOf(inside(party, Buffer.alloc(1_000, 65)));
    const signer = readTlv(parts.at(-1) ?? Buffer.alloc(0)).contents;
    return rebuilt([...parts.slice(0, -1), tlv(0x31, repeated(signer, 20_000))]);
  },
  'a hundred and ninety certificates of one name and one key': (party) => inside(party, Buffer.from('x'), { chain: clique(190) }),
  'a hundred and ninety certificates in twelve layers, each signing all below': () => underClique(190),
  'twenty thousand copies of one certificate': (party) =>
    inside(party, Buffer.from('x'), { chain: Array.from({ length: 20_000 }, () => party.certificate) }),
  'a thousand certificates': (party) => inside(party, Buffer.from('x'), { chain: clique(1_000) }),
  'thirty thousand attributes': (party) =>
    inside(party, Buffer.from('x'), {
      attributes: Array.from({ length: 30_000 }, (_, index) => attribute('1.2.3.4', integer(index + 1))),
    }),
  'a thousand things that claim to be time stamps': (party) =>
    inside(party, Buffer.from('x'), {
      unsigned: () => [attribute('1.2.840.113549.1.9.16.2.14', ...Array.from({ length: 1_000 }, () => inside(party, Buffer.alloc(500))))],
    }),
};

const giants: Readonly<Record<string, HostileCms>> = {
  'a revocation list of ten megabytes': (party) => {
    const [version = Buffer.alloc(0), digests = version, content = version, ...rest] = partsOf(inside(party, Buffer.from('x')));
    const entry = sequence(integer(5), tlv(0x17, Buffer.from('260101000000Z')));
    const algorithm = sequence(oid('1.2.840.113549.1.1.11'));
    const name = sequence(setOf(sequence(oid('2.5.4.3'), utf8('CA'))));
    const list = sequence(integer(1), algorithm, name, tlv(0x17, Buffer.from('260101000000Z')), tlv(0x30, repeated(entry, 450_000)));
    const crl = sequence(list, algorithm, tlv(0x03, Buffer.alloc(257)));
    const [certificates = version, ...signers] = rest;
    return rebuilt([version, digests, content, certificates, tlv(0xa1, crl), ...signers]);
  },
  'a certificate with a hundred thousand names': (party) => {
    const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const names = tlv(0x30, repeated(tlv(0x82, Buffer.from('ten-mien.test')), 300_000));
    const certificate = writeCertificate({
      ...{ subject: { commonName: 'Nhiều tên' }, issuer: { commonName: 'Nhiều tên' }, subjectKey: keys.publicKey },
      ...{
        issuerKey: keys.privateKey,
        issuerPublicKey: keys.publicKey,
        validFrom: from,
        validTo: to,
        usages: ['digitalSignature'] as const,
      },
      extensions: [
        extension('2.5.29.17', false, names),
        extension('2.5.29.30', true, sequence(tlv(0xa0, repeated(sequence(tlv(0x82, Buffer.from('a.test'))), 200_000)))),
      ],
    });
    return signCms({
      certificate,
      key: keys.privateKey,
      chain: [party.certificate],
      inside: { type: idData, content: octets(Buffer.from('x')) },
    });
  },
  'a name of ten megabytes': () => {
    const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const name: CertificateName = { commonName: 'Ấ'.repeat(3_000_000) };
    const certificate = writeCertificate({
      ...{ subject: name, issuer: name, subjectKey: keys.publicKey, issuerKey: keys.privateKey, issuerPublicKey: keys.publicKey },
      ...{ validFrom: from, validTo: to, usages: ['digitalSignature'] as const },
    });
    return signCms({ certificate, key: keys.privateKey, inside: { type: idData, content: octets(Buffer.from('x')) } });
  },
};

export const hostileCms: Readonly<Record<string, HostileCms>> = { ...shapes, ...crowds, ...giants };
