/**
 * What the hub trusts: anchors pinned by the SHA-256 of their DER (contract §2), and intermediates that
 * help to build paths but prove nothing. Pure over bytes; who reads the folders is not its concern.
 */
import { type Certificate, readCertificates } from './certificate.ts';
import { type Link, linkBetween } from './link.ts';

export type Trust = {
  readonly anchors: readonly Certificate[];
  readonly intermediates: readonly Certificate[];
  /** Whether this very certificate is pinned. */
  isAnchor(certificate: Certificate): boolean;
  /** Anchors, then intermediates, by the key of their subject's name. */
  readonly named: ReadonlyMap<string, readonly Certificate[]>;
  /** Answers of issuer checks and parsed certificates, kept between files: most signers come again. */
  readonly memory: { readonly links: Map<string, Link>; readonly certificates: Map<string, Certificate> };
};

export type TrustSource = {
  /** The files of the anchors folder, PEM or DER. */
  readonly anchors: readonly Uint8Array[];
  /** SHA-256 of the DER of each trusted one, hex; `self-signed` trusts every one whose own key signed it (command line only). */
  readonly pins: readonly string[] | 'self-signed';
  /** Further certificates that may stand between. */
  readonly intermediates?: readonly Uint8Array[];
};

/** Fingerprints of an `anchors.sha256` file: hex first on the line, with or without colons, the rest a remark. */
export const readPins = (text: string): readonly string[] =>
  text
    .split(/\r?\n/)
    .map((line) => /^\s*([0-9A-Fa-f:]{64,95})(?:\s|$)/.exec(line)?.[1]?.replaceAll(':', '').toLowerCase() ?? '')
    .filter((pin) => pin.length === 64);

export const trustFrom = (source: TrustSource): Trust => {
  const found = new Map<string, Certificate>();
  for (const file of [...source.anchors, ...(source.intermediates ?? [])]) {
    for (const certificate of readCertificates(file)) found.set(certificate.sha256, certificate);
  }
  const offered = new Set(source.anchors.flatMap((file) => readCertificates(file).map((certificate) => certificate.sha256)));
  const pins = source.pins === 'self-signed' ? null : new Set(source.pins.map((pin) => pin.toLowerCase()));
  const links = new Map<string, Link>();
  // An authority's new key certified by its old one bears one name twice, too.
  const isOwn = (one: Certificate) => one.subject.key === one.issuer.key && linkBetween(links, one, one).signed;
  const isAnchor = (certificate: Certificate) =>
    offered.has(certificate.sha256) && (pins === null ? isOwn(certificate) : pins.has(certificate.sha256));
  const anchors = [...found.values()].filter(isAnchor);
  const pinned = new Set(anchors.map((anchor) => anchor.sha256));
  const intermediates = [...found.values()].filter((certificate) => !pinned.has(certificate.sha256));
  return {
    anchors,
    intermediates,
    isAnchor: (certificate) => pinned.has(certificate.sha256),
    named: Map.groupBy([...anchors, ...intermediates], (certificate) => certificate.subject.key),
    memory: { links, certificates: new Map() },
  };
};
