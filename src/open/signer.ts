/** The hub's own signing key: the configured one, or one made once under the data folder that only its owner may read. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { Signer } from '../hub.ts';
import { makeHubKey, rsaSigner } from '../signature/sign/own.ts';

export const signerOf = async (config: Config): Promise<Signer> => {
  // Each process would make one of its own: receipts of one hub under several keys, and links that only their maker takes.
  if (config.key === null && config.store !== 'sqlite')
    process.emitWarning('LIENTHONG_KEY is not set: all processes on one MongoDB must be given the same signing key', 'LienThongKey');
  const { key, cert } = config.key !== null && config.cert !== null ? { key: config.key, cert: config.cert } : await ownKey(config);
  return { certificates: [cert], sign: rsaSigner(key) };
};

const ownKey = async (config: Config): Promise<{ readonly key: string; readonly cert: string }> => {
  const [keyPath, certPath] = [join(config.data, 'hub-key.pem'), join(config.data, 'hub-cert.pem')];
  const made = { key: await readIfThere(keyPath), cert: await readIfThere(certPath) };
  if (made.key !== null && made.cert !== null) return { key: made.key, cert: made.cert };
  const { keyPem, certificatePem } = await makeHubKey({ code: config.hub, name: config.name, now: new Date() });
  await writeFile(keyPath, keyPem, { mode: 0o600, flag: 'wx' });
  await writeFile(certPath, certificatePem, { mode: 0o644 });
  process.emitWarning(`LIENTHONG_KEY is not set: made a signing key for the hub at ${keyPath}`, 'LienThongKey');
  return { key: keyPem, cert: certificatePem };
};

const readIfThere = async (path: string): Promise<string | null> =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
