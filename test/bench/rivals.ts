/** Other verifiers beside ours. What they do is less, and the lines say so: pdfsig is asked for no revocation, pkijs reads no PDF. */
import { execFileSync, spawnSync } from 'node:child_process';
import { Certificate, ContentInfo, SignedData } from 'pkijs';
import { letterContent } from '../../src/demo/letter.ts';
import { makePki } from '../../src/demo/pki.ts';
import { contentOf } from '../../src/signature/cms/signer.ts';
import { verifyContents } from '../../src/signature/pdf/signed.ts';
import { signCms } from '../../src/signature/sign/cms.ts';
import { contextUnder } from '../support/signed-bundle.ts';
import { letter } from '../support/signed-files.ts';
import { rateOf } from './measure.ts';

/** A process a file, as a system would call it that has no verifier of its own. */
export const pdfsigRate = (path: string, seconds: number): string => {
  if (spawnSync('pdfsig', ['-v']).error !== undefined) return 'is not installed';
  const rate = rateOf([path], seconds, () => void execFileSync('pdfsig', ['-nocert', path], { stdio: 'ignore' }));
  return `${rate.toFixed(0)}/s (looks at no certificate)`;
};

/** The same CMS over the same bytes: the value, and the chain as pkijs builds it. */
const pkijsPass = async (cms: Uint8Array, content: Uint8Array<ArrayBuffer>, root: Certificate): Promise<void> => {
  const signed = new SignedData({ schema: ContentInfo.fromBER(Uint8Array.from(cms)).content });
  const done = await signed.verify({ signer: 0, data: content.buffer, trustedCerts: [root], checkChain: true });
  if (!done) throw new Error('pkijs refuses a sound CMS');
};

export const pkijsRate = async (seconds: number): Promise<string> => {
  const pki = await makePki({ now: new Date(), rsaKeys: 1 });
  const { certificate, key } = pki.issue({ kind: 'agency', name: 'Sở Nội vụ', organisation: 'UBND tỉnh Mẫu' });
  const content = Uint8Array.from(Buffer.from(letterContent(letter)));
  const cms = signCms({ content, certificate, key, chain: [pki.issuing.certificate] });
  const root = Certificate.fromBER(Uint8Array.from(pki.root.certificate));
  const context = contextUnder(pki);
  const own = rateOf([cms], seconds, () => {
    const [signed] = verifyContents(
      { subFilter: 'ETSI.CAdES.detached', contents: cms, certificates: [] },
      false,
      contentOf((sink) => sink(content)),
      context,
    );
    if (signed?.outcome.fault !== null) throw new Error(`A sound CMS is ${signed?.outcome.fault}`);
  });
  const start = performance.now();
  let count = 0;
  for (; performance.now() - start < seconds * 1000; count += 1) await pkijsPass(cms, content, root);
  const rival = (count * 1000) / (performance.now() - start);
  return `CMS alone: ${own.toFixed(0)}/s, pkijs ${rival.toFixed(0)}/s (ratio ${(own / rival).toFixed(1)})`;
};
