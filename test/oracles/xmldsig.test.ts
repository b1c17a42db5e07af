/**
 * xmlsec1 agrees with us on 90 combinations of documents, canonical forms and algorithms, in both
 * directions: what we sign it verifies, what it signs we verify, and what is changed both refuse.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificatePem } from '../../src/demo/pki.ts';
import { documents } from '../signature/xml-documents.ts';
import { digests, ds, forms, makeXmlKit, type XmlKit } from '../signature/xml-kit.ts';
import { hasOracle } from '../support/oracle.ts';

let kit: XmlKit;
let folder: string;
beforeAll(async () => {
  kit = await makeXmlKit();
  folder = mkdtempSync(join(tmpdir(), 'xmldsig-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Those that xmlsec1 has: neither PSS nor EdDSA in the version of Debian. */
const algorithms = ['rsa-sha256', 'ecdsa-sha256', 'rsa-sha512', 'ecdsa-sha384', 'rsa-sha384', 'ecdsa-sha512', 'rsa-sha224', 'rsa-sha1'];
const digestNames = ['sha256', 'sha512', 'sha384', 'sha1', 'sha224'] as const;

type Combination = { readonly name: string; readonly xml: string; readonly form: string; readonly method: string; readonly digest: string };

/** 15 documents × 6 canonical forms; methods and digests go round. */
const combinations: readonly Combination[] = Object.entries(documents).flatMap(([name, xml], row) =>
  Object.entries(forms).map(([form, uri], column) => {
    const turn = row * 6 + column;
    const method = algorithms[turn % algorithms.length] ?? 'rsa-sha256';
    const digest = digestNames[turn % digestNames.length] ?? 'sha256';
    return { name: `${name}, ${form}, ${method}, ${digest}`, xml, form: uri, method, digest: digests[digest] };
  }),
);

const run = (...words: readonly string[]): number => {
  try {
    execFileSync('xmlsec1', words, { stdio: 'pipe' });
    return 0;
  } catch (error) {
    return (error as { status: number }).status;
  }
};
let count = 0;
const saved = (text: string | Uint8Array): string => {
  const path = join(folder, `${count++}.xml`);
  writeFileSync(path, text);
  return path;
};

const xmlsecVerifies = (xml: string, certificate: Uint8Array): boolean =>
  run('--verify', '--enabled-key-data', 'x509', '--pubkey-cert-pem', saved(certificatePem(certificate)), saved(xml)) === 0;

const algorithm = (name: string, uri: string): string => `<${name} Algorithm="${uri}"/>`;
/** A signature without values for xmlsec1 to fill. */
const template = ({ form, digest }: Combination, method: string): string =>
  `<Signature xmlns="${ds}"><SignedInfo>${algorithm('CanonicalizationMethod', form)}${algorithm('SignatureMethod', method)}` +
  `<Reference URI=""><Transforms>${algorithm('Transform', `${ds}enveloped-signature`)}${algorithm('Transform', form)}</Transforms>` +
  `${algorithm('DigestMethod', digest)}<DigestValue/></Reference></SignedInfo><SignatureValue/><KeyInfo><X509Data/></KeyInfo></Signature>`;

const xmlsecSigns = (one: Combination): Buffer => {
  const { key, certificate, method } = kit.signer(one.method);
  const files = [saved(key.export({ type: 'pkcs8', format: 'pem' })), saved(certificatePem(certificate))];
  const end = /<\/[^<>]+>(?:<!--[^>]*-->|<\?[^>]*>|\s)*$/.exec(one.xml)?.index ?? Number.NaN;
  const unsigned = saved(one.xml.slice(0, end) + template(one, method.uri) + one.xml.slice(end));
  const output = join(folder, `${count++}.out.xml`);
  expect(run('--sign', '--privkey-pem', files.join(','), '--output', output, unsigned)).toBe(0);
  return readFileSync(output);
};

describe.skipIf(!hasOracle('xmlsec1'))('xmlsec1 and we agree', () => {
  it('on ninety combinations', () => {
    expect(combinations).toHaveLength(90);
    expect(new Set(combinations.map(({ method }) => method)).size).toBe(algorithms.length);
  });

  it('that what we sign is good', { timeout: 60_000 }, async () => {
    const bad: string[] = [];
    for (const one of combinations) {
      const end = /<\/[^<>]+>(?:<!--[^>]*-->|<\?[^>]*>|\s)*$/.exec(one.xml)?.index ?? null;
      const by = kit.signer(one.method);
      const xml = await kit.signed(one.xml, { canonicalization: one.form, transform: one.form, digest: one.digest, at: end }, by);
      if (!xmlsecVerifies(xml, by.certificate)) bad.push(`xmlsec1: ${one.name}`);
      if (only(kit.outcome(xml)) !== 'good') bad.push(`we: ${one.name}: ${kit.outcome(xml)}`);
    }
    expect(bad).toEqual([]);
  });

  it('that what xmlsec1 signs is good, and no longer when a letter is changed', { timeout: 60_000 }, () => {
    const bad: string[] = [];
    for (const one of combinations) {
      const xml = xmlsecSigns(one);
      if (only(kit.outcome(xml)) !== 'good') bad.push(`${one.name}: ${kit.outcome(xml)}`);
      const text = xml.toString('utf8');
      const changed = text.replace(/<(a|edXML|z:a)(?=[\s>])/, '<$1 sua="1"');
      if (changed === text || kit.outcome(changed) !== 'invalid/digest-mismatch') bad.push(`changed: ${one.name}`);
    }
    expect(bad).toEqual([]);
  });
});

/** SHA-1 and SHA-224 are judged by their dates: the signature is then right, and no longer believed. */
const only = (outcome: string): string => (outcome === 'valid' || outcome === 'undetermined/weak-algorithm' ? 'good' : outcome);
