/**
 * The text of a distinguished name, as people and programs write it, made comparable: our own `CN=…, O=…`,
 * RFC 4514 with its escapes, openssl's three forms, Windows' and Java's names of attributes, lines of a
 * dialog, either order.
 */
import { foldText } from '../envelope/text.ts';

/** Other spellings of attribute types, folded -> ours. */
const types: Readonly<Record<string, string>> = {
  cn: 'cn',
  commonname: 'cn',
  '2.5.4.3': 'cn',
  o: 'o',
  organizationname: 'o',
  organization: 'o',
  '2.5.4.10': 'o',
  ou: 'ou',
  organizationalunitname: 'ou',
  organizationalunit: 'ou',
  '2.5.4.11': 'ou',
  c: 'c',
  countryname: 'c',
  country: 'c',
  '2.5.4.6': 'c',
  l: 'l',
  localityname: 'l',
  locality: 'l',
  '2.5.4.7': 'l',
  st: 'st',
  s: 'st',
  stateorprovincename: 'st',
  '2.5.4.8': 'st',
  street: 'street',
  streetaddress: 'street',
  '2.5.4.9': 'street',
  e: 'e',
  email: 'e',
  emailaddress: 'e',
  '1.2.840.113549.1.9.1': 'e',
  serialnumber: 'serialnumber',
  '2.5.4.5': 'serialnumber',
  t: 'title',
  title: 'title',
  '2.5.4.12': 'title',
  sn: 'sn',
  surname: 'sn',
  '2.5.4.4': 'sn',
  g: 'givenname',
  gn: 'givenname',
  givenname: 'givenname',
  '2.5.4.42': 'givenname',
  uid: 'uid',
  userid: 'uid',
  '0.9.2342.19200300.100.1.1': 'uid',
  dc: 'dc',
  domaincomponent: 'dc',
  '0.9.2342.19200300.100.1.25': 'dc',
  organizationidentifier: 'organizationidentifier',
  '2.5.4.97': 'organizationidentifier',
};

/** `OID.2.5.4.97` is Java's, `2.5.4.97` everybody's; null for a word that is no attribute type. */
const typeOf = (word: string): string | null => {
  const plain = word
    .trim()
    .toLowerCase()
    .replace(/^oid\./, '');
  return types[plain] ?? (/^\d+(?:\.\d+)+$/.test(plain) ? plain : null);
};

/** Where an attribute may begin: at the start, or after a separator that no backslash takes away. `/` only in openssl's one-line form. */
const startsOf = (text: string): readonly { readonly at: number; readonly valueAt: number; readonly type: string }[] => {
  const separator = text.startsWith('/') ? '/+' : ',;+\\n';
  const pattern = new RegExp(`(?:^|(?<!\\\\)(?:\\\\\\\\)*[${separator}])\\s*([\\p{L}\\d.]+)\\s*=`, 'gu');
  // Nothing begins inside quotation marks; the length stays, so that places do.
  const open = text.replace(/"(?:[^"\\]|\\.)*"/gs, (quoted) => '"'.repeat(quoted.length));
  return [...open.matchAll(pattern)].flatMap((found) => {
    const type = typeOf(found[1] ?? '');
    return type === null ? [] : [{ at: found.index, valueAt: found.index + found[0].length, type }];
  });
};

/** `\E1\BB\A6` (RFC 4514, openssl) and `\xE1\xBB\xA6` (old openssl): bytes of UTF-8. */
const unescapeBytes = (text: string): string =>
  text.replace(/(?:\\x?[0-9A-Fa-f]{2})+/g, (run) => Buffer.from(run.replace(/\\x?/g, ''), 'hex').toString('utf8'));

const contentOf = (written: string): string => {
  const bare = written.trim();
  const quoted = /^"((?:[^"\\]|\\.)*)"$/s.exec(bare)?.[1] ?? bare;
  return foldText(unescapeBytes(quoted).replace(/\\(.)/gs, '$1'));
};

/** A country has a handful of issuers, and every signature names one: texts of honest length are taken apart once. */
const taken = new Map<string, string>();
const mostTaken = 1_000;
const longest = 1_000;

/**
 * Its attributes in an order of our own, folded; '' for a text that holds none. A comma inside a value
 * separates nothing: an attribute begins only where one of the known types and `=` stand.
 */
export const comparableName = (text: string): string => {
  const known = taken.get(text);
  if (known !== undefined) return known;
  const name = compared(text);
  if (text.length > longest) return name;
  if (taken.size >= mostTaken) taken.clear();
  taken.set(text, name);
  return name;
};

const compared = (text: string): string => {
  const starts = startsOf(text);
  return starts
    .map(({ type, valueAt }, index) => {
      const next = starts[index + 1]?.at ?? text.length;
      return `${type}=${contentOf(text.slice(valueAt, next))}`;
    })
    .filter((part) => !part.endsWith('='))
    .sort()
    .join(',');
};
