/** `/chung-thu-so`: every certificate that is listed or was met, whose it is and when it ends. */
import express from 'express';
import { z } from 'zod';
import type { Hub } from '../../hub.ts';
import { type CertificateRow, endingOf, isAskedFor, listCertificates } from '../../oversight/holders/listing.ts';
import { dayText, padded } from '../../oversight/numerals.ts';
import { holderKindWords, knownByWords } from '../../oversight/words.ts';
import type { Directory } from '../../records/organ.ts';
import { sessionOf } from '../guard.ts';
import { renderPage } from '../render.ts';
import { organText } from './signature-view.ts';

const filters = { all: 'Tất cả', unknown: 'Chưa rõ của cơ quan nào', ending: 'Sắp hoặc đã hết hạn', listed: 'Đã khai báo' } as const;
type Filter = keyof typeof filters;
const query = z.object({
  loc: z.enum(['all', 'unknown', 'ending', 'listed']).catch('all'),
  tim: z.string().max(200).catch(''),
});

/** More are found by searching, not by scrolling. */
const mostRows = 300;

const endingWords = { ended: 'đã hết hạn', ending: 'sắp hết hạn' } as const;

const matches = (row: CertificateRow, filter: Filter, now: Date): boolean => {
  switch (filter) {
    case 'all':
      return true;
    case 'unknown':
      return row.organ === null && row.kind !== 'person';
    case 'ending':
      return endingOf(row, now) !== null;
    case 'listed':
      return row.knownBy === 'registry';
  }
};

const lineFor = (directory: Directory, row: CertificateRow, now: Date) => {
  const ending = endingOf(row, now);
  return {
    serial: row.serial,
    issuer: row.issuer,
    name: row.person ?? row.name ?? 'chưa gặp trên văn bản',
    organisation: row.organisation ?? '',
    kind: holderKindWords[row.kind],
    organ: row.organ === null ? 'chưa rõ' : organText(directory, row.organ),
    known: row.knownBy === null || (row.organ === null && row.knownBy !== 'registry') ? '' : knownByWords[row.knownBy],
    // Three of an organ are enough to learn from; more are not counted.
    documents: row.sightings.map(({ organ, documents }) => `${organ}: ${documents >= 3 ? 'từ 03' : padded(documents)}`),
    validTo: row.validTo === null ? '–' : dayText(row.validTo),
    ending: ending === null ? null : endingWords[ending],
  };
};

export const certificatesPage = (hub: Hub): express.Router => {
  const router = express.Router();
  router.get('/chung-thu-so', async (request, response) => {
    const { loc: filter, tim: words } = query.parse(request.query);
    const now = hub.now();
    const [directory, all] = await Promise.all([hub.organs.directory(), listCertificates(hub)]);
    const found = all.filter((row) => matches(row, filter, now) && isAskedFor(row, words));
    renderPage(
      hub,
      response,
      'certificates',
      { title: 'Chứng thư số', place: 'certificates', session: sessionOf(response) },
      {
        filter,
        filters: Object.entries(filters),
        words,
        counts: {
          all: padded(all.length),
          found: padded(found.length),
          ending: padded(all.filter((row) => endingOf(row, now) !== null).length),
        },
        rows: found.slice(0, mostRows).map((row) => lineFor(directory, row, now)),
        more: Math.max(0, found.length - mostRows),
      },
    );
  });
  return router;
};
