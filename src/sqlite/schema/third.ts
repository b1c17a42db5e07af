/** Step 3: systems that connect over the broker, and what the broker was given. */
export const brokerTables = /* sql */ `
CREATE TABLE account (system TEXT PRIMARY KEY, user TEXT NOT NULL UNIQUE, role TEXT NOT NULL, issued_at TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- Null until a broker has it; null again when it is offered again after a fail.
ALTER TABLE delivery ADD COLUMN relayed_at TEXT;
ALTER TABLE delivery ADD COLUMN claimed_by TEXT;
ALTER TABLE delivery ADD COLUMN claimed_until TEXT;
-- What no broker has yet, in the order in which it goes: a backlog that waits in queues is not walked again and again.
CREATE INDEX delivery_relay ON delivery (organ, priority DESC, queued_at, delivery_id, offered_at, posted_by)
  WHERE state = 'queued' AND via = 'inbox' AND relayed_at IS NULL;
-- What a broker has and nobody acknowledged, the longest given first.
CREATE INDEX delivery_given ON delivery (organ, relayed_at) WHERE state = 'queued' AND via = 'inbox' AND relayed_at IS NOT NULL;
`;
