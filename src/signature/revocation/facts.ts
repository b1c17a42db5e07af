/**
 * What a file about revocation is, told from its outside: whose it is, of when, until when. A list's
 * entries are not read, however many there are, so this is quick for a list of any size; and nothing is
 * verified: see `offer.ts`.
 */

import type { Name } from '../asn1/name.ts';
import { pemBlocks } from '../asn1/pem.ts';
import { sha256Hex } from '../cms/algorithm.ts';
import { type Crl, readCrl } from './crl/list.ts';
import { type OcspAnswer, readOcspAnswer } from './ocsp/answer.ts';

type Dates = {
  /** RFC 3339. */
  readonly thisUpdate: string;
  /** Null where nothing newer is promised. */
  readonly nextUpdate: string | null;
};

export type CrlFacts = Dates & {
  readonly kind: 'crl';
  readonly issuer: Name;
  /** Lower-case hex. */
  readonly authorityKeyId: string | null;
  /** CRLNumber, decimal. */
  readonly number: string | null;
  readonly isDelta: boolean;
  /**
   * The same for two lists of which the newer replaces the older: issuer, key, what the issuing
   * distribution point says, full or delta.
   */
  readonly scope: string;
};

export type OcspFacts = Dates & {
  readonly kind: 'ocsp';
  /** The responder's name, or SHA-1 of its key. */
  readonly responder: string;
  readonly producedAt: string;
  /** Certificates it speaks of, upper-case hex. */
  readonly serials: readonly string[];
  readonly scope: string;
};

export type RevocationFacts = CrlFacts | OcspFacts;

const crlFacts = (crl: Crl): CrlFacts => {
  const { issuer, authorityKeyId, number, baseNumber, scopeHex } = crl;
  const isDelta = baseNumber !== null;
  return {
    kind: 'crl',
    issuer,
    authorityKeyId,
    number: number === null ? null : String(number),
    isDelta,
    scope: sha256Hex(Buffer.from(JSON.stringify(['crl', issuer.key, authorityKeyId, scopeHex, isDelta]))),
    thisUpdate: crl.thisUpdate.toISOString(),
    nextUpdate: crl.nextUpdate?.toISOString() ?? null,
  };
};

const earliest = (dates: readonly Date[]): string | null =>
  dates.length === 0 ? null : new Date(Math.min(...dates.map(Number))).toISOString();

const ocspFacts = ({ responder, answers, producedAt }: OcspAnswer): OcspFacts => {
  const about = answers.map((single) => `${single.about.issuerKeyHash}:${single.about.serial}`).sort();
  return {
    kind: 'ocsp',
    responder: responder.kind === 'name' ? responder.name.text : responder.sha1,
    producedAt: producedAt.toISOString(),
    serials: answers.map((single) => single.about.serial),
    scope: sha256Hex(Buffer.from(JSON.stringify(['ocsp', about]))),
    // As a whole it is as old as its oldest part.
    thisUpdate: earliest(answers.map((single) => single.thisUpdate)) ?? producedAt.toISOString(),
    nextUpdate: earliest(answers.flatMap((single) => single.nextUpdate ?? [])),
  };
};

/** One piece of DER, read as what it is. */
export type Piece =
  | { readonly kind: 'crl'; readonly crl: Crl; readonly facts: CrlFacts }
  | { readonly kind: 'ocsp'; readonly answer: OcspAnswer; readonly facts: OcspFacts };

/** Null when it is neither a CRL nor an OCSP answer, or one that may not be used. */
export const readPiece = (der: Uint8Array): Piece | null => {
  const crl = readCrl(der);
  if (crl !== null) return { kind: 'crl', crl, facts: crlFacts(crl) };
  const answer = readOcspAnswer(der);
  return answer === null || answer.answers.length === 0 ? null : { kind: 'ocsp', answer, facts: ocspFacts(answer) };
};

/** The pieces of a file: the blocks of PEM text, or the one that DER bytes are. */
export const piecesOf = (file: Uint8Array): readonly Uint8Array[] => {
  const blocks = file[0] === 0x30 ? [] : pemBlocks(file);
  return blocks.length > 0 ? blocks.map((block) => block.der) : [file];
};
