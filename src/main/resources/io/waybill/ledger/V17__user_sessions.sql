-- Users of an OpenID provider log in by the page, too. Whoever is logged in does so again: a session lasts some hours.

DROP TABLE waybill_session;

CREATE TABLE waybill_session (
  sha256 CHAR(64) NOT NULL PRIMARY KEY,
  -- one of both
  token_id VARCHAR(20),
  subject_id VARCHAR(20),
  -- of a user: those of their groups that could do something then, one a line
  subject_groups VARCHAR(8000),
  made_ms BIGINT NOT NULL,
  last_used_ms BIGINT NOT NULL,
  expires_ms BIGINT NOT NULL
);

CREATE INDEX waybill_session_token ON waybill_session (token_id);
