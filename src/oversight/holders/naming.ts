/**
 * Which organ of the directory a certificate's subject names: CN the agency, O the body above it (domain
 * §6.1). Names repeat between provinces and are abbreviated, so that a doubt is answered by nobody.
 */
import { foldText } from '../../envelope/text.ts';
import { type Directory, type Organ, organFor } from '../../records/organ.ts';
import { type Kin, lineOf } from './kin.ts';

const abbreviations: Readonly<Record<string, string>> = {
  ubnd: 'uy ban nhan dan',
  hdnd: 'hoi dong nhan dan',
  ubmttq: 'uy ban mat tran to quoc',
  ubmttqvn: 'uy ban mat tran to quoc viet nam',
  mttq: 'mat tran to quoc',
  vp: 'van phong',
  vpub: 'van phong uy ban nhan dan',
  tp: 'thanh pho',
};

/** Folded words, abbreviations written out: "UBND xã Tân Lập" and "Uỷ ban nhân dân Xã Tân Lập" are one. */
export const foldName = (name: string): string =>
  foldText(name)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map((word) => abbreviations[word] ?? word)
    .join(' ');

/** Names live longer than a directory value, which every import replaces. */
const folded = new Map<string, string>();
const mostFolded = 400_000;
/** So many names are folded in about five milliseconds. */
const atATime = 500;

const foldedOnce = (name: string): string => {
  const known = folded.get(name) ?? foldName(name);
  if (folded.size >= mostFolded) folded.clear();
  folded.set(name, known);
  return known;
};

/**
 * Folds the names of a directory that is new, a few at a time: the national one has 125,000, and whoever
 * else has something to ask must not wait for all of them. Nothing is left to do the second time.
 */
export const prepareNames = async (directory: Directory): Promise<void> => {
  if (indexes.has(directory)) return;
  let fresh = 0;
  for (const { name } of directory.organs.values()) {
    if (folded.has(name)) continue;
    foldedOnce(name);
    fresh += 1;
    if (fresh % atATime === 0) await new Promise((resolve) => setImmediate(resolve));
  }
};

type Names = ReadonlyMap<string, readonly Organ[]>;
const indexes = new WeakMap<Directory, Names>();

const namesOf = (directory: Directory): Names => {
  const known = indexes.get(directory) ?? Map.groupBy(directory.organs.values(), ({ name }) => foldedOnce(name));
  indexes.set(directory, known);
  return known;
};

const wordsOf = (name: string): readonly string[] =>
  foldName(name)
    .replace(/^uy ban nhan dan /, '')
    .split(' ');

/** Every word of the certificate's name stands in the organ's: "Sở Nội vụ" may be "Sở Nội vụ tỉnh Bạn". */
const mayBe = (organ: Organ, commonName: string): boolean => {
  const words = new Set(wordsOf(organ.name));
  return wordsOf(commonName).every((word) => words.has(word));
};

/**
 * Whether O speaks for this organ (`yes`: it names it or a body above it), against it (`no`: it names some
 * other organ), or neither (`silent`).
 */
const spokenFor = (directory: Directory, organ: Organ, commonName: string, organisation: string | null): 'yes' | 'no' | 'silent' => {
  const above = foldName(organisation ?? '');
  if (above === '' || above === foldName(commonName)) return 'silent';
  const line = lineOf(directory, organ);
  const named = namesOf(directory).get(above) ?? [];
  if (named.some(({ code }) => line.has(code))) return 'yes';
  return named.length > 0 ? 'no' : 'silent';
};

/** Of a foreign organ the directory knows little: there O must say the same. */
const isNamed = (directory: Directory, organ: Organ, sender: Organ, commonName: string, organisation: string | null): boolean => {
  const spoken = spokenFor(directory, organ, commonName, organisation);
  return spoken === 'yes' || (spoken === 'silent' && organ.member && sender.member);
};

/** The only organ of that name, whom O does not contradict: as a list of certificates shows it, seen from nobody's document. */
export const organCalled = (directory: Directory, { name, organisation }: Subject): Organ | null => {
  const named = name === null ? [] : (namesOf(directory).get(foldName(name)) ?? []);
  const [only] = named;
  return name !== null && only !== undefined && named.length === 1 && spokenFor(directory, only, name, organisation) !== 'no' ? only : null;
};

/** Organs that the document's sender may be or may sign as, by code. */
const kinOrgans = (directory: Directory, kin: Kin): readonly Organ[] =>
  [...kin.self, ...kin.above].flatMap((code) => organFor(directory, code) ?? []);

export type Subject = { readonly name: string | null; readonly organisation: string | null };

/**
 * The one organ that the subject names, seen from a document of `sender`: the sender's kin where the name
 * is theirs, else the only organ of the directory with that name whom O does not contradict. Null where
 * none, several, or perhaps the sender itself is meant.
 */
export const organNamed = (directory: Directory, sender: Organ, kin: Kin, { name, organisation }: Subject): Organ | null => {
  const wanted = foldName(name ?? '');
  if (name === null || wanted === '') return null;
  const own = kinOrgans(directory, kin);
  const exact = own.find((organ) => foldName(organ.name) === wanted);
  if (exact !== undefined) return exact;
  if (own.some((organ) => mayBe(organ, name))) return null;
  const named = namesOf(directory).get(wanted) ?? [];
  const [only] = named;
  return only !== undefined && named.length === 1 && isNamed(directory, only, sender, name, organisation) ? only : null;
};
