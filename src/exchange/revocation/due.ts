/** Which addresses are to be asked for revocation lists now, and which hosts may be asked at all. */
import type { KeptRevocation } from '../../hub/trust.ts';
import type { Certificate } from '../../signature/path/certificate.ts';
import type { Trust } from '../../signature/path/trust.ts';
import { crlUrlsOf, issuerUrlsOf, ocspUrlsOf } from '../../signature/revocation/addresses.ts';
import { authoritiesOf } from '../../signature/revocation/standing.ts';

const hourMs = 3_600_000;
/** However short-lived a list is, its address is not asked more often. */
const leastMs = 10 * 60_000;
/** However long it lives, a newer one is looked for once a day: revocations appear before the old list ends. */
const mostMs = 24 * hourMs;
/** A list is renewed this long before it ends, so that a server that is away for a while does no harm. */
const aheadMs = 6 * hourMs;

/** When each address was asked last in this process, milliseconds; forgetting it does no harm. */
export type Asked = Map<string, number>;

const hostIn = (url: string): string => new URL(url).host.toLowerCase();

/** The hosts that installed certificates of authorities name: theirs, and their parents'. */
export const namedHosts = ({ anchors, intermediates }: Trust): readonly string[] => {
  const urls = [...anchors, ...intermediates].flatMap((one) => [...crlUrlsOf(one), ...ocspUrlsOf(one), ...issuerUrlsOf(one)]);
  return [...new Set(urls.map(hostIn))];
};

/** How long after asking an address it is asked again. */
const pauseFor = (kept: KeptRevocation | undefined, now: number): number => {
  if (kept === undefined || kept.nextUpdate === null) return kept === undefined ? leastMs : hourMs;
  const [from, to] = [Date.parse(kept.thisUpdate), Date.parse(kept.nextUpdate)];
  if (to - now < Math.min(aheadMs, (to - from) / 4)) return leastMs;
  return Math.max(leastMs, Math.min(mostMs, (to - from) / 4));
};

/** Whether an address should be asked now, by what came from it last. Notes that it was asked. */
export const isDue = (url: string, kept: readonly KeptRevocation[], asked: Asked, now: Date): boolean => {
  const at = now.getTime();
  const newest = kept.filter((one) => one.source === url).toSorted((a, b) => (a.thisUpdate < b.thisUpdate ? 1 : -1))[0];
  // What was fetched by an earlier process is as good as asked when it was issued.
  const last = asked.get(url) ?? (newest === undefined ? Number.NEGATIVE_INFINITY : Date.parse(newest.thisUpdate));
  if (at - last < pauseFor(newest, at)) return false;
  asked.set(url, at);
  return true;
};

/**
 * The lists that concern installed authorities: those their own certificates name, and those that were
 * fetched before, for what authorities issue names where their lists are.
 */
export const standingUrls = (trust: Trust, kept: readonly KeptRevocation[], now: Date): readonly string[] => {
  const authorities: readonly Certificate[] = authoritiesOf(trust, now);
  const names = new Set(authorities.map((one) => one.subject.key));
  const before = kept.flatMap((one) => (one.kind === 'crl' && one.source !== null && names.has(one.issuer.key) ? [one.source] : []));
  return [...new Set([...authorities.filter((one) => !trust.isAnchor(one)).flatMap(crlUrlsOf), ...before])];
};
