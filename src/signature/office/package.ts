/**
 * Whether a zip is a document that carries signatures of its own form: OOXML (ECMA-376-2 13, parts below
 * `_xmlsignatures` or wherever the package says), ODF (`META-INF/documentsignatures.xml`, ODF 1.3-2 5) and
 * ASiC containers (ETSI EN 319 162-1, `META-INF/*signature*`). They are not verified, only never overlooked.
 */
import type { RandomAccess } from '../../envelope/bytes.ts';
import { type Finding, findingOf } from '../proof.ts';
import { entryBytes, zipDirectory } from './zip.ts';

// Names of parts are compared without case (ECMA-376-2 6.2.2.3); some writers begin them with a slash, or use `\`.
const signed = [/^_xmlsignatures\//, /^meta-inf\/[^/]*signature[^/]*\.(?:xml|p7s)$/, /^meta-inf\/[^/]*timestamp[^/]*\.tst$/];

const origin = 'package/2006/relationships/digital-signature/origin';

const plain = (name: string): string => name.replaceAll('\\', '/').replace(/^\/+/, '').toLowerCase();

/** `unsupported`: it is signed, and nobody here can say how well. */
export const findingOfPackage = (file: RandomAccess): Finding => {
  const directory = zipDirectory(file);
  if (directory.kind !== 'read') return findingOf(directory.kind);
  if (directory.entries.some(({ name }) => signed.some((pattern) => pattern.test(plain(name))))) return findingOf('unsupported');
  const relations = directory.entries.find(({ name }) => plain(name) === '_rels/.rels');
  const named = relations === undefined ? null : entryBytes(file, relations);
  return findingOf(named?.includes(origin) === true ? 'unsupported' : 'unsignable-format');
};
