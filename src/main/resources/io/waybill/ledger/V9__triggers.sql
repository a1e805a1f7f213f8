-- What triggers have started: each time once, by whichever process; and which flows are paused.

CREATE TABLE waybill_firing (
  flow VARCHAR(120) NOT NULL,
  -- the id of the trigger's route
  trigger_id VARCHAR(250) NOT NULL,
  due_ms BIGINT NOT NULL,
  at_ms BIGINT NOT NULL,
  -- NULL where nothing was to run
  run_id VARCHAR(60),
  PRIMARY KEY (flow, trigger_id, due_ms)
);

CREATE TABLE waybill_trigger (
  flow VARCHAR(120) NOT NULL,
  trigger_id VARCHAR(250) NOT NULL,
  -- since when it says what it says; NULL for one that looks for new data
  known_ms BIGINT,
  says VARCHAR(1000),
  -- of one that looks for new data: what it has seen, and the run that it has started for that
  seen VARCHAR(1000),
  run_id VARCHAR(60),
  PRIMARY KEY (flow, trigger_id)
);

CREATE TABLE waybill_pause (
  flow VARCHAR(120) NOT NULL PRIMARY KEY,
  paused_ms BIGINT NOT NULL,
  -- NULL while it is paused
  resumed_ms BIGINT,
  actor VARCHAR(300) NOT NULL
);
