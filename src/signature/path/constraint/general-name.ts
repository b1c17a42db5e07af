/** GeneralName (RFC 5280 4.2.1.6): the names of subjects and of distribution points, as far as they are compared. */
import { isContext, oidOf, readWhole, sequenceOf, type Tlv } from '../../asn1/der.ts';
import { type Name, nameOf } from '../../asn1/name.ts';

export type GeneralName =
  /** `rdns`: the relative names from the top, equal strings for equal names. */
  | { readonly kind: 'directory'; readonly rdns: readonly string[] }
  | { readonly kind: 'mail' | 'dns' | 'uri'; readonly text: string }
  | { readonly kind: 'ip'; readonly bytes: Uint8Array }
  /** Forms that nobody here compares; `form` tells them apart (otherName by its type). */
  | { readonly kind: 'other'; readonly form: string };

const taken = new WeakMap<Name, readonly string[]>();

/** The relative distinguished names of a name, each as one comparable string. */
export const rdnsOf = (name: Name): readonly string[] => {
  const known = taken.get(name);
  if (known !== undefined) return known;
  const rdns = (JSON.parse(name.key) as unknown[]).map((rdn) => JSON.stringify(rdn));
  taken.set(name, rdns);
  return rdns;
};

const latin = (element: Tlv): string => Buffer.from(element.content).toString('latin1');

const smtpUtf8Mailbox = '1.3.6.1.5.5.7.8.9';

/** RFC 9598 3: an address in an otherName falls under the same constraints as one in an rfc822Name. */
const otherNameOf = (element: Tlv): GeneralName => {
  const [type, value] = [...sequenceOf({ ...element, tagClass: 0, tag: 16 })];
  const form = oidOf(type);
  if (form !== smtpUtf8Mailbox || !isContext(value, 0)) return { kind: 'other', form: `0:${form}` };
  return { kind: 'mail', text: Buffer.from(readWhole(value.content).content).toString('utf8') };
};

/** Throws DerError. */
export const generalNameOf = (element: Tlv): GeneralName => {
  if (element.tagClass !== 2) return { kind: 'other', form: 'unknown' };
  switch (element.tag) {
    case 0:
      return otherNameOf(element);
    case 1:
      return { kind: 'mail', text: latin(element) };
    case 2:
      return { kind: 'dns', text: latin(element) };
    case 4:
      // Name is a CHOICE, so its tag is explicit.
      return { kind: 'directory', rdns: rdnsOf(nameOf(readWhole(element.content))) };
    case 6:
      return { kind: 'uri', text: latin(element) };
    case 7:
      return { kind: 'ip', bytes: element.content };
    default:
      return { kind: 'other', form: String(element.tag) };
  }
};

/** Equal for equal names, for look-ups; null for forms that are not compared. */
export const generalNameKey = (name: GeneralName): string | null => {
  switch (name.kind) {
    case 'directory':
      return `directory:${name.rdns.join('')}`;
    case 'mail':
    case 'dns':
    case 'uri':
      return `${name.kind}:${name.text}`;
    case 'ip':
      return `ip:${Buffer.from(name.bytes).toString('hex')}`;
    case 'other':
      return null;
  }
};

/** GeneralNames, as an extension holds them. */
export const generalNamesOf = (value: Uint8Array): readonly GeneralName[] => {
  return sequenceOf(readWhole(value)).map(generalNameOf);
};
