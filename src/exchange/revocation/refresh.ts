/**
 * Fetching what is missing of revocation: the lists of installed authorities before they end, and for
 * documents that wait to be judged again the lists, else the OCSP answers, of the certificates in their
 * evidence. Accepting never waits for it. Nothing is asked about a certificate whose path does not end in
 * a pinned anchor, and nothing is kept that such an authority has not signed.
 */
import { randomBytes } from 'node:crypto';
import type { Fetched, KeptRevocation } from '../../hub/trust.ts';
import type { Hub } from '../../hub.ts';
import { type Certificate, readCertificates } from '../../signature/path/certificate.ts';
import { findPath } from '../../signature/path/path.ts';
import type { Trust } from '../../signature/path/trust.ts';
import { crlUrlsOf, ocspUrlsOf } from '../../signature/revocation/addresses.ts';
import { piecesOf } from '../../signature/revocation/facts.ts';
import { readOcspAnswer } from '../../signature/revocation/ocsp/answer.ts';
import { isAbout } from '../../signature/revocation/ocsp/id.ts';
import { nonceOf, ocspRequest } from '../../signature/revocation/ocsp/request.ts';
import { judgeOffer } from '../../signature/revocation/offer.ts';
import { isListOf } from '../../signature/revocation/standing.ts';
import { type Asked, isDue, namedHosts, standingUrls } from './due.ts';
import { keepOffer } from './keep.ts';
import { isWaiting } from './waiting.ts';

/** What one address gave. `older`: nothing newer than what is at hand. */
export type Refreshed = { readonly url: string; readonly outcome: 'kept' | 'older' | 'bad' | Fetched['kind']; readonly why: string };

/** At most so many addresses, documents and milliseconds in one round; the next goes on. */
const limits = { addresses: 40, documents: 200, ms: 60_000 } as const;

/** Outlives a round; losing it costs a few questions. */
export type RefreshMemory = {
  readonly asked: Asked;
  /** The document after which the next round goes on. */
  after: { readonly acceptedAt: string; readonly recordId: string } | null;
};

type Round = {
  readonly hub: Hub;
  readonly trust: Trust;
  readonly hosts: readonly string[];
  readonly memory: RefreshMemory;
  readonly isUp: () => boolean;
  readonly stopping: AbortSignal;
  readonly results: Refreshed[];
};

const keepFetched = async (round: Round, url: string, bytes: Uint8Array, near: readonly Certificate[]): Promise<Refreshed> => {
  const now = round.hub.now();
  const [der = bytes] = piecesOf(bytes);
  const offer = judgeOffer(der, round.trust, now, near);
  if (offer.kind === 'bad') return { url, outcome: 'bad', why: offer.fault };
  const { kind, name } = await keepOffer(round.hub.revocation, offer, url, now);
  return { url, outcome: kind, why: name };
};

const fetchList = async (round: Round, url: string, near: readonly Certificate[]): Promise<Refreshed> => {
  const fetched = await round.hub.fetcher.fetch({ url, hosts: round.hosts, signal: round.stopping });
  return fetched.kind === 'done' ? keepFetched(round, url, fetched.bytes, near) : { url, outcome: fetched.kind, why: fetched.why };
};

/** An answer that repeats another nonce was made for somebody else's question; one that repeats none must still be current. */
const fetchAnswer = async (
  round: Round,
  url: string,
  asked: Certificate,
  issuer: Certificate,
  near: readonly Certificate[],
): Promise<Refreshed> => {
  const nonce = randomBytes(16);
  const body = { bytes: ocspRequest(asked, issuer, nonce), type: 'application/ocsp-request' };
  const fetched = await round.hub.fetcher.fetch({ url, hosts: round.hosts, body, signal: round.stopping });
  if (fetched.kind !== 'done') return { url, outcome: fetched.kind, why: fetched.why };
  const answer = readOcspAnswer(fetched.bytes);
  if (answer === null) return { url, outcome: 'bad', why: 'unreadable' };
  if (nonceOf(answer, nonce) === 'other') return { url, outcome: 'bad', why: 'another nonce' };
  if (!answer.answers.some((single) => isAbout(single.about, asked, issuer)))
    return { url, outcome: 'bad', why: 'about another certificate' };
  return keepFetched(round, url, fetched.bytes, near);
};

const isCurrent = ({ nextUpdate }: KeptRevocation, now: Date): boolean => nextUpdate !== null && Date.parse(nextUpdate) >= now.getTime();

/** What this certificate still needs: a list first, which serves all its siblings; OCSP where no list can be had. */
const fetchFor = async (round: Round, certificate: Certificate, issuer: Certificate, near: readonly Certificate[]): Promise<void> => {
  const {
    hub,
    memory: { asked },
    results,
  } = round;
  const now = hub.now();
  const kept = await hub.revocation.kept();
  let atHand = kept.some((one) => isListOf(one, issuer) && !one.isDelta && isCurrent(one, now));
  for (const url of crlUrlsOf(certificate)) {
    if (round.isUp() || !isDue(url, kept, asked, now)) continue;
    const result = await fetchList(round, url, near);
    results.push(result);
    atHand ||= result.outcome === 'kept' || result.outcome === 'older';
  }
  const answered = kept.some((one) => one.kind === 'ocsp' && one.serials.includes(certificate.serial) && isCurrent(one, now));
  if (atHand || answered) return;
  for (const url of ocspUrlsOf(certificate)) {
    if (round.isUp() || !isDue(`${url} ${certificate.sha256}`, [], asked, now)) continue;
    const result = await fetchAnswer(round, url, certificate, issuer, near);
    results.push(result);
    if (result.outcome === 'kept') return;
  }
};

/** The certificates that a document's last judgement rested on. */
const certificatesOf = async (hub: Hub, recordId: string): Promise<readonly Certificate[]> => {
  const items = (await hub.evidence.judgements(recordId)).at(-1)?.evidence.items ?? [];
  const wanted = items.filter(({ kind }) => kind === 'certificate');
  const bytes = await Promise.all(wanted.map(({ sha256 }) => hub.evidence.open(sha256)));
  return bytes.flatMap((one) => (one === null ? [] : readCertificates(one)));
};

/** Each certificate below the anchor with its issuer, once a round; none of a path that ends in no pinned anchor. */
const refreshDocument = async (round: Round, recordId: string, seen: Set<string>): Promise<void> => {
  const near = await certificatesOf(round.hub, recordId);
  for (const certificate of near) {
    if (round.isUp()) return;
    if (seen.has(certificate.sha256) || round.trust.isAnchor(certificate)) continue;
    seen.add(certificate.sha256);
    const { chain, fault } = findPath(certificate, near, round.trust, { purpose: 'any', at: certificate.notBefore, expiry: false });
    const issuer = chain[1];
    if ((fault === null || fault === 'weak-algorithm') && issuer !== undefined) await fetchFor(round, certificate, issuer, near);
  }
};

const refreshDocuments = async (round: Round): Promise<void> => {
  const { hub, memory } = round;
  const seen = new Set<string>();
  for (let done = 0; done < limits.documents && !round.isUp(); done += page) {
    const waiting = await hub.records.toJudge(memory.after, page);
    for (const { record } of waiting) {
      if (round.isUp()) return;
      if (isWaiting(record)) await refreshDocument(round, record.recordId, seen);
      memory.after = { acceptedAt: record.acceptedAt, recordId: record.recordId };
    }
    if (waiting.length < page) {
      memory.after = null;
      return;
    }
  }
};

/** Asked of the store at once. */
const page = 20;

/** One bounded round for the timer; answers what each address gave. */
export const refreshRevocation = async (hub: Hub, memory: RefreshMemory, stopping: AbortSignal): Promise<readonly Refreshed[]> => {
  if (!hub.fetcher.on) return [];
  const trust = await hub.revocation.trust();
  const begun = hub.now();
  const results: Refreshed[] = [];
  const isUp = (): boolean => stopping.aborted || results.length >= limits.addresses || hub.now().getTime() > begun.getTime() + limits.ms;
  const round: Round = { hub, trust, hosts: namedHosts(trust), memory, isUp, stopping, results };
  const kept = await hub.revocation.kept();
  for (const url of standingUrls(trust, kept, begun))
    if (!isUp() && isDue(url, kept, memory.asked, begun)) results.push(await fetchList(round, url, []));
  await refreshDocuments(round);
  return results;
};
