-- The runs whose columns marked pii left as they are, by pii_policy = "allow": who fetches their files needs a grant for that, whatever became of
-- the flow.

CREATE TABLE waybill_untreated (
  run_id VARCHAR(60) NOT NULL PRIMARY KEY
);
