/**
 * Every bit of small signed messages flipped, one at a time, down the whole path: reading, checking,
 * believing. What is still accepted must lie in bytes that provably nobody signed; they are listed here.
 * The short form flips one bit of every byte, another from byte to byte; LIENTHONG_MUTATIONS=all flips all eight.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { childrenOf, DerError, readWhole, type Tlv } from '../../../src/signature/asn1/der.ts';
import { readSignedData } from '../../../src/signature/cms/read.ts';
import { certificatesOf, contentOf, verifySigner } from '../../../src/signature/cms/signer.ts';
import type { VerificationContext } from '../../../src/signature/context.ts';
import { revocationFrom } from '../../../src/signature/revocation/known.ts';
import { type CmsRequest, signCms } from '../../../src/signature/sign/cms.ts';
import { signTimestamp, timestampedBy } from '../../../src/signature/sign/timestamp.ts';
import { believeSigner } from '../../../src/signature/time/believe.ts';
import { verifyStamp } from '../../../src/signature/time/timestamp.ts';
import { type Kit, makeKit, now } from '../kit.ts';

let kit: Kit;
let context: VerificationContext;
beforeAll(async () => {
  kit = await makeKit();
  context = { ...kit.context, revocation: revocationFrom(kit.pki.revocationLists([], now)) };
});

/** Nine steps through all eight bits, one in every byte. */
const step = process.env.LIENTHONG_MUTATIONS === 'all' ? 1 : 9;

const patience = step === 1 ? 900_000 : 60_000;

const content = Buffer.from('Nội dung');
const over = contentOf((sink) => sink(content));

type Region = { readonly name: string; readonly start: number; readonly end: number };

/** The bytes of a message with one signer that no signature is over. */
const unsignedRegions = (cms: Uint8Array): readonly Region[] => {
  const place = (name: string, element: Tlv | undefined): Region => {
    if (element === undefined) return { name, start: 0, end: 0 };
    const start = element.bytes.byteOffset - cms.byteOffset;
    return { name, start, end: start + element.bytes.length };
  };
  const [, wrapped] = childrenOf(readWhole(cms));
  const fields = childrenOf(childrenOf(wrapped ?? readWhole(cms))[0] ?? readWhole(cms));
  const info = childrenOf(childrenOf(fields.at(-1) ?? readWhole(cms))[0] ?? readWhole(cms));
  return [
    place('version of the message', fields[0]),
    place('list of digests', fields[1]),
    place('version of the signer', info[0]),
    // It says where to look; which certificate it is, the signed attributes say, or the key.
    place('name of the issuer in the signer', childrenOf(info[1] ?? readWhole(cms))[0]),
    place('unsigned attributes', info[6]),
  ];
};

/** Regions in which a flipped bit was accepted, `signed` for any other place, with how often. */
const acceptedIn = (cms: Uint8Array, isAccepted: (mutated: Uint8Array) => boolean): Record<string, number> => {
  const regions = unsignedRegions(cms);
  const counts: Record<string, number> = {};
  const copy = Buffer.from(cms);
  for (let bit = 0; bit < cms.length * 8; bit += step) {
    const at = bit >> 3;
    copy[at] = (copy[at] ?? 0) ^ (1 << (bit & 7));
    if (isAccepted(copy)) {
      const name = regions.find(({ start, end }) => at >= start && at < end)?.name ?? `signed, byte ${at}`;
      counts[name] = (counts[name] ?? 0) + 1;
    }
    copy[at] = cms[at] ?? 0;
  }
  return counts;
};

const isBelieved = (cms: Uint8Array): boolean => {
  try {
    const { data, length } = readSignedData(cms);
    const [info] = data.signers;
    if (info === undefined || data.signers.length !== 1 || length !== cms.length) return false;
    const { trust } = context;
    const known = { embedded: certificatesOf(data, trust.memory), local: [...trust.intermediates, ...trust.anchors] };
    const outcome = verifySigner(info, data, over, known);
    return (
      outcome.fault === null && believeSigner({ outcome, cms: { info, data, content: over }, claimedAt: null }, context).reason === null
    );
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    return false;
  }
};

const made = (more: Partial<CmsRequest> = {}): Uint8Array => {
  const { certificate, key } = kit.pki.issue({ kind: 'agency', name: 'Sở Y', organisation: 'UBND', keyKind: 'ec' });
  return signCms({ content, certificate, key, signingTime: now, ...more });
};

describe('one flipped bit', () => {
  it(
    'of a signature bound to its certificate is accepted only where nobody signed',
    () => {
      const cms = made();
      expect(isBelieved(cms)).toBe(true);
      const accepted = acceptedIn(cms, isBelieved);
      const free = ['list of digests', 'name of the issuer in the signer', 'version of the message', 'version of the signer'];
      expect(Object.keys(accepted).filter((name) => !free.includes(name))).toEqual([]);
      // The test finds something: nearly all of what is not signed is indeed free.
      expect(accepted['list of digests']).toBeGreaterThan(5);
    },
    patience,
  );
  it(
    'of one that is not bound (old tools) neither: its certificate is signed by its issuer',
    () => {
      const accepted = acceptedIn(made({ unbound: true }), isBelieved);
      expect(Object.keys(accepted).filter((name) => name.startsWith('signed'))).toEqual([]);
    },
    patience,
  );
  it(
    'of a time-stamp token is counted only where nobody signed',
    () => {
      const { certificate, key } = kit.pki.timestamper;
      const at = new Date(now.getTime() - 86_400_000);
      const token = signTimestamp({ content, at, certificate, key });
      const counts = (mutated: Uint8Array): boolean => verifyStamp(mutated, over, now, context).counts;
      expect(counts(token)).toBe(true);
      const accepted = acceptedIn(token, counts);
      expect(Object.keys(accepted).filter((name) => name.startsWith('signed'))).toEqual([]);
    },
    patience,
  );
  it(
    'of the time stamp inside a signature never moves its time',
    () => {
      const { certificate, key } = kit.pki.timestamper;
      const at = new Date(now.getTime() - 86_400_000);
      const cms = made({ unsigned: timestampedBy({ at, certificate, key }) });
      const region = unsignedRegions(cms).find(({ name }) => name === 'unsigned attributes') ?? { start: 0, end: 0 };
      const times = new Set<number | null>();
      const copy = Buffer.from(cms);
      for (let bit = region.start * 8; bit < region.end * 8; bit += step) {
        copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        try {
          const { data } = readSignedData(copy);
          const [info] = data.signers;
          const { trust } = context;
          const known = { embedded: certificatesOf(data, trust.memory), local: [...trust.intermediates, ...trust.anchors] };
          const belief =
            info &&
            believeSigner({ outcome: verifySigner(info, data, over, known), cms: { info, data, content: over }, claimedAt: null }, context);
          expect(belief?.reason).toBeNull();
          times.add(belief?.timestampedAt?.getTime() ?? null);
        } catch (error) {
          expect(error).toBeInstanceOf(DerError);
        }
        copy[bit >> 3] = cms[bit >> 3] ?? 0;
      }
      expect([...times].toSorted()).toEqual([at.getTime(), null].toSorted());
    },
    patience,
  );
});
