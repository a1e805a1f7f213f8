-- What each flow has exported so far, what its runs stood for, what they looked like, and who changed what by hand.

ALTER TABLE waybill_run ADD COLUMN logical_ms BIGINT;
ALTER TABLE waybill_run ADD COLUMN window_kind VARCHAR(20);
ALTER TABLE waybill_run ADD COLUMN window_column VARCHAR(300);
ALTER TABLE waybill_run ADD COLUMN low_value VARCHAR(1000);
ALTER TABLE waybill_run ADD COLUMN high_value VARCHAR(1000);
-- the watermark that the run began from; NULL for a run that moves none
ALTER TABLE waybill_run ADD COLUMN watermark_version BIGINT;
ALTER TABLE waybill_run ADD COLUMN dead_letter VARCHAR(2000);

CREATE TABLE waybill_watermark (
  flow VARCHAR(120) NOT NULL PRIMARY KEY,
  dataset VARCHAR(300) NOT NULL,
  column_name VARCHAR(300) NOT NULL,
  watermark VARCHAR(1000) NOT NULL,
  version BIGINT NOT NULL,
  run_id VARCHAR(60),
  changed_ms BIGINT NOT NULL
);

-- A bound that was seen while transactions were open that may still write below it.
CREATE TABLE waybill_observation (
  flow VARCHAR(120) NOT NULL PRIMARY KEY,
  dataset VARCHAR(300) NOT NULL,
  column_name VARCHAR(300) NOT NULL,
  bound VARCHAR(1000) NOT NULL,
  open_transactions VARCHAR(8000) NOT NULL
);

CREATE TABLE waybill_columns (
  flow VARCHAR(120) NOT NULL,
  number INTEGER NOT NULL,
  name VARCHAR(300) NOT NULL,
  type VARCHAR(200) NOT NULL,
  PRIMARY KEY (flow, number)
);

CREATE TABLE waybill_audit (
  at_ms BIGINT NOT NULL,
  actor VARCHAR(300) NOT NULL,
  action VARCHAR(60) NOT NULL,
  subject VARCHAR(300) NOT NULL,
  detail VARCHAR(4000)
);

CREATE INDEX waybill_audit_at ON waybill_audit (at_ms);
