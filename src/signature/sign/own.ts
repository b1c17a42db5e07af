/** The hub's own signing key, made once where none is configured (contract §2, LIENTHONG_KEY). */
import { createPrivateKey, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { signBytesAside } from './algorithm.ts';
import { certificatePem, writeCertificate } from './certificate.ts';

const makeKeyPair = promisify(generateKeyPair);
const yearsValid = 10;

/**
 * An RSA-3072 key (PKCS#8 PEM) and a self-signed certificate (PEM) that names the hub. Who receives a
 * signed receipt learns the certificate from `GET /v1/hub`, so nothing above it is needed.
 */
export const makeHubKey = async (hub: {
  readonly code: string;
  readonly name: string;
  readonly now: Date;
}): Promise<{ readonly keyPem: string; readonly certificatePem: string }> => {
  const { publicKey, privateKey } = await makeKeyPair('rsa', { modulusLength: 3072 });
  const label = `Trục liên thông văn bản ${hub.name || hub.code}`.trim();
  const subject = { country: 'VN', ...(hub.code === '' ? {} : { unit: hub.code }), commonName: label };
  const validTo = new Date(hub.now);
  validTo.setUTCFullYear(validTo.getUTCFullYear() + yearsValid);
  const der = writeCertificate({
    subject,
    issuer: subject,
    subjectKey: publicKey,
    issuerKey: privateKey,
    issuerPublicKey: publicKey,
    validFrom: new Date(hub.now.getTime() - 3_600_000),
    validTo,
    usages: ['digitalSignature', 'nonRepudiation'],
  });
  return { keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), certificatePem: certificatePem(der) };
};

/** RSASSA-PKCS1-v1_5 with SHA-256 by a PEM key, off the event loop: what `hub.signer.sign` promises. */
export const rsaSigner = (keyPem: string): ((bytes: Uint8Array) => Promise<Uint8Array>) => {
  const key = createPrivateKey(keyPem);
  if (key.asymmetricKeyType !== 'rsa') throw new TypeError(`The hub signs with an RSA key, not ${key.asymmetricKeyType}`);
  return (bytes) => signBytesAside(bytes, key, 'rsa');
};
