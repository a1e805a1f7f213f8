-- What was expected of each run's rows, and what came of it. A run that does not hold what it has to is QUARANTINED until somebody releases
-- it, or discards it.

CREATE TABLE waybill_expectation (
  run_id VARCHAR(60) NOT NULL,
  number INTEGER NOT NULL,
  expectation VARCHAR(1000) NOT NULL,
  -- HELD, WARNED, VIOLATED
  state VARCHAR(10) NOT NULL,
  violations BIGINT NOT NULL,
  measured VARCHAR(1000) NOT NULL,
  -- the first rows that it does not hold of, a line each
  told_rows VARCHAR(4000),
  PRIMARY KEY (run_id, number)
);
