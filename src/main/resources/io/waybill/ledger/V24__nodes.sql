-- Processes that share a ledger: who each of them is, which version it is of, and whether it is still heard of.

-- Which holding of a flow it is: counted up when another process takes the run over. Who held it before then changes nothing any more.
ALTER TABLE waybill_lock ADD COLUMN fence BIGINT DEFAULT 0 NOT NULL;

CREATE UNIQUE INDEX waybill_lock_run ON waybill_lock (run_id);

CREATE TABLE waybill_node (
  -- random, of the process's own
  node_id VARCHAR(40) NOT NULL PRIMARY KEY,
  owner VARCHAR(300) NOT NULL,
  version VARCHAR(60) NOT NULL,
  -- the latest migration that its version knows
  migration INTEGER NOT NULL,
  -- 1 where its triggers start runs
  triggers INTEGER NOT NULL,
  -- by the clock of the database, both
  started_ms BIGINT NOT NULL,
  seen_ms BIGINT NOT NULL
);

-- The oldest version that may use these tables, by the latest migration that it knows. A later migration that the versions before it
-- cannot live with raises it, so that they stop by themselves.
CREATE TABLE waybill_oldest (
  migration INTEGER NOT NULL PRIMARY KEY
);

INSERT INTO waybill_oldest (migration) VALUES (24);
