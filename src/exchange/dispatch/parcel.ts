/** What becomes of a delivery on its way into a queue: the envelope itself, or where to fetch it (contract §8). */
import type { Parcel, RelayOffer } from '../../hub/relay.ts';
import type { Hub } from '../../hub.ts';
import { hrefFor } from '../delivery-link.ts';

export type ParcelOptions = {
  /** Envelopes up to so many bytes travel whole. */
  readonly inlineBytes: number;
  /** Where links lead to. */
  readonly publicUrl: string;
};

/** One reading of bytes for all the recipients of an envelope that are served together. */
export type Readings = Map<string, Promise<Uint8Array | null>>;

/** Null also for bytes that are damaged: one file that cannot be read must not keep all that wait from their queues. */
const whole = async (original: Awaited<ReturnType<Hub['originals']['open']>>): Promise<Uint8Array | null> => {
  if (original === null) return null;
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of original.stream()) chunks.push(chunk);
  } catch {
    return null;
  }
  const bytes = Buffer.concat(chunks);
  return bytes.length === original.size ? bytes : null;
};

const bytesOf = (hub: Pick<Hub, 'originals'>, sha256: string, readings: Readings): Promise<Uint8Array | null> => {
  const known = readings.get(sha256);
  if (known !== undefined) return known;
  const reading = hub.originals.open(sha256).then(whole);
  readings.set(sha256, reading);
  return reading;
};

/** Bytes that are here no more, or cannot be read, become a link as well: who follows it is told so. */
export const parcelFor = async (
  hub: Pick<Hub, 'originals' | 'signer' | 'now'>,
  offer: RelayOffer,
  { inlineBytes, publicUrl }: ParcelOptions,
  readings: Readings,
): Promise<Parcel> => {
  const body = offer.size <= inlineBytes ? await bytesOf(hub, offer.sha256, readings) : null;
  if (body !== null) return { offer, contentType: 'application/xml', body };
  const href = await hrefFor(hub, offer, publicUrl);
  return { offer, contentType: 'application/json', body: Buffer.from(JSON.stringify({ href })) };
};

/**
 * What goes to one queue one after another, the queue of the most urgent first: a broker writes what comes for one
 * queue in a row to its log at one time. By turns to 50 queues costs it twice as much.
 */
export const byQueue = (offers: readonly RelayOffer[]): readonly RelayOffer[] =>
  [...Map.groupBy(offers, ({ system }) => system).values()].flat();

/** In order, cut so that no group has more bytes to hold in memory than that; one alone may be larger. */
export const groupsOf = (offers: readonly RelayOffer[], mostBytes: number, inlineBytes: number): readonly (readonly RelayOffer[])[] => {
  const groups: RelayOffer[][] = [];
  let bytes = 0;
  for (const offer of offers) {
    const weight = offer.size <= inlineBytes ? offer.size : 0;
    const last = groups.at(-1);
    bytes += weight;
    if (last !== undefined && bytes <= mostBytes) last.push(offer);
    else {
      groups.push([offer]);
      bytes = weight;
    }
  }
  return groups;
};
