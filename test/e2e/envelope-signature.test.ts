/** The envelope's own signature at a running hub: told in the proof, alerted where it does not hold, and only there (contract §3). */
import { randomUUID, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificatePem } from '../../src/demo/pki.ts';
import { withTrace } from '../../src/envelope/trace.ts';
import { signXml } from '../../src/signature/sign/xml.ts';
import { temporaryFolder } from '../support/hub.ts';
import { documentMessage, type Letter } from '../support/message.ts';
import { openProvince, type Province } from '../support/province.ts';
import { seedAnchors } from '../support/seed.ts';
import { makeSignedFiles, type SignedFiles } from '../support/signed-files.ts';

let province: Province;
let files: SignedFiles;
beforeAll(async () => {
  files = await makeSignedFiles(new Date());
  const folder = await temporaryFolder();
  await seedAnchors(folder, [files.pki.root.certificate], [files.pki.issuing.certificate]);
  province = await openProvince({ folder });
});
afterAll(() => province.hub.remove());

const subject = 'V/v rà soát văn bản quý IV';
/** An envelope signed in the place that the standard has for it. */
const signedLetter = async (differs: Partial<Letter> = {}): Promise<string> => {
  const page = { name: 'van-ban.pdf', bytes: files.signed(60_000, randomUUID()) };
  const plain = { from: 'H99.1', to: ['H99.2'], documentId: randomUUID(), number: randomUUID().slice(0, 8), subject, files: [page] };
  const text = documentMessage({ ...plain, ...differs }).toString('utf8');
  const { certificate, key } = files.agency;
  const by = { certificate: certificatePem(certificate), sign: async (bytes: Uint8Array) => sign('sha256', bytes, key) };
  return signXml(text, by, { at: text.indexOf('</edXML:edXMLHeader>') });
};

const post = async (xml: string | Uint8Array, who: 'so1' | 'truc' = 'so1') => {
  const { status, body } = await province.as[who].post(Buffer.from(xml));
  expect(status, JSON.stringify(body)).toBe(202);
  const kinds = (body.alerts as readonly { kind: string }[]).map(({ kind }) => kind);
  const { verdict, reason, signatures } = body.proof.envelope;
  return { envelope: `${verdict}/${reason}`, signatures, isAlerted: kinds.includes('signature.envelope'), body };
};

/** As a hub on the way does it. */
const forwarded = async (xml: string, ...hubs: readonly string[]): Promise<string> => {
  let message = Buffer.from(xml);
  for (const organId of hubs) {
    const pieces: Uint8Array[] = [];
    const source = (async function* () {
      yield message;
    })();
    for await (const piece of withTrace(source, { organId, at: new Date() })) pieces.push(piece);
    message = Buffer.concat(pieces);
  }
  return message.toString('utf8');
};

describe("an envelope's own signature", () => {
  it('that holds is told, and alerts nobody', async () => {
    const { envelope, signatures, isAlerted } = await post(await signedLetter());
    expect([envelope, isAlerted]).toEqual(['undetermined/revocation-unknown', false]);
    expect(signatures).toMatchObject([{ integrity: 'intact', covers: { wholeFile: true }, signer: { name: 'Sở Nội vụ' } }]);
  });
  it('over something else is accepted with an alert that says so', async () => {
    const xml = (await signedLetter()).replace(subject, `${subject} (sửa)`);
    const { envelope, isAlerted, body } = await post(xml);
    expect([envelope, isAlerted]).toEqual(['invalid/digest-mismatch', true]);
    const { body: listed } = await province.as.so1.get('/v1/alerts?kind=signature.envelope');
    const raised = listed.items.find((one: { recordId: string }) => one.recordId === body.recordId);
    expect(raised).toMatchObject({ severity: 'high', vi: expect.stringContaining('Chữ ký số của thông điệp không toàn vẹn') });
    // The document's own signature is not touched by it.
    expect(body.proof.verdict).not.toBe('invalid');
  });
  it('over an attachment that was exchanged is alerted too', async () => {
    const [xml, other] = [await signedLetter(), await signedLetter()];
    const content = (text: string) => /<edXML:ContentTransferEncoded>([^<]*)</.exec(text)?.[1] ?? '';
    const { envelope, isAlerted } = await post(xml.replace(content(xml), content(other)));
    expect([envelope, isAlerted]).toEqual(['invalid/digest-mismatch', true]);
  });
  it('that hubs have added their TraceHeader to still holds, and the proof says that they have', async () => {
    const xml = await forwarded(await signedLetter({ from: 'H88.1' }), 'H88.W00', 'G22.W00');
    const { envelope, signatures, isAlerted } = await post(xml, 'truc');
    expect([envelope, isAlerted]).toEqual(['undetermined/revocation-unknown', false]);
    expect(signatures).toMatchObject([
      { covers: { wholeFile: false }, remarks: [{ code: 'hops-after-signing', vi: expect.stringContaining('2 TraceHeader') }] },
    ]);
  });
  it('is alerted where a hub changed more than that', async () => {
    const xml = await forwarded((await signedLetter({ from: 'H88.1' })).replace(subject, `${subject} (sửa)`), 'H88.W00');
    const { envelope, isAlerted } = await post(xml, 'truc');
    expect([envelope, isAlerted]).toEqual(['invalid/digest-mismatch', true]);
  });
  it('of a dummy is a warning, never an alert', async () => {
    const text = documentMessage({
      from: 'H99.1',
      to: ['H99.2'],
      documentId: randomUUID(),
      number: randomUUID().slice(0, 8),
      subject,
    }).toString('utf8');
    const { envelope, isAlerted, body } = await post(text.replace('</edXML:edXMLHeader>', '<edXML:DigitalSignature/></edXML:edXMLHeader>'));
    expect([envelope, isAlerted]).toEqual(['undetermined/placeholder', false]);
    expect(body.warnings).toMatchObject([{ code: 'signature.placeholder' }]);
  });
});
