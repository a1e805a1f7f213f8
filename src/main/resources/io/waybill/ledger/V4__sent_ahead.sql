-- How many of a run's files, from the first on, were sent to where nobody sees them before they are published, or begun to be.

ALTER TABLE waybill_delivery ADD COLUMN ahead INTEGER DEFAULT 0 NOT NULL;
