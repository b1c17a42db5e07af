/** The port of evidence: small pieces as rows, large ones (revocation lists) as files named by their digest. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Evidence } from '../../hub/trust.ts';
import type { EvidenceItem } from '../../records/judgement.ts';
import { smallLimit } from '../../spool/body.ts';
import { orUnavailable } from '../../spool/disk.ts';
import type { Lane } from '../lane.ts';
import type { reads } from '../read/reads.ts';
import type { writes } from '../write/writes.ts';
import { addressIn, fileKeeper, type KeepFile, sizeOf } from './keep.ts';

type Lanes = { readonly writer: Lane<typeof writes>; readonly reader: Lane<typeof reads> };

export const evidenceFolder = (folder: string): string => join(folder, 'evidence');

/** Those of these that the store does not have. A file that somebody took away, or that is torn, counts as absent. */
const absentAmong = async (folder: string, { reader }: Lanes, items: readonly EvidenceItem[]): Promise<readonly EvidenceItem[]> => {
  const found = await reader.call(
    'evidenceAmong',
    items.map(({ sha256 }) => sha256),
  );
  const kept = new Set<string>();
  for (const { sha256, fileSize } of found) {
    if (fileSize === null || (await sizeOf(addressIn(evidenceFolder(folder), sha256))) === fileSize) kept.add(sha256);
  }
  return items.filter(({ sha256 }) => !kept.has(sha256));
};

const keepLarge = async (keepFile: KeepFile, sha256: string, bytes: Uint8Array): Promise<void> => {
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256) throw new Error(`Evidence with the digest ${found} was handed in as ${sha256}`);
  await keepFile({ place: { bytes }, sha256, size: bytes.length });
};

const keepAll = async (folder: string, lanes: Lanes, keepFile: KeepFile, items: readonly EvidenceItem[]): Promise<readonly string[]> => {
  const absent = await absentAmong(folder, lanes, items);
  const rows: EvidenceItem[] = [];
  for (const item of absent) {
    if (item.bytes === null) continue;
    const large = item.bytes.length > smallLimit;
    if (large) await keepLarge(keepFile, item.sha256, item.bytes);
    rows.push({ ...item, size: item.bytes.length, bytes: large ? null : item.bytes });
  }
  // The row of a file comes after the file: what a row names is durable.
  if (rows.length > 0) await lanes.writer.call('keepEvidence', rows);
  return absent.filter(({ bytes }) => bytes === null).map(({ sha256 }) => sha256);
};

const bytesOf = async (folder: string, { reader }: Lanes, sha256: string): Promise<Uint8Array | null> => {
  const found = await reader.call('evidenceOf', sha256);
  if (found === null || found.bytes !== null) return found?.bytes ?? null;
  try {
    return await readFile(addressIn(evidenceFolder(folder), sha256));
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return null;
    throw orUnavailable(error);
  }
};

export const sqliteEvidence = (folder: string, lanes: Lanes): Evidence => {
  const keepFile = fileKeeper(evidenceFolder(folder), folder);
  return {
    keep: async (items) => (items.length === 0 ? [] : keepAll(folder, lanes, keepFile, items)),
    open: (sha256) => bytesOf(folder, lanes, sha256),
    judgements: (recordId) => lanes.reader.call('judgementsOf', recordId),
  };
};
