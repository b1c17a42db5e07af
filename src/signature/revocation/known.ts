/**
 * The CRLs and OCSP answers that a verification may use, found by issuer and by serial number. Pure over
 * the bytes of files, whoever fetched them. Lists are read lazily and stay read: one `KnownRevocation`
 * serves any number of files.
 */
import { pemBlocks } from '../asn1/pem.ts';
import { type Crl, readCrl } from './crl/list.ts';
import { directoryKey } from './crl/point.ts';
import { type OcspAnswer, readOcspAnswer } from './ocsp/answer.ts';

type Shelf = {
  /** By `directoryKey` of the issuer's name. */
  readonly crls: ReadonlyMap<string, readonly Crl[]>;
  /** By serial number, upper-case hex: whose it is, each answer says itself. */
  readonly answers: ReadonlyMap<string, readonly OcspAnswer[]>;
};

/** Newest shelf first: what a file brings stands before what is at hand. */
export type KnownRevocation = readonly Shelf[];

export const nothingKnown: KnownRevocation = [];

/** A signed file brings a handful; thousands are meant to cost time. */
const MAX_EMBEDDED = 500;

const shelfFrom = (sources: readonly Uint8Array[]): Shelf => {
  const crls = new Map<string, Crl[]>();
  const answers = new Map<string, OcspAnswer[]>();
  const keep = <T>(map: Map<string, T[]>, key: string, thing: T) => {
    const list = map.get(key);
    if (list === undefined) map.set(key, [thing]);
    else if (!list.includes(thing)) list.push(thing);
  };
  for (const source of sources) {
    const crl = readCrl(source);
    if (crl !== null) keep(crls, directoryKey(crl.issuer), crl);
    const answer = crl === null ? readOcspAnswer(source) : null;
    for (const single of answer?.answers ?? []) if (answer !== null) keep(answers, single.about.serial, answer);
  }
  return { crls, answers };
};

/** The things inside one file: DER, or PEM of any number of blocks of any label. */
const thingsIn = (file: Uint8Array): readonly Uint8Array[] => {
  const blocks = file[0] === 0x30 ? [] : pemBlocks(file);
  return blocks.length > 0 ? blocks.map((block) => block.der) : [file];
};

/** From any mix of PEM and DER files with CRLs and OCSP answers, told apart by what they hold; anything else is left out. The bytes are kept. */
export const revocationFrom = (files: readonly Uint8Array[]): KnownRevocation => [shelfFrom(files.flatMap(thingsIn))];

/** With the CRLs and answers (DER) that stand inside a signed file: cheap, nothing of `known` is read again. */
export const withEmbedded = (known: KnownRevocation | undefined, files: readonly Uint8Array[]): KnownRevocation =>
  files.length === 0 ? (known ?? nothingKnown) : [shelfFrom(files.slice(0, MAX_EMBEDDED)), ...(known ?? nothingKnown)];

export const crlsOf = (known: KnownRevocation, issuer: string): readonly Crl[] => known.flatMap((shelf) => shelf.crls.get(issuer) ?? []);

export const answersFor = (known: KnownRevocation, serial: string): readonly OcspAnswer[] =>
  known.flatMap((shelf) => shelf.answers.get(serial) ?? []);
