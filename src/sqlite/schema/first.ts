/**
 * Step 1. Columns carry the names of the record types in snake case (`from` is `sender`: FROM is an
 * SQL word); wide JSON stands last in its row, so that lists do not read it by accident.
 */
export const firstTables = /* sql */ `
CREATE TABLE setting (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO setting VALUES ('directory', 0), ('probe', 0);

CREATE TABLE record (
  seq INTEGER PRIMARY KEY,
  record_id TEXT NOT NULL UNIQUE,
  version INTEGER NOT NULL,
  kind TEXT NOT NULL,
  type INTEGER,
  status_code TEXT,
  document_id TEXT,
  number TEXT,
  notation TEXT,
  code TEXT,
  subject TEXT,
  type_name TEXT,
  sender TEXT,
  from_as_sent TEXT,
  from_name TEXT,
  promulgated_on TEXT,
  priority INTEGER NOT NULL,
  paper ANY,
  verdict TEXT,
  reason TEXT,
  accepted_at TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  size INTEGER NOT NULL,
  content_digest TEXT,
  outcome TEXT NOT NULL,
  refusal_code TEXT,
  identity TEXT,
  system TEXT,
  counted INTEGER NOT NULL,
  about TEXT,
  about_delivery TEXT,
  parked_until TEXT,
  purged_at TEXT,
  response_for TEXT,
  response_organ TEXT AS (json_extract(response_for, '$.organ')) VIRTUAL,
  warnings TEXT NOT NULL,
  proof TEXT
) STRICT;
-- Contract §4: one record stands under an identity; null (refused, returned) takes part in nothing.
CREATE UNIQUE INDEX record_identity ON record (identity) WHERE identity IS NOT NULL;
CREATE INDEX record_accepted ON record (accepted_at, record_id);
CREATE INDEX record_sender ON record (sender, accepted_at);
CREATE INDEX record_system ON record (system, accepted_at);
CREATE INDEX record_refused ON record (system, accepted_at) WHERE outcome = 'refused';
CREATE INDEX record_outcome ON record (outcome, accepted_at, record_id) WHERE outcome <> 'accepted';
CREATE INDEX record_verdict ON record (verdict, accepted_at, record_id) WHERE verdict <> 'valid';
CREATE INDEX record_document ON record (document_id, sender) WHERE document_id IS NOT NULL;
CREATE INDEX record_code ON record (sender, code) WHERE kind = 'document' AND code IS NOT NULL;
CREATE INDEX record_alike ON record (sender, number, notation, promulgated_on) WHERE kind = 'document' AND counted = 1;
CREATE INDEX record_parked ON record (response_organ, sender) WHERE parked_until IS NOT NULL;
-- Words as people search them: folded by the store; a recipient must not find by other recipients' names.
CREATE VIRTUAL TABLE record_words USING fts5 (
  own, recipients, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0', detail = full
);

CREATE TABLE submission (
  seq INTEGER PRIMARY KEY,
  record_id TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  size INTEGER NOT NULL,
  accepted_at TEXT NOT NULL,
  receipt TEXT NOT NULL,
  UNIQUE (record_id, sha256)
) STRICT;
CREATE INDEX submission_original ON submission (sha256);

CREATE TABLE delivery (
  seq INTEGER PRIMARY KEY,
  delivery_id TEXT NOT NULL UNIQUE,
  record_id TEXT NOT NULL,
  organ TEXT NOT NULL,
  redirected_from TEXT,
  via TEXT NOT NULL,
  kind TEXT NOT NULL,
  priority INTEGER NOT NULL,
  state TEXT NOT NULL,
  state_before_recall TEXT,
  version INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  size INTEGER NOT NULL,
  queued_at TEXT NOT NULL,
  offered_at TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  collected_at TEXT,
  posted_by TEXT,
  UNIQUE (record_id, organ)
) STRICT;
-- The inbox: only what waits stands in it, so it stays as small as the backlog.
CREATE INDEX delivery_inbox ON delivery (organ, priority DESC, queued_at, delivery_id, offered_at, kind, posted_by)
  WHERE state = 'queued' AND via = 'inbox';
CREATE INDEX delivery_organ ON delivery (organ, record_id);
CREATE INDEX delivery_state ON delivery (state, record_id);
-- Bytes that were derived for another hub are named here only.
CREATE INDEX delivery_bytes ON delivery (sha256);
-- Exact counts for /metrics without counting rows.
CREATE TABLE tally (name TEXT NOT NULL, state TEXT NOT NULL, rows INTEGER NOT NULL, PRIMARY KEY (name, state)) STRICT, WITHOUT ROWID;
CREATE TRIGGER delivery_added AFTER INSERT ON delivery BEGIN
  INSERT INTO tally VALUES ('delivery', new.state, 1) ON CONFLICT DO UPDATE SET rows = rows + 1;
END;
CREATE TRIGGER delivery_moved AFTER UPDATE OF state ON delivery WHEN old.state <> new.state BEGIN
  UPDATE tally SET rows = rows - 1 WHERE name = 'delivery' AND state = old.state;
  INSERT INTO tally VALUES ('delivery', new.state, 1) ON CONFLICT DO UPDATE SET rows = rows + 1;
END;

CREATE TABLE alert (
  alert_id TEXT PRIMARY KEY,
  key TEXT NOT NULL,
  kind TEXT NOT NULL,
  severity TEXT NOT NULL,
  state TEXT NOT NULL,
  version INTEGER NOT NULL,
  organ TEXT,
  record_id TEXT NOT NULL,
  count INTEGER NOT NULL,
  vi TEXT NOT NULL,
  en TEXT NOT NULL,
  raised_at TEXT NOT NULL,
  last_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX alert_unsettled ON alert (key) WHERE state <> 'settled';
CREATE INDEX alert_latest ON alert (last_at, alert_id);
CREATE INDEX alert_state ON alert (state, last_at, alert_id);
CREATE INDEX alert_organ ON alert (organ, last_at, alert_id);
CREATE TRIGGER alert_added AFTER INSERT ON alert BEGIN
  INSERT INTO tally VALUES ('alert', new.state, 1) ON CONFLICT DO UPDATE SET rows = rows + 1;
END;
CREATE TRIGGER alert_moved AFTER UPDATE OF state ON alert WHEN old.state <> new.state BEGIN
  UPDATE tally SET rows = rows - 1 WHERE name = 'alert' AND state = old.state;
  INSERT INTO tally VALUES ('alert', new.state, 1) ON CONFLICT DO UPDATE SET rows = rows + 1;
END;
CREATE TABLE alert_record (
  alert_id TEXT NOT NULL, place INTEGER NOT NULL, record_id TEXT NOT NULL, reason TEXT, at TEXT NOT NULL,
  PRIMARY KEY (alert_id, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
  seq INTEGER PRIMARY KEY,
  event_id TEXT NOT NULL,
  record_id TEXT NOT NULL,
  at TEXT NOT NULL,
  organ TEXT,
  delivery_id TEXT,
  kind TEXT NOT NULL,
  code TEXT,
  text TEXT,
  by TEXT NOT NULL
) STRICT;
CREATE INDEX event_record ON event (record_id, at);

CREATE TABLE organ (
  code TEXT PRIMARY KEY, old_codes TEXT NOT NULL, name TEXT NOT NULL, level TEXT NOT NULL, kind TEXT NOT NULL,
  parent TEXT, successor TEXT, valid_from TEXT, valid_to TEXT, member INTEGER NOT NULL, system TEXT, locked INTEGER NOT NULL,
  delegate TEXT, statistics_as TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE key (
  id TEXT PRIMARY KEY, system TEXT NOT NULL, role TEXT NOT NULL, sha256 TEXT NOT NULL UNIQUE, issued_at TEXT NOT NULL,
  expires_at TEXT NOT NULL, revoked_at TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX key_system ON key (system);
CREATE TABLE contact (system TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE paper_month (
  organ TEXT NOT NULL, period TEXT NOT NULL, issued_to_agencies INTEGER NOT NULL, paper_only INTEGER NOT NULL,
  other_electronic INTEGER NOT NULL, declared_at TEXT NOT NULL, declared_by TEXT NOT NULL, PRIMARY KEY (period, organ)
) STRICT, WITHOUT ROWID;
-- Every declaration as it was made; nothing is ever removed from it.
CREATE TABLE paper_history (
  seq INTEGER PRIMARY KEY, organ TEXT NOT NULL, period TEXT NOT NULL, issued_to_agencies INTEGER NOT NULL,
  paper_only INTEGER NOT NULL, other_electronic INTEGER NOT NULL, declared_at TEXT NOT NULL, declared_by TEXT NOT NULL
) STRICT;
CREATE INDEX paper_history_organ ON paper_history (organ, period);

CREATE TABLE figure_delta (
  day TEXT NOT NULL, organ TEXT NOT NULL, figure TEXT NOT NULL, entry_id TEXT NOT NULL, by INTEGER NOT NULL,
  PRIMARY KEY (day, organ, figure, entry_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE figure_sum (
  day TEXT NOT NULL, organ TEXT NOT NULL, figure TEXT NOT NULL, value INTEGER NOT NULL, PRIMARY KEY (day, organ, figure)
) STRICT, WITHOUT ROWID;

CREATE TABLE journal (
  seq INTEGER PRIMARY KEY,
  entry_id TEXT NOT NULL UNIQUE,
  at TEXT NOT NULL,
  act TEXT NOT NULL,
  by TEXT NOT NULL,
  subject TEXT NOT NULL,
  details TEXT NOT NULL,
  sequence INTEGER,
  hash TEXT
) STRICT;
CREATE UNIQUE INDEX journal_sealed ON journal (sequence) WHERE sequence IS NOT NULL;
CREATE INDEX journal_open ON journal (seq) WHERE sequence IS NULL;

CREATE TABLE lease (name TEXT PRIMARY KEY, holder TEXT NOT NULL, until TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- Small originals (see files/keep.ts); the larger ones are files named by their digest.
CREATE TABLE original (seq INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, kept_at TEXT NOT NULL, bytes BLOB NOT NULL) STRICT;
CREATE INDEX original_age ON original (kept_at);
`;
