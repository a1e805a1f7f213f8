-- Each entry of who changed what holds the hash of the one before it. Entries of before are numbered here by their times, and chained
-- with the next that is written: a database computes no such hash.

CREATE TABLE waybill_audit_entry (
  number BIGINT NOT NULL PRIMARY KEY,
  at_ms BIGINT NOT NULL,
  actor VARCHAR(300) NOT NULL,
  action VARCHAR(60) NOT NULL,
  subject VARCHAR(300) NOT NULL,
  -- the subject, or the flow of the run that it is
  flow VARCHAR(300) NOT NULL,
  detail VARCHAR(4000),
  -- NULL while an entry of before is not chained
  previous_sha256 CHAR(64),
  sha256 CHAR(64)
) /*!50503 CHARACTER SET utf8mb4 COLLATE utf8mb4_bin */;

INSERT INTO waybill_audit_entry (number, at_ms, actor, action, subject, flow, detail)
SELECT ROW_NUMBER() OVER (ORDER BY a.at_ms, a.subject, a.action, a.detail), a.at_ms, a.actor, a.action, a.subject,
  COALESCE((SELECT r.flow FROM waybill_run r WHERE r.run_id = a.subject), a.subject), a.detail
FROM waybill_audit a;

DROP TABLE waybill_audit;
ALTER TABLE waybill_audit_entry RENAME TO waybill_audit;

CREATE INDEX waybill_audit_at ON waybill_audit (at_ms);
CREATE INDEX waybill_audit_of ON waybill_audit (subject);
CREATE INDEX waybill_audit_of_flow ON waybill_audit (flow);
-- no two entries follow the same one
CREATE UNIQUE INDEX waybill_audit_previous ON waybill_audit (previous_sha256);

-- The latest entry: who adds one holds this row until its transaction ends. Without a hash while nothing is chained.
CREATE TABLE waybill_audit_head (
  id INTEGER NOT NULL PRIMARY KEY,
  number BIGINT NOT NULL,
  sha256 CHAR(64)
);

INSERT INTO waybill_audit_head (id, number) VALUES (1, 0);
