/** Time-stamp tokens (RFC 3161): a CMS over a TSTInfo that names the digest of what was stamped. */

import { DerError, octetString, readWhole, sequenceOf, timeOf } from '../asn1/der.ts';
import { digestOf } from '../cms/algorithm.ts';
import { contentTypes, readSignedData, type SignedData, type SignerInfo } from '../cms/read.ts';
import { type Content, certificatesOf, contentOf, verifySigner } from '../cms/signer.ts';
import { findPath } from '../path/path.ts';
import type { Trust } from '../path/trust.ts';

export type Imprint = { readonly digest: string | null; readonly value: Uint8Array; readonly at: Date };

/** What a TSTInfo says was stamped, and when. Throws DerError. */
export const imprintOf = (data: SignedData): Imprint => {
  if (data.contentType !== contentTypes.timestamp || data.content === null) throw new DerError('not a time-stamp token');
  const [, , imprint, , time] = sequenceOf(readWhole(data.content));
  const [algorithm, value] = sequenceOf(imprint);
  return { digest: digestOf(algorithm), value: octetString(value), at: timeOf(time) };
};

export const isStamped = (imprint: Imprint, content: Content): boolean =>
  imprint.digest !== null && Buffer.compare(imprint.value, content.digest(imprint.digest)) === 0;

const signatureTimestamp = '1.2.840.113549.1.9.16.2.14';

/**
 * When a trusted authority stamped the signature value, the earliest token that holds in all respects
 * (imprint, signature, a path to an anchor at that time); null otherwise. For display: revocation of
 * the authority is not yet asked.
 */
export const stampedAt = (info: SignerInfo, trust: Trust): Date | null => {
  const times = (info.unsigned.get(signatureTimestamp) ?? []).flatMap((token) => {
    try {
      const { data } = readSignedData(token.bytes);
      const imprint = imprintOf(data);
      const [signer] = data.signers;
      if (signer === undefined || data.content === null) return [];
      if (
        !isStamped(
          imprint,
          contentOf((sink) => sink(info.value)),
        )
      )
        return [];
      const stamped = data.content;
      const embedded = certificatesOf(data, trust.memory);
      const outcome = verifySigner(
        signer,
        data,
        contentOf((sink) => sink(stamped)),
        { embedded, local: trust.intermediates },
      );
      if (outcome.fault !== null || outcome.certificate === null) return [];
      return findPath(outcome.certificate, embedded, trust, imprint.at, 'timestamp').fault === null ? [imprint.at] : [];
    } catch {
      return [];
    }
  });
  return times.toSorted((a, b) => a.getTime() - b.getTime())[0] ?? null;
};
