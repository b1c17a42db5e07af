/** Hub processes on one store sign with one key: one that has another does not start. */
import { createHash, X509Certificate } from 'node:crypto';
import type { Store } from '../hub/store.ts';
import type { Signer } from '../hub.ts';

/** Thrown with a sentence in both languages that an operator can act on. */
class OtherKey extends Error {}

/** SHA-256 of the public key (SubjectPublicKeyInfo), hex: a renewed certificate of the same key changes nothing. */
const fingerprintOf = (pem: string): string =>
  createHash('sha256')
    .update(new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');

/** `replaces`: fingerprint of the key that was changed on purpose, or ''. A store of one process agrees with everything. */
export const agreeOnKey = async (store: Pick<Store, 'agreeOnKey'>, { certificates }: Signer, replaces: string): Promise<void> => {
  const [certificate = ''] = certificates;
  if (store.agreeOnKey === undefined) return;
  const ours = fingerprintOf(certificate);
  const agreed = await store.agreeOnKey(ours, replaces);
  if (agreed === ours) return;
  throw new OtherKey(
    `Các tiến trình của Trục trên kho này ký bằng khóa ${agreed}, tiến trình này có khóa ${ours}: ` +
      `đặt cùng LIENTHONG_KEY và LIENTHONG_CERT cho mọi tiến trình; nếu chủ ý đổi khóa, đặt LIENTHONG_KEY_REPLACES=${agreed}. / ` +
      `The hub processes on this store sign with the key ${agreed}, this one has ${ours}: ` +
      `give all of them the same LIENTHONG_KEY and LIENTHONG_CERT; if the key was changed on purpose, set LIENTHONG_KEY_REPLACES=${agreed}.`,
  );
};
