/** Loads and compiles what the first envelope would otherwise wait for (libxml2's WebAssembly above all). */
import { tmpdir } from 'node:os';
import { readEnvelope } from '../envelope/read.ts';

/** Small, without attachments, and refused: what matters is that it goes through the parser. */
const sample = Buffer.from(
  '<?xml version="1.0" encoding="utf-8"?><edXML:edXML xmlns:edXML="http://www.mic.gov.vn/TBT/QCVN_102_2016">' +
    '<edXML:edXMLEnvelope><edXML:edXMLHeader><edXML:MessageHeader/></edXML:edXMLHeader></edXML:edXMLEnvelope></edXML:edXML>',
);

export const warmUp = async (): Promise<void> => {
  const source = { size: sample.length, read: (offset: number, length: number) => sample.subarray(offset, offset + length) };
  await readEnvelope(source, { profile: 'member', now: new Date(), scratch: tmpdir() });
};
