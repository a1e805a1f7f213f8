-- The first day, of UTC, whose rows a run may have had: who may fetch rows of some days alone may fetch its files by that. NULL for any day.

ALTER TABLE waybill_run ADD COLUMN first_day VARCHAR(10);

-- Who looks through access is told who is logged in, and ends that.
CREATE INDEX waybill_session_subject ON waybill_session (subject_id);
