/** What the threads tell of the evidence: the list with every message, the bytes once a thread, and all of them when asked. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Place } from '../../src/envelope/bytes.ts';
import { acceptEnvelope } from '../../src/exchange/accept.ts';
import type { InspectionOptions } from '../../src/hub.ts';
import { type Inspector, openInspector } from '../../src/worker/pool.ts';
import { openTestDoor } from '../http/door.ts';
import { today } from '../http/papers.ts';
import { documentMessage } from '../support/message.ts';
import { seedAnchors } from '../support/seed.ts';
import { makeSignedFiles, type SignedFiles } from '../support/signed-files.ts';

let folder: string;
let files: SignedFiles;
let inspector: Inspector;

const options = (more: Partial<InspectionOptions> = {}): InspectionOptions => ({ at: new Date(), profile: 'member', ...more });
const message = (number = '1'): Buffer =>
  documentMessage({
    ...{ from: 'H99.22', to: ['H99.5'], documentId: `chung-cu-${number}`, number, date: today },
    files: [{ name: 'cong-van.pdf', bytes: files.signed(9_000, 'a'), description: 'Văn bản chính' }],
  });
const publish = async (name: string, revoked: Parameters<SignedFiles['pki']['revocationLists']>[0] = []): Promise<void> => {
  for (const [place, list] of files.pki.revocationLists(revoked, new Date()).entries())
    await writeFile(join(folder, 'crls', `${name}-${place}.crl`), list);
};

beforeAll(async () => {
  files = await makeSignedFiles(new Date());
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evidence-'));
  await seedAnchors(folder, [files.pki.root.certificate], [files.pki.issuing.certificate]);
  await mkdir(join(folder, 'crls'));
  await publish('one');
  inspector = await openInspector({
    ...{ threads: 1, anchors: join(folder, 'anchors'), crls: join(folder, 'crls'), scratch: join(folder, 'scratch'), version: '1.2.3' },
  });
});
afterEach(async () => {
  await inspector.close();
  await rm(folder, { recursive: true });
});

const inspect = async (more: Partial<InspectionOptions> = {}) => {
  const path = join(folder, 'message.xml');
  await writeFile(path, message());
  const { evidence, proof } = await inspector.inspect({ path }, options(more));
  if (evidence === null) throw new Error('no evidence');
  return { ...evidence, proof };
};

describe('the evidence of an inspection', () => {
  it('is named with every message; its bytes are handed out once a thread, and all of them when asked for', async () => {
    const first = await inspect();
    expect(first.proof?.verdict).toBe('valid');
    expect(first.items.map(({ kind }) => kind)).toEqual(['certificate', 'certificate', 'certificate', 'crl', 'crl']);
    for (const { sha256, size, bytes } of first.items) {
      expect(
        createHash('sha256')
          .update(bytes ?? '')
          .digest('hex'),
      ).toBe(sha256);
      expect(bytes?.length).toBe(size);
      // A view of a larger buffer would carry all of it through the port.
      expect(bytes?.buffer.byteLength).toBe(size);
    }
    const again = await inspect();
    expect(again.items.map(({ sha256, bytes }) => [sha256, bytes])).toEqual(first.items.map(({ sha256 }) => [sha256, null]));
    expect(again.list.items).toEqual(first.list.items);
    const whole = await inspect({ everything: true });
    expect(whole.items).toEqual(first.items);
  });

  it('names both instants, and the judgement is made at the later one', async () => {
    const at = new Date();
    const now = new Date(at.getTime() + 86_400_000);
    const { list, proof } = await inspect({ at, now });
    expect([list.at, list.judgedAt, list.version]).toEqual([at.toISOString(), now.toISOString(), '1.2.3']);
    expect(proof?.judgedAt).toBe(now.toISOString());
  });

  it('changes with the lists: what is newly published is handed out', async () => {
    const first = await inspect();
    await publish('two', [{ certificate: files.agency.certificate, at: new Date(Date.now() - 86_400_000), reason: 'keyCompromise' }]);
    await inspector.reload();
    const later = await inspect();
    expect(later.proof?.reason).toBe('revoked');
    const fresh = later.items.filter(({ bytes }) => bytes !== null).map(({ sha256 }) => sha256);
    expect(fresh.length).toBeGreaterThan(0);
    expect(first.list.items.map(({ sha256 }) => sha256)).not.toEqual(expect.arrayContaining(fresh));
  });
});

describe('a hub that lacks what its threads handed out before', () => {
  it('inspects again and keeps everything: two hubs on one folder of lists, and a store that lost its evidence', async () => {
    const env = { LIENTHONG_ANCHORS: join(folder, 'anchors'), LIENTHONG_CRLS: join(folder, 'crls') };
    const inspections: InspectionOptions[] = [];
    const door = await openTestDoor({}, undefined, env);
    // The threads of another hub: they believe that their bytes were kept.
    const hub = {
      ...door.hub,
      inspect: (place: Place, asked: InspectionOptions) => {
        inspections.push(asked);
        return inspector.inspect(place, asked);
      },
    };
    await inspect();
    const spooled = await hub.originals.spool(Readable.from([message('7')]), 1e9);
    const caller = { keyId: 'k', system: 'H99.22', role: 'agency' as const };
    const { receipt } = await acceptEnvelope(hub, { caller, spooled });
    expect(inspections.map(({ everything = false }) => everything)).toEqual([false, true]);
    const [judgement] = await hub.evidence.judgements(receipt.recordId);
    expect(judgement?.proof.verdict).toBe('valid');
    for (const { sha256, size } of judgement?.evidence.items ?? []) expect((await hub.evidence.open(sha256))?.length).toBe(size);
    await door.close();
  });

  it('commits no record without its evidence, when even the second look leaves something out', async () => {
    const door = await openTestDoor();
    const absent = { kind: 'crl' as const, sha256: 'f'.repeat(64), size: 10, bytes: null };
    const hub = {
      ...door.hub,
      inspect: async (place: Place, asked: InspectionOptions) => {
        const found = await inspector.inspect(place, asked);
        return { ...found, evidence: found.evidence && { ...found.evidence, items: [...found.evidence.items, absent] } };
      },
    };
    const spooled = await hub.originals.spool(Readable.from([message('8')]), 1e9);
    const caller = { keyId: 'k', system: 'H99.22', role: 'agency' as const };
    await expect(acceptEnvelope(hub, { caller, spooled })).rejects.toThrow('left some of it out');
    expect((await hub.records.list({ limit: 10, viewer: null })).items).toEqual([]);
    await door.close();
  });
});
