/** The parts of a ds:Signature (XML Signature 1.1 §4.2), strictly: one of each, in order, nothing besides. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { ds } from '../algorithm.ts';
import { base64Of, childrenOf, isNamed, malformed, type Node, onlyAttributes, textOf, unsupported } from './node.ts';

export type Claim = {
  readonly canonicalization: Node;
  readonly value: Buffer;
  /** DER of every X509Certificate, in order: candidates for the signer, believed by nobody yet. */
  readonly certificates: readonly Buffer[];
  /** Keys that stand there bare: never used, only compared with the signer's certificate. */
  readonly keys: readonly KeyObject[];
  readonly objects: readonly Node[];
};

const MAX_CERTIFICATES = 20;

/** ds:CryptoBinary as base64url, which JWK wants. */
const binary = (node: Node): string => (base64Of(textOf(node)) ?? malformed(`${node.name} is not base64`)).toString('base64url');

/** An RSAKeyValue; other kinds of bare keys are passed over, as nothing is done with them. */
const keysIn = (node: Node): readonly KeyObject[] =>
  childrenOf(node).flatMap((one) => {
    if (!isNamed(one, ds, 'RSAKeyValue')) return [];
    const [modulus, exponent, ...more] = childrenOf(one);
    if (!isNamed(modulus, ds, 'Modulus') || !isNamed(exponent, ds, 'Exponent') || more.length > 0) return malformed('parts of RSAKeyValue');
    try {
      return [createPublicKey({ key: { kty: 'RSA', n: binary(modulus), e: binary(exponent) }, format: 'jwk' })];
    } catch {
      return malformed('an RSAKeyValue that is no key');
    }
  });

const certificatesIn = (node: Node): readonly Buffer[] =>
  childrenOf(node)
    .filter((one) => isNamed(one, ds, 'X509Certificate'))
    .map((one) => base64Of(textOf(one)) ?? malformed('an X509Certificate that is not base64'));

const keyInfoOf = (node: Node | undefined): Pick<Claim, 'certificates' | 'keys'> => {
  if (node === undefined) return { certificates: [], keys: [] };
  onlyAttributes(node, 'Id');
  const children = childrenOf(node);
  // RetrievalMethod, KeyInfoReference and their like would send us elsewhere for a key.
  const known = ['X509Data', 'KeyName', 'KeyValue'];
  const other = children.find((one) => one.namespace !== ds || !known.includes(one.name));
  if (other !== undefined) return unsupported(`${other.name} in KeyInfo`);
  const certificates = children.filter((one) => one.name === 'X509Data').flatMap(certificatesIn);
  if (certificates.length > MAX_CERTIFICATES) return unsupported('very many certificates');
  return { certificates, keys: children.filter((one) => one.name === 'KeyValue').flatMap(keysIn) };
};

/** Throws ProfileError. */
export const claimOf = (signature: Node): Claim => {
  onlyAttributes(signature, 'Id');
  const [signedInfo, value, ...rest] = childrenOf(signature);
  if (!isNamed(signedInfo, ds, 'SignedInfo') || !isNamed(value, ds, 'SignatureValue')) return malformed('parts of Signature');
  const keyInfo = isNamed(rest[0], ds, 'KeyInfo') ? rest.shift() : undefined;
  if (rest.some((one) => !isNamed(one, ds, 'Object'))) return malformed('parts of Signature');
  const [canonicalization] = childrenOf(signedInfo);
  if (!isNamed(canonicalization, ds, 'CanonicalizationMethod')) return malformed('SignedInfo without CanonicalizationMethod');
  onlyAttributes(value, 'Id');
  return {
    canonicalization,
    value: base64Of(textOf(value)) ?? malformed('a SignatureValue that is not base64'),
    ...keyInfoOf(keyInfo),
    objects: rest,
  };
};
