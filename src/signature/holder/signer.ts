/** The holder of a signer's certificate, as its own subject tells it. */

import type { Certificate } from '../path/certificate.ts';
import type { SignerProof } from '../proof.ts';
import { kindOf } from './kind.ts';

const nobody: SignerProof = {
  name: null,
  organisation: null,
  kind: 'unknown',
  organ: null,
  knownBy: null,
  serial: null,
  issuer: null,
  validTo: null,
};

/** Null, or a certificate that is nowhere: nothing is known. */
export const signerOf = (certificate: Certificate | null): SignerProof => {
  if (certificate === null) return nobody;
  const { subject, issuer, serial, notAfter } = certificate;
  const kind = kindOf(subject);
  return {
    name: subject.commonName ?? subject.organisation,
    organisation: subject.organisation,
    kind,
    organ: null,
    knownBy: kind === 'unknown' ? null : 'guess',
    serial,
    issuer: issuer.text,
    validTo: notAfter.toISOString(),
  };
};
