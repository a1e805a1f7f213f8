-- Whether the flow (FLOW) or the grant of the one who asked (GRANT) let a run have no rows of days before its first. NULL for runs of any
-- day, and for those of before this was kept.

ALTER TABLE waybill_run ADD COLUMN first_day_by VARCHAR(10);
