/**
 * A link to the bytes of one delivery, for systems that were told of it over the broker (contract §8): it
 * carries its own proof, signed with the hub's key, and so is kept nowhere. It is good for that delivery
 * and for the system it was made for, until the delivery is acknowledged, at most seven days.
 */
import { verify, X509Certificate } from 'node:crypto';
import { failure } from '../errors.ts';
import type { Hub } from '../hub.ts';
import type { Caller } from '../records/key.ts';
import { ownDelivery } from './inbox.ts';

/** Seconds. */
const longest = 7 * 24 * 3_600;
/** A signature of RSA-4096 and a long name fit; whatever is longer is no link of ours. */
const longestToken = 2_000;

type Pledge = { readonly deliveryId: string; readonly system: string /** Seconds since 1970. */; readonly expires: number };

/** What is signed. Its first line keeps it apart from all else that the hub's key signs (receipts are XML). */
const textFor = ({ deliveryId, system, expires }: Pledge): Buffer =>
  Buffer.from(`LienThong delivery link 1\n${JSON.stringify([deliveryId, system, expires])}\n`);

/** Where these bytes can be had without a key: `PUBLIC_URL/v1/deliveries/ID/envelope?link=SYSTEM.EXPIRES.SIGNATURE`. */
export const hrefFor = async (
  hub: Pick<Hub, 'signer' | 'now'>,
  { deliveryId, system }: Omit<Pledge, 'expires'>,
  publicUrl: string,
): Promise<string> => {
  const expires = Math.floor(hub.now().getTime() / 1_000) + longest;
  const signature = await hub.signer.sign(textFor({ deliveryId, system, expires }));
  const token = [Buffer.from(system).toString('base64url'), expires, Buffer.from(signature).toString('base64url')].join('.');
  return `${publicUrl}/v1/deliveries/${encodeURIComponent(deliveryId)}/envelope?link=${token}`;
};

const broken = () =>
  failure('key.invalid', '/link', {
    vi: 'Liên kết tải không đúng hoặc không phải của bản giao này',
    en: 'The link is broken, or is not for this delivery',
  });
const over = (vi: string, en: string) => failure('key.expired', '/link', { vi, en });

const pledgeIn = (deliveryId: string, token: string): { readonly pledge: Pledge; readonly signature: Buffer } => {
  const [, system, expires, signature] = /^([\w-]*)\.([1-9]\d{0,11})\.([\w-]+)$/.exec(token) ?? [];
  if (token.length > longestToken || system === undefined || signature === undefined) throw broken();
  const pledge = { deliveryId, system: Buffer.from(system, 'base64url').toString(), expires: Number(expires) };
  return { pledge, signature: Buffer.from(signature, 'base64url') };
};

const signedBy = (certificates: readonly string[], text: Buffer, signature: Buffer): boolean =>
  certificates.some((pem) => verify('sha256', text, new X509Certificate(pem).publicKey, signature));

/**
 * The system that a link speaks for. Throws `key.invalid` for one that was changed or is another delivery's,
 * `key.expired` for one whose time or whose delivery is over, or whose system no longer has an account.
 */
export const linkCallerFor = async (hub: Hub, deliveryId: string, token: string): Promise<Caller> => {
  const { pledge, signature } = pledgeIn(deliveryId, token);
  if (!signedBy(hub.signer.certificates, textFor(pledge), signature)) throw broken();
  if (pledge.expires * 1_000 <= hub.now().getTime()) {
    const ended = new Date(pledge.expires * 1_000).toISOString();
    throw over(`Liên kết tải đã hết hạn lúc ${ended}`, `The link expired at ${ended}`);
  }
  const account = (await hub.accounts.list()).find(({ system }) => system === pledge.system);
  if (account === undefined)
    throw over(`Hệ thống ${pledge.system} không còn kết nối qua hàng đợi`, `${pledge.system} is no longer connected`);
  const caller: Caller = { keyId: `amqp:${account.user}`, system: account.system, role: account.role };
  const { state } = await ownDelivery(hub, caller, deliveryId);
  if (state !== 'queued')
    throw over('Bản giao đã được xác nhận, liên kết tải không còn hiệu lực', 'The delivery was acknowledged: the link is over');
  await hub.keys.touch(caller.system, hub.now().toISOString());
  return caller;
};
