-- Which database each watermark was reached in; watermarks of older versions have none until their flow's next run.

CREATE TABLE waybill_watermark_source (
  flow VARCHAR(120) NOT NULL PRIMARY KEY,
  product VARCHAR(60) NOT NULL,
  database_name VARCHAR(300) NOT NULL,
  address VARCHAR(2000) NOT NULL,
  system_id VARCHAR(60)
);
