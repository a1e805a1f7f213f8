-- Where the files of each run go, how far that came, and what they are called there.

CREATE TABLE waybill_delivery (
  run_id VARCHAR(60) NOT NULL,
  number INTEGER NOT NULL,
  delivery VARCHAR(120) NOT NULL,
  endpoint VARCHAR(4000) NOT NULL,
  place VARCHAR(2000) NOT NULL,
  waybill VARCHAR(1000) NOT NULL,
  -- how many of its files, the waybill as the last, have been sent or begun to be
  begun INTEGER NOT NULL,
  status VARCHAR(20) NOT NULL,
  error VARCHAR(4000),
  PRIMARY KEY (run_id, number)
);

-- the names of the files at the second destination and further ones; those at the first are in waybill_file
CREATE TABLE waybill_delivery_file (
  run_id VARCHAR(60) NOT NULL,
  delivery INTEGER NOT NULL,
  number INTEGER NOT NULL,
  name VARCHAR(1000) NOT NULL,
  PRIMARY KEY (run_id, delivery, number)
);
