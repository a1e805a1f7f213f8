-- How many processes have taken the run up, one after the other: its own, one that goes on where that ended, one that delivers again.

ALTER TABLE waybill_run ADD COLUMN attempt INTEGER DEFAULT 1 NOT NULL;
