/** Whose a signing certificate is: told by an administrator's list, or learnt from documents that were valid. */
import { normalText } from '../envelope/text.ts';
import { comparableName } from './issuer.ts';

/** A certificate by its issuer and serial number; see `holderKey`. */
export type HolderKey = string;

export type Holder = {
  readonly key: HolderKey;
  /** Upper-case hex without leading zeros. */
  readonly serial: string;
  /** The issuer's distinguished name as it was given. */
  readonly issuer: string;
  readonly kind: 'agency' | 'person';
  /** Current code of the organ whose certificate it is, or for which the person signs. */
  readonly organ: string | null;
  readonly person: string | null;
  /** `yyyy-mm-dd`, inclusive; null = open. */
  readonly validTo: string | null;
};

/** A valid document of one organ that this certificate signed, as counted from traffic; at most a few are kept. */
export type Sighting = { readonly key: HolderKey; readonly organ: string; readonly recordId: string; readonly at: string };

/** How many valid documents of an organ a certificate signed, as far as kept. */
export type SightingCount = { readonly key: HolderKey; readonly organ: string; readonly documents: number };

/** A certificate met in traffic, as its own subject tells it: written once, when it is met first. */
export type MetCertificate = {
  readonly key: HolderKey;
  readonly serial: string;
  readonly issuer: string;
  /** CN and O of the subject. */
  readonly name: string | null;
  readonly organisation: string | null;
  /** What kind of holder the subject looks like: a guess. */
  readonly kind: 'agency' | 'person' | 'unknown';
  /** Vietnamese day, inclusive; null where it is not known. */
  readonly validTo: string | null;
  readonly metAt: string;
};

/** Upper-case hex without leading zeros, whole bytes; null where it is no number in hex. Colons, blanks, `0x` and signs that show nothing are left out. */
export const serialFrom = (text: string): string | null => {
  const digits = normalText(text).replace(/[\s:]/g, '').replace(/^0x/i, '').toUpperCase().replace(/^0+/, '');
  if (!/^[0-9A-F]*$/.test(digits) || normalText(text) === '') return null;
  return digits.length % 2 === 1 ? `0${digits}` : digits || '00';
};

/** One key however issuer and serial are written; `serial` that is no hex is taken as it stands. */
export const holderKey = (issuer: string, serial: string): HolderKey => `${serialFrom(serial) ?? serial}@${comparableName(issuer)}`;
