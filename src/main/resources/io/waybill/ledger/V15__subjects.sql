-- Users of an OpenID provider who have come by the server, for those who look through who may do what.

CREATE TABLE waybill_subject (
  subject_id VARCHAR(20) NOT NULL PRIMARY KEY,
  issuer VARCHAR(500) NOT NULL,
  subject VARCHAR(255) NOT NULL,
  name VARCHAR(100) NOT NULL,
  -- what their groups allowed when they came last
  grants VARCHAR(4000) NOT NULL,
  first_used_ms BIGINT NOT NULL,
  last_used_ms BIGINT NOT NULL
);
