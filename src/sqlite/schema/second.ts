/** Step 2: whose signing certificates are (registry and sightings), and what verdicts rested on. */
export const signatureTables = /* sql */ `
CREATE TABLE holder (
  key TEXT PRIMARY KEY, serial TEXT NOT NULL, issuer TEXT NOT NULL, kind TEXT NOT NULL, organ TEXT, person TEXT, valid_to TEXT
) STRICT, WITHOUT ROWID;
-- Valid documents of an organ that a certificate signed; the few first ones of each pair.
CREATE TABLE sighting (
  key TEXT NOT NULL, organ TEXT NOT NULL, record_id TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (key, organ, record_id)
) STRICT, WITHOUT ROWID;
-- Certificates met in traffic, as their subjects tell them.
CREATE TABLE met_certificate (
  key TEXT PRIMARY KEY, serial TEXT NOT NULL, issuer TEXT NOT NULL, name TEXT, organisation TEXT, kind TEXT NOT NULL, valid_to TEXT,
  met_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE judgement (
  seq INTEGER PRIMARY KEY, record_id TEXT NOT NULL, judged_at TEXT NOT NULL, evidence TEXT NOT NULL, proof TEXT NOT NULL
) STRICT;
CREATE INDEX judgement_record ON judgement (record_id, seq);
-- Documents whose revocation is still to be checked, or that of a file or a time stamp in them.
CREATE INDEX record_to_judge ON record (accepted_at, record_id)
  WHERE reason = 'revocation-unknown' OR (verdict <> 'invalid' AND instr(proof, '"reason":"revocation-unknown"') > 0);
-- Every piece of evidence. The bytes of a large one (null here) are a file named by their digest.
CREATE TABLE evidence (sha256 TEXT PRIMARY KEY, kind TEXT NOT NULL, size INTEGER NOT NULL, bytes BLOB) STRICT, WITHOUT ROWID;
`;
