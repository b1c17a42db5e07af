/** Extensions as X.509 writes them: in certificates, in revocation lists and in OCSP answers (RFC 5280 4.1, 5.1; RFC 6960 4.2.1). */
import { DerError, isUniversal, octetString, oidOf, readWhole, sequenceOf, type Tlv } from './der.ts';

/** `value` is what stands in the OCTET STRING. */
export type Extension = { readonly critical: boolean; readonly value: Uint8Array };

/** By OID; `element` is the explicitly tagged field that holds them, absent = none. Throws DerError where one stands twice (RFC 5280 4.2). */
export const extensionsOf = (element: Tlv | undefined): ReadonlyMap<string, Extension> => {
  const found = new Map<string, Extension>();
  for (const item of element === undefined ? [] : sequenceOf(readWhole(element.content))) {
    const [type, second, third] = sequenceOf(item);
    const flagged = isUniversal(second, 1);
    const id = oidOf(type);
    if (found.has(id)) throw new DerError('an extension stands twice');
    found.set(id, { critical: flagged && second.content[0] !== 0, value: octetString(flagged ? third : second) });
  }
  return found;
};
