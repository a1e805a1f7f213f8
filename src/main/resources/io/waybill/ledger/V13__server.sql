-- Who comes by the server with which token, and what runs they have asked for. Of a token there is its hash alone.

CREATE TABLE waybill_token (
  token_id VARCHAR(20) NOT NULL PRIMARY KEY,
  sha256 CHAR(64) NOT NULL,
  name VARCHAR(100) NOT NULL,
  grants VARCHAR(4000) NOT NULL,
  created_ms BIGINT NOT NULL,
  created_by VARCHAR(300) NOT NULL,
  expires_ms BIGINT,
  revoked_ms BIGINT,
  last_used_ms BIGINT,
  -- of a day; NULL for no limit
  max_rows BIGINT,
  max_bytes BIGINT,
  max_exports BIGINT
);

CREATE UNIQUE INDEX waybill_token_sha256 ON waybill_token (sha256);

CREATE TABLE waybill_request (
  run_id VARCHAR(60) NOT NULL PRIMARY KEY,
  -- NULL for the user of this machine
  token_id VARCHAR(20),
  at_ms BIGINT NOT NULL,
  -- what the caller tells a repetition by, and what was asked for; NULL where no key was given
  key_sha256 CHAR(64),
  request_sha256 CHAR(64)
);

CREATE UNIQUE INDEX waybill_request_key ON waybill_request (key_sha256);
CREATE INDEX waybill_request_token ON waybill_request (token_id, at_ms);
