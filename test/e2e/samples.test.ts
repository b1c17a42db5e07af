/** The nine messages of the national axis's own kit, from a hub key, after importing their organs. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, clientOf } from '../support/client.ts';
import { type HubProcess, root, startHub, temporaryFolder } from '../support/hub.ts';
import { seedStore } from '../support/seed.ts';

const corpus = join(root, '../shared/corpora/edxml');
const present = existsSync(corpus);
if (!present && process.env.CI === 'true') throw new Error(`The corpus is missing: ${corpus}`);
if (!present) process.stderr.write(`\nSKIPPED: no corpus at ${corpus}\n`);

const sample = (name: string): Buffer => readFileSync(join(corpus, `${name}.edxml`));
/** Whoever sends one of the nine is foreign, as a hub sends for no member; the other recipients are ours. */
const foreign = ['002.00.20.H13', '000.00.00.G22', '000.00.00.H41'].map((code) => ({ code, member: false }));
const members = ['28.22.H17', '000.00.00.H14', '000.00.00.G17'].map((code) => ({ code }));

describe.skipIf(!present)('the nine sample messages posted with a hub key', () => {
  let hub: HubProcess;
  let truc: Client;
  let h14: Client;
  beforeAll(async () => {
    const folder = await temporaryFolder();
    const keys = await seedStore(folder, [...foreign, ...members], [{ system: 'TRUC', role: 'hub' }, { system: '000.00.00.H14' }]);
    hub = await startHub({ folder });
    [truc, h14] = keys.map((key) => clientOf(hub.url, key)) as [Client, Client];
  });
  afterAll(() => hub.remove());

  const codes = (warnings: readonly { readonly code: string }[]): readonly string[] => [...new Set(warnings.map(({ code }) => code))];

  it('takes the new document with its junk and its placeholder signature', async () => {
    const answer = await truc.post(sample('edoc_new'));
    expect(answer.status, JSON.stringify(answer.body)).toBe(202);
    expect(answer.body).toMatchObject({ kind: 'document', type: 0, documentId: '000.00.00.G22,2015/09/30,7816/VPCP-TTĐT' });
    expect(codes(answer.body.warnings)).toEqual(expect.arrayContaining(['envelope.leading-bytes', 'signature.placeholder']));
    expect(answer.body.deliveries).toMatchObject([{ organ: '28.22.H17', state: 'queued', via: 'inbox' }]);
  });

  it.each([
    ['edoc_update', 2],
    ['edoc_replacement', 3],
    ['edoc_revocation', 1],
  ])('takes %s, to three recipients', async (name, type) => {
    const bytes = sample(name);
    const answer = await truc.post(bytes);
    expect(answer.status, JSON.stringify(answer.body)).toBe(202);
    expect(answer.body).toMatchObject({ kind: 'document', type, size: bytes.length });
    expect(codes(answer.body.warnings)).toContain('signature.placeholder');
    expect(codes(answer.body.warnings)).not.toContain('envelope.leading-bytes');
    expect(answer.body.deliveries).toMatchObject([
      { organ: '000.00.00.H41', via: 'upper', state: 'queued' },
      { organ: '000.00.00.H14', via: 'inbox', state: 'queued' },
      { organ: '000.00.00.G17', via: 'inbox', state: 'queued' },
    ]);
  });

  it('hands H14 the exact bytes of the three', async () => {
    const items = await h14.inbox();
    expect(items.map(({ type }) => type).sort()).toEqual([1, 2, 3]);
    for (const [index, name] of ['edoc_revocation', 'edoc_update', 'edoc_replacement'].entries()) {
      const item = items.find(({ type }) => type === index + 1);
      expect((await h14.bytes(`/v1/deliveries/${item.deliveryId}/envelope`)).equals(sample(name))).toBe(true);
    }
  });

  it('matches or parks each of the five statuses', async () => {
    const answers: Record<string, unknown> = {};
    for (const name of ['acceptance_03', 'processing_05', 'rejection_02', 'cancellation_13', 'change-acceptance_15']) {
      const answer = await truc.post(sample(`status_${name}`));
      expect(answer.status, `${name}: ${JSON.stringify(answer.body)}`).toBe(202);
      answers[name] = answer.body.matched;
    }
    // Their organs are the update's and replacement's sender and first recipient.
    expect(answers).toMatchObject({ acceptance_03: true, processing_05: true, rejection_02: true });
  });
});
