/** Into the cache of revocation (LIENTHONG_CRLS): one file for each list or answer, named by what it is, the newest of its scope. */
import type { KeptRevocation, Revocation } from '../../hub/trust.ts';
import { sha256Hex } from '../../signature/cms/algorithm.ts';
import type { RevocationFacts } from '../../signature/revocation/facts.ts';
import type { Offer } from '../../signature/revocation/offer.ts';

/** `older`: a newer or the same one is at hand, under this name. */
export type Kept = { readonly kind: 'kept' | 'older'; readonly name: string };

/** Files with such names were written here and are removed here; whatever an operator copied in stays. */
const ownName = /^(?:crl|ocsp)-[0-9a-f]{12}-\d{14}-[0-9a-f]{8}\.(?:crl|ocsp)$/;

/** An OCSP answer is asked for until the documents of its time are judged. */
const forgetOcspAfterMs = 90 * 86_400_000;

/** The scope first, so that the lists of one authority stand together; then the time. */
const nameFor = ({ kind, scope, thisUpdate }: RevocationFacts, der: Uint8Array): string =>
  `${kind}-${scope.slice(0, 12)}-${thisUpdate.replace(/\D/g, '').slice(0, 14)}-${sha256Hex(der).slice(0, 8)}.${kind}`;

const isForgotten = ({ kind, thisUpdate, nextUpdate }: KeptRevocation, now: Date): boolean =>
  kind === 'ocsp' && Date.parse(nextUpdate ?? thisUpdate) < now.getTime() - forgetOcspAfterMs;

/**
 * Keeps what `judgeOffer` found good. An older list never replaces a newer one of the same scope: each
 * has a file of its own, and only what is older than the newest is removed, after that one is durable.
 */
export const keepOffer = async (
  revocation: Revocation,
  { piece }: Extract<Offer, { kind: 'good' }>,
  source: string | null,
  now: Date,
): Promise<Kept> => {
  const { facts } = piece;
  const der = piece.kind === 'crl' ? piece.crl.der : piece.answer.der;
  const kept = await revocation.kept();
  const same = kept.filter((one) => one.scope === facts.scope);
  const newest = same.find((one) => one.thisUpdate >= facts.thisUpdate);
  if (newest !== undefined) return { kind: 'older', name: newest.name };
  const name = nameFor(facts, der);
  const gone = [...same, ...kept.filter((one) => isForgotten(one, now))].map((one) => one.name).filter((one) => ownName.test(one));
  await revocation.keep(name, der, { superseded: gone, source });
  return { kind: 'kept', name };
};
