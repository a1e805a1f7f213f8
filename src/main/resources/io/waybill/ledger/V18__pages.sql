-- What is asked for again and again takes no longer with the number of runs.

-- 1 where the files of a run are kept, as dead_letter says where: these are few, and all others NULL.
ALTER TABLE waybill_run ADD COLUMN kept SMALLINT;
UPDATE waybill_run SET kept = 1 WHERE dead_letter IS NOT NULL;
CREATE INDEX waybill_run_kept ON waybill_run (kept, flow);

-- Pages of the runs of a flow that have ended in one way, be they few among many.
CREATE INDEX waybill_run_flow_status ON waybill_run (flow, status, started_ms);
