/** Step 4: that rows of another store are being brought into this one; while a row stands here no hub opens it. */
export const moveTables = /* sql */ `
CREATE TABLE move (source TEXT PRIMARY KEY, started_at TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;
