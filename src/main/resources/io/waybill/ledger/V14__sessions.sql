-- Who is logged in by the page. Of what their browser has there is its hash alone.

CREATE TABLE waybill_session (
  sha256 CHAR(64) NOT NULL PRIMARY KEY,
  token_id VARCHAR(20) NOT NULL,
  made_ms BIGINT NOT NULL,
  last_used_ms BIGINT NOT NULL,
  expires_ms BIGINT NOT NULL
);

CREATE INDEX waybill_session_token ON waybill_session (token_id);
