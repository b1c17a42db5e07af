/** Asking an OCSP responder about one certificate (RFC 6960 §4.1), and whether an answer is to that question. */

import { type Der, nothing, octets, oid, sequence, tagged, tlv } from '../../asn1/write.ts';
import type { Certificate } from '../../path/certificate.ts';
import { extension } from '../../sign/extension.ts';
import type { OcspAnswer } from './answer.ts';
import { certificateId } from './id.ts';

/**
 * DER of an unsigned request for one certificate. Its CertID is by SHA-1, the one digest that every
 * responder knows (RFC 5019 §2.1.1); it names and secures nothing. `nonce`: 1–32 bytes (RFC 8954), null = none.
 */
export const ocspRequest = (certificate: Certificate, issuer: Certificate, nonce: Uint8Array | null): Der => {
  const { issuerNameHash, issuerKeyHash } = certificateId(certificate, issuer, 'sha1');
  const id = sequence(
    sequence(oid('1.3.14.3.2.26'), nothing),
    octets(issuerNameHash),
    octets(issuerKeyHash),
    // As it stands: an authority may have numbered below zero.
    tlv(0x02, certificate.serialBytes),
  );
  const extensions = nonce === null ? [] : [tagged(2, sequence(extension('1.3.6.1.5.5.7.48.1.2', false, octets(nonce))))];
  return sequence(sequence(sequence(sequence(id)), ...extensions));
};

/** `absent`: many responders answer from a store made beforehand and repeat none (RFC 5019 §4); then the times must do. */
export const nonceOf = (answer: OcspAnswer, asked: Uint8Array): 'same' | 'absent' | 'other' => {
  if (answer.nonce === null) return 'absent';
  return Buffer.compare(answer.nonce, asked) === 0 ? 'same' : 'other';
};
