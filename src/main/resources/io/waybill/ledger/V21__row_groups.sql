-- What the files of export calls are like inside, where they have row groups: a call that is repeated is answered the same by any process.

CREATE TABLE waybill_row_groups (
  run_id VARCHAR(60) NOT NULL PRIMARY KEY,
  group_count BIGINT NOT NULL,
  byte_count BIGINT NOT NULL
);
