import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { secrecyFor } from '../../src/envelope/secrecy.ts';
import type { Envelope, Status } from '../../src/envelope/types.ts';
import { type Read, readText } from '../support/reading.ts';

const folder = new URL('../../../shared/corpora/edxml/', import.meta.url).pathname;
const present = existsSync(folder);
const read = (name: string): Promise<Read> => readText(readFileSync(`${folder}${name}`), 'hub');

test('the corpus is there', { skip: !present && process.env.CI !== 'true' }, () => {
  expect(present, `missing ${folder}`).toBe(true);
  expect(readdirSync(folder)).toHaveLength(9);
});
if (!present) process.stderr.write(`\n!! SKIPPED: the nine messages of the national axis SDK are not at ${folder}\n`);

describe.skipIf(!present)('the messages of the national axis SDK, read as a hub reads', () => {
  test.each([
    ['edoc_new.edxml', 0, 1],
    ['edoc_revocation.edxml', 1, 3],
    ['edoc_update.edxml', 2, 3],
    ['edoc_replacement.edxml', 3, 3],
  ])('%s', async (name, type, recipients) => {
    const reading = await read(name);
    expect(reading.faults).toEqual([]);
    expect(reading.warnings.map(({ code }) => code)).toEqual(name === 'edoc_new.edxml' ? ['envelope.leading-bytes'] : []);
    const message = reading.message as Envelope;
    expect([message.kind, message.type, message.to.length]).toEqual(['document', type, recipients]);
    expect(message.documentId).toBe('000.00.00.G22,2015/09/30,7816/VPCP-TTĐT');
    expect(message.attachments).toMatchObject([
      { name: '1896_QD-TTg_m_294779.doc', kind: 'xml', contentId: '209', contentType: 'application/zip' },
    ]);
    // What is called .doc there is an edXML file in truth: the bytes decide.
    expect(reading.contents[0]?.subarray(0, 5).toString()).toBe('<?xml');
    expect([message.signature, reading.signatureCertificate]).toEqual(['present', 'MIIFqTCCBJG']);
    expect(message.unknown).toEqual([]);
    expect(secrecyFor(message).kind).toBe('none');
  });

  test('the four carry the same file although each was zipped anew', async () => {
    const readings = await Promise.all(
      ['edoc_new', 'edoc_revocation', 'edoc_update', 'edoc_replacement'].map((name) => read(`${name}.edxml`)),
    );
    expect(new Set(readings.map(({ files }) => files[0]?.sha256)).size).toBe(1);
    expect(new Set(readings.map(({ contentDigest }) => contentDigest)).size).toBe(4);
  });

  test('an impossible date inside an opaque DocumentId is neither refused nor parsed', async () => {
    const { message } = await read('edoc_update.edxml');
    expect((message as Envelope).business).toMatchObject({
      documentId: '000.00.00.G22,2014/02/30,7806/VPCP-TTĐT',
      documentInfo: true,
      documentReceiver: true,
      receivers: [
        { organId: '000.00.00.H41', change: 'removed' },
        { organId: '000.00.00.H14', change: 'added' },
      ],
    });
  });

  test('a replacement names what it replaces, for whom', async () => {
    const { message } = await read('edoc_replacement.edxml');
    const one = { documentId: '000.00.00.G22,2014/01/30,7806/VPCP-TTĐT', organs: ['000.00.00.H41', '000.00.00.H14'] };
    expect((message as Envelope).business.replacements).toEqual([one, one]);
  });

  test.each([
    ['status_acceptance_03.edxml', '03', '000.00.00.H41', '000.00.00.G22'],
    ['status_cancellation_13.edxml', '13', '000.00.00.G22', '000.00.00.H41'],
    ['status_change-acceptance_15.edxml', '15', '000.00.00.H41', '000.00.00.G22'],
    ['status_processing_05.edxml', '05', '000.00.00.H41', '000.00.00.G22'],
    ['status_rejection_02.edxml', '02', '000.00.00.H41', '000.00.00.G22'],
  ])('%s', async (name, code, from, about) => {
    const { message, faults, warnings } = await read(name);
    expect([faults, warnings]).toEqual([[], []]);
    const status = message as Status;
    expect([status.kind, status.statusCode, status.from.organId, status.responseFor.organId]).toEqual(['status', code, from, about]);
    expect(status.responseFor).toMatchObject({ code: '7816/VPCP-TTĐT', promulgatedOn: '2015-09-30' });
    expect([status.timestamp, status.reportedAt]).toEqual(['2015/09/20 11:08:36', '2015-09-20T04:08:36.000Z']);
    expect(status.unknown).toEqual([]);
  });
});
