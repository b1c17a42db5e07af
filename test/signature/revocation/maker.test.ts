/** OCSP and CRLs that openssl made are read and judged as it meant them, and it reads our requests. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fingerprint } from '../../../src/demo/pki.ts';
import { readCertificate } from '../../../src/signature/path/certificate.ts';
import { trustFrom } from '../../../src/signature/path/trust.ts';
import { verifyCertificate } from '../../../src/signature/path/verify.ts';
import { revocationFrom } from '../../../src/signature/revocation/known.ts';
import { readOcspAnswer } from '../../../src/signature/revocation/ocsp/answer.ts';
import { nonceOf, ocspRequest } from '../../../src/signature/revocation/ocsp/request.ts';
import { judgeOffer } from '../../../src/signature/revocation/offer.ts';

const has = spawnSync('openssl', ['version']).status === 0;
if (!has && process.env.CI === 'true') throw new Error('openssl is missing');
if (!has) process.stderr.write('SKIPPED: openssl is not installed, its OCSP answers were not compared\n');

let folder: string;
const at = (name: string): string => join(folder, name);
const openssl = (...words: readonly string[]): Buffer =>
  execFileSync('openssl', [...words], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
const der = (name: string): Buffer => openssl('x509', '-in', name, '-outform', 'DER');

const configuration = `
[ca]
default_ca = own
[own]
database = index.txt
new_certs_dir = .
serial = serial
crlnumber = crlnumber
default_md = sha256
default_days = 30
default_crl_days = 7
policy = any
unique_subject = no
[any]
commonName = supplied
[leaf]
keyUsage = critical, digitalSignature, nonRepudiation
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
crlDistributionPoints = URI:http://ca.example.test/a.crl
authorityInfoAccess = OCSP;URI:http://ocsp.example.test/, caIssuers;URI:http://ca.example.test/a.cer
[responder]
extendedKeyUsage = OCSPSigning
noCheck = ignored
[crl]
authorityKeyIdentifier = keyid
`;

/** A root, two leaves (the second revoked) and a responder, all openssl's. */
const makeAuthority = (): void => {
  writeFileSync(at('ca.cnf'), configuration);
  writeFileSync(at('index.txt'), '');
  writeFileSync(at('serial'), '0A01\n');
  writeFileSync(at('crlnumber'), '07\n');
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-subj',
    '/CN=Authority',
    '-days',
    '60',
    '-addext',
    'keyUsage=critical,keyCertSign,cRLSign',
  );
  for (const [name, section] of [
    ['good', 'leaf'],
    ['bad', 'leaf'],
    ['responder', 'responder'],
  ] as const) {
    openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    openssl(
      'ca',
      '-batch',
      '-config',
      'ca.cnf',
      '-cert',
      'ca.pem',
      '-keyfile',
      'ca.key',
      '-in',
      `${name}.csr`,
      '-out',
      `${name}.pem`,
      '-extensions',
      section,
      '-notext',
    );
  }
  openssl('ca', '-config', 'ca.cnf', '-cert', 'ca.pem', '-keyfile', 'ca.key', '-revoke', 'bad.pem', '-crl_reason', 'keyCompromise');
  openssl('ca', '-config', 'ca.cnf', '-cert', 'ca.pem', '-keyfile', 'ca.key', '-gencrl', '-out', 'ca.crl.pem', '-crlexts', 'crl');
};

/** openssl answers our request, as the responder `by`. */
const ask = (name: string, by: 'ca' | 'responder', nonce: Uint8Array | null) => {
  const [certificate, issuer] = [readCertificate(der(`${name}.pem`)), readCertificate(der('ca.pem'))];
  writeFileSync(at('request.der'), ocspRequest(certificate, issuer, nonce));
  openssl(
    'ocsp',
    '-index',
    'index.txt',
    '-CA',
    'ca.pem',
    '-rsigner',
    `${by}.pem`,
    '-rkey',
    `${by}.key`,
    '-reqin',
    'request.der',
    '-respout',
    'answer.der',
    '-ndays',
    '1',
  );
  return { certificate, issuer, answer: readFileSync(at('answer.der')) };
};

describe.runIf(has)('openssl', () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lienthong-ocsp-'));
    makeAuthority();
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const trust = () => trustFrom({ anchors: [der('ca.pem')], pins: [fingerprint(der('ca.pem'))] });
  const faultOf = (name: string, files: readonly Uint8Array[]) => {
    const now = new Date();
    const context = { trust: trust(), revocation: revocationFrom(files), at: now };
    return verifyCertificate(readCertificate(der(`${name}.pem`)), [], { purpose: 'document', existedAt: now }, context).fault;
  };

  it('answers our request, and its answer decides', () => {
    for (const by of ['ca', 'responder'] as const) {
      const nonce = Buffer.from('0123456789abcdef', 'hex');
      const good = ask('good', by, nonce);
      const read = readOcspAnswer(good.answer);
      if (read === null) throw new Error('not read');
      expect([by, nonceOf(read, nonce), read.answers[0]?.about.serial]).toEqual([by, 'same', good.certificate.serial]);
      // A delegate without id-pkix-ocsp-nocheck is asked about, and the list answers.
      const lists = by === 'ca' ? [] : [readFileSync(at('ca.crl.pem'))];
      expect(faultOf('good', [good.answer, ...lists])).toBeNull();
      expect(faultOf('bad', [ask('bad', by, null).answer, ...lists])).toBe('revoked');
      expect(judgeOffer(good.answer, trust(), new Date()).kind).toBe('good');
    }
  });

  it('makes lists that decide the same, in PEM', () => {
    const list = readFileSync(at('ca.crl.pem'));
    expect([faultOf('good', [list]), faultOf('bad', [list]), faultOf('good', [])]).toEqual([null, 'revoked', 'revocation-unknown']);
  });

  it('prints our request as it was meant', () => {
    const { certificate } = ask('good', 'ca', Buffer.from('00112233', 'hex'));
    const text = openssl('ocsp', '-reqin', 'request.der', '-req_text').toString();
    expect(text).toContain(`Serial Number: ${certificate.serial}`);
    expect(text).toMatch(/OCSP Nonce:\s+\w*00112233/);
  });
});
