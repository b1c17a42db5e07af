/** Whether the rows of a backup can be read, every one, and fit together. */
import { createHash } from 'node:crypto';
import {
  alertTable,
  deliveryTable,
  eventTable,
  holderTable,
  journalTable,
  judgementTable,
  keyTable,
  metTable,
  organTable,
  paperHistory,
  paperTable,
  type Row,
  recordTable,
  submissionTable,
} from '../tables.ts';
import type { Rows } from './rows.ts';

/** Something a backup lacks or has wrong; `at` is a table, a row of it or a file. */
export type Flaw = { readonly at: string; readonly vi: string; readonly en: string };

/** Past this many of one kind the rest are counted only. */
const mostTold = 100;

const typed: readonly { readonly name: string; readonly columns: string; fromRow(row: Row): unknown }[] = [
  ...[recordTable, submissionTable, deliveryTable, judgementTable, eventTable, alertTable, organTable, keyTable, holderTable],
  ...[metTable, paperTable, paperHistory, journalTable],
];

/** What should be empty: each row an answer names is one that does not fit. */
const misfits: readonly (readonly [text: string, vi: string, en: string])[] = [
  [
    `SELECT 'delivery ' || delivery_id FROM delivery WHERE NOT EXISTS (SELECT 1 FROM record r WHERE r.record_id = delivery.record_id)`,
    'không có hồ sơ của văn bản',
    'its record is not there',
  ],
  [
    `SELECT 'submission ' || seq FROM submission WHERE NOT EXISTS (SELECT 1 FROM record r WHERE r.record_id = submission.record_id)`,
    'không có hồ sơ của văn bản',
    'its record is not there',
  ],
  [
    `SELECT 'record ' || record_id FROM record WHERE outcome <> 'refused'
       AND NOT EXISTS (SELECT 1 FROM submission s WHERE s.record_id = record.record_id)`,
    'đã nhận mà không có biên nhận',
    'it was accepted, but has no receipt',
  ],
  [
    `SELECT 'tally ' || name || ' ' || state FROM tally WHERE name = 'delivery'
       AND rows <> (SELECT COUNT(*) FROM delivery d WHERE d.state = tally.state)`,
    'số đếm lệch với số dòng',
    'the count differs from the rows',
  ],
];

const structure = ({ database }: Rows): readonly Flaw[] =>
  database
    .sql(`PRAGMA integrity_check(${mostTold})`)
    .all()
    .map((row) => String(Object.values(row)[0]))
    .filter((line) => line !== 'ok')
    .map((line) => ({ at: 'lienthong.db', vi: `Tệp cơ sở dữ liệu hỏng: ${line}`, en: `The database file is damaged: ${line}` }));

/**
 * Each row through the same reading that the hub uses: JSON that does not parse is found here. Tables of an older
 * program, which a hub would migrate first, are read through without being understood.
 */
const readable = (rows: Rows): readonly Flaw[] => {
  const flaws: Flaw[] = [];
  const known = new Set(Object.keys(rows.count()));
  for (const { name, columns, fromRow } of typed.filter((table) => known.has(table.name))) {
    let place = 0;
    for (const row of rows.database.sql(`SELECT ${rows.isCurrent ? columns : '*'} FROM ${name}`).iterate()) {
      place += 1;
      try {
        if (rows.isCurrent) fromRow(row);
      } catch (error) {
        if (flaws.length < mostTold)
          flaws.push({ at: `${name} #${place}`, vi: 'không đọc được dòng này', en: `the row cannot be read: ${String(error)}` });
      }
    }
  }
  return flaws;
};

/** Small originals and evidence, which are rows: their bytes have the digest they are named by. */
const sameBytes = ({ database, hasEvidence }: Rows): readonly Flaw[] => {
  const flaws: Flaw[] = [];
  for (const table of ['original', ...(hasEvidence ? ['evidence'] : [])])
    for (const { sha256, bytes } of database.sql(`SELECT sha256, bytes FROM ${table} WHERE bytes IS NOT NULL`).iterate())
      if (
        flaws.length < mostTold &&
        createHash('sha256')
          .update(bytes as Uint8Array)
          .digest('hex') !== sha256
      )
        flaws.push({
          at: `${table} ${sha256}`,
          vi: 'nội dung không khớp mã băm',
          en: 'the bytes do not have the digest they are named by',
        });
  return flaws;
};

const fitting = ({ database }: Rows): readonly Flaw[] =>
  misfits.flatMap(([text, vi, en]) =>
    database
      .sql(`${text} LIMIT ${mostTold}`)
      .all()
      .map((row) => ({ at: String(Object.values(row)[0]), vi, en })),
  );

/** Reads all rows once. A damaged file may break off any of the readings: that is a flaw, too. */
export const flawsOfRows = (rows: Rows): readonly Flaw[] => {
  const flaws: Flaw[] = [];
  for (const look of [structure, readable, sameBytes, fitting]) {
    try {
      flaws.push(...look(rows));
    } catch (error) {
      flaws.push({ at: 'lienthong.db', vi: `Không đọc hết được: ${String(error)}`, en: `It cannot be read to its end: ${String(error)}` });
    }
  }
  return flaws;
};
