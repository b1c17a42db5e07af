/** Whether a name lies within a subtree, form by form (RFC 5280 4.2.1.10). */
import type { GeneralName } from './general-name.ts';

/** Lower case where domain names are concerned (RFC 5280 7.2); null when no host is written like this. */
const hostOf = (text: string): string | null => {
  const host = text.toLowerCase().replace(/\.$/, '');
  return /^[a-z0-9_*-]+(?:\.[a-z0-9_*-]+)*$/.test(host) ? host : null;
};

/** A constraint `.tỉnh.vn` in ASCII: hosts below it, never itself; without the dot, exactly this host. */
const isHostUnder = (host: string, constraint: string): boolean => {
  const bound = constraint.toLowerCase();
  return bound.startsWith('.') ? host.endsWith(bound) && host.length > bound.length : host === bound;
};

/** A name is itself and whatever stands below it; the empty constraint is everything. A leading dot is tolerated: below only. */
const isDnsWithin = (text: string, constraint: string): boolean | null => {
  const host = hostOf(text);
  if (host === null) return null;
  if (constraint === '' || constraint === '.') return true;
  const bound = constraint.toLowerCase();
  return bound.startsWith('.') ? host.endsWith(bound) && host.length > bound.length : host === bound || host.endsWith(`.${bound}`);
};

/** `a@host` one mailbox, `host` all on it, `.domain` all on hosts below it; local parts are compared exactly (7.5). */
const isMailWithin = (text: string, constraint: string): boolean | null => {
  const at = text.lastIndexOf('@');
  const host = hostOf(text.slice(at + 1));
  if (at < 1 || host === null) return null;
  const mark = constraint.lastIndexOf('@');
  if (mark < 0) return constraint === '' || isHostUnder(host, constraint);
  return text.slice(0, at) === constraint.slice(0, mark) && host === constraint.slice(mark + 1).toLowerCase();
};

/** Only URIs that name a host can be bound; one without, or with an address in its place, is in no subtree. */
const isUriWithin = (text: string, constraint: string): boolean | null => {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#\\]*)/i.exec(text)?.[1];
  const host = hostOf((authority ?? '').replace(/^.*@/, '').replace(/:\d*$/, ''));
  if (host === null || /^[\d.]+$/.test(host)) return null;
  return isHostUnder(host, constraint);
};

/** Address and mask, four and four or sixteen and sixteen bytes. */
const isAddressWithin = (bytes: Uint8Array, constraint: Uint8Array): boolean | null => {
  if (bytes.length !== 4 && bytes.length !== 16) return null;
  if (constraint.length !== bytes.length * 2) return constraint.length === 8 || constraint.length === 32 ? false : null;
  return bytes.every((byte, i) => {
    const mask = constraint[bytes.length + i] ?? 0;
    return (byte & mask) === ((constraint[i] ?? 0) & mask);
  });
};

/** Null: the name is too odd to say. Names of different forms are never within each other. */
export const isWithin = (name: GeneralName, subtree: GeneralName): boolean | null => {
  switch (name.kind) {
    case 'directory':
      return subtree.kind === 'directory' && subtree.rdns.every((rdn, i) => rdn === name.rdns[i]);
    case 'ip':
      return subtree.kind === 'ip' && isAddressWithin(name.bytes, subtree.bytes);
    case 'mail':
      return subtree.kind === 'mail' && isMailWithin(name.text, subtree.text);
    case 'dns':
      return subtree.kind === 'dns' && isDnsWithin(name.text, subtree.text);
    case 'uri':
      return subtree.kind === 'uri' && isUriWithin(name.text, subtree.text);
    case 'other':
      return false;
  }
};
