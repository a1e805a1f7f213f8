-- Runs of flows that export many tables: one for each table, under one for all of them, which knows how many there were.

ALTER TABLE waybill_run ADD COLUMN parent_run_id VARCHAR(60);
ALTER TABLE waybill_run ADD COLUMN table_count INTEGER;

CREATE INDEX waybill_run_parent ON waybill_run (parent_run_id);
