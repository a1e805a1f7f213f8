-- Exports whose rows several processes read: ranges that have no row in common, which processes lease, one after the other.

CREATE TABLE waybill_division (
  run_id VARCHAR(60) NOT NULL PRIMARY KEY,
  flow VARCHAR(120) NOT NULL,
  -- the holding of the flow that it is of: where another process takes the run over, all leases have ended
  fence BIGINT NOT NULL,
  -- what each who takes part has to have planned as well
  digest CHAR(64) NOT NULL,
  -- the zone of the run's logical time
  zone VARCHAR(60) NOT NULL,
  -- the exported snapshot that all join; NULL where each range is read in one of its own
  snapshot_name VARCHAR(200),
  -- what lies in the folder of staged files: who reads it there shares the folder
  token VARCHAR(64) NOT NULL,
  -- how many read at the same time at most
  processes INTEGER NOT NULL,
  -- counted up by each lease, so that these are given one after the other
  leases BIGINT NOT NULL
);

CREATE INDEX waybill_division_flow ON waybill_division (flow);

CREATE TABLE waybill_range (
  run_id VARCHAR(60) NOT NULL,
  number INTEGER NOT NULL,
  -- where it begins, and where the next one does; NULL where nothing lies before or behind it
  low_value VARCHAR(1000),
  high_value VARCHAR(1000),
  -- who has leased it last
  owner VARCHAR(300),
  -- counted up by each lease: who had it before changes nothing any more
  fence BIGINT NOT NULL,
  -- by the clock of the database; NULL where nobody has it
  lease_until_ms BIGINT,
  -- NULL until it is read
  row_count BIGINT,
  PRIMARY KEY (run_id, number)
);

CREATE TABLE waybill_range_file (
  run_id VARCHAR(60) NOT NULL,
  number INTEGER NOT NULL,
  file_number INTEGER NOT NULL,
  -- what it is called in the folder of staged files
  name VARCHAR(300) NOT NULL,
  row_count BIGINT NOT NULL,
  byte_count BIGINT NOT NULL,
  sha256 CHAR(64) NOT NULL,
  row_groups INTEGER NOT NULL,
  uncompressed BIGINT NOT NULL,
  PRIMARY KEY (run_id, number, file_number)
);

-- MariaDB and MySQL take orders and Orders for one, unless they are told otherwise: to them alone this is no comment.
/*!50503 ALTER TABLE waybill_division MODIFY flow VARCHAR(120) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL */;
/*!50503 ALTER TABLE waybill_range MODIFY low_value VARCHAR(1000) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  MODIFY high_value VARCHAR(1000) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin */;
