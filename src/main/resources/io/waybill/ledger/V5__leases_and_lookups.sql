-- When a lock's lease ends on the clock that its machine keeps since it started, which nobody sets; NULL where there is none.
ALTER TABLE waybill_lock ADD COLUMN lease_boot_ms BIGINT;

-- What is looked up in each run: nothing of it is to take longer with the number of runs before.
CREATE INDEX waybill_run_of_flow ON waybill_run (flow, started_ms);
CREATE INDEX waybill_run_ended ON waybill_run (ended_ms);
CREATE INDEX waybill_delivery_left ON waybill_delivery (status, begun);
CREATE INDEX waybill_delivery_ahead ON waybill_delivery (ahead);
CREATE INDEX waybill_audit_of ON waybill_audit (subject);
