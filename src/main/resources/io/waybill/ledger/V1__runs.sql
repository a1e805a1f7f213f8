-- What happened: each run, its files, and which run holds a flow. Times are milliseconds since 1970-01-01T00:00Z.

CREATE TABLE waybill_run (
  run_id VARCHAR(60) NOT NULL PRIMARY KEY,
  flow VARCHAR(120) NOT NULL,
  owner VARCHAR(300) NOT NULL,
  status VARCHAR(20) NOT NULL,
  stage VARCHAR(20) NOT NULL,
  mode VARCHAR(20),
  dataset VARCHAR(300),
  batch_id VARCHAR(300),
  root VARCHAR(2000),
  waybill VARCHAR(1000),
  row_count BIGINT NOT NULL,
  started_ms BIGINT NOT NULL,
  ended_ms BIGINT,
  error VARCHAR(4000)
);

CREATE INDEX waybill_run_started ON waybill_run (started_ms);

CREATE TABLE waybill_file (
  run_id VARCHAR(60) NOT NULL,
  number INTEGER NOT NULL,
  name VARCHAR(1000) NOT NULL,
  row_count BIGINT NOT NULL,
  byte_count BIGINT NOT NULL,
  sha256 CHAR(64) NOT NULL,
  PRIMARY KEY (run_id, number)
);

CREATE TABLE waybill_lock (
  flow VARCHAR(120) NOT NULL PRIMARY KEY,
  run_id VARCHAR(60) NOT NULL,
  owner VARCHAR(300) NOT NULL,
  since_ms BIGINT NOT NULL,
  lease_until_ms BIGINT NOT NULL
);
