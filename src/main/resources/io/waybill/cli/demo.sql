-- The demo's database, in H2's words: orders as a change feed of five batches, the same as delta transactions and as batch-tracked
-- events, and customers with columns of many types. The same rows each time.

DROP ALL OBJECTS;

CREATE TABLE change_feed_orders (
  order_id BIGINT NOT NULL, customer_id INTEGER NOT NULL, status VARCHAR(20) NOT NULL,
  amount NUMERIC(12,2) NOT NULL, discount DOUBLE PRECISION, currency CHAR(3) NOT NULL, note VARCHAR,
  ordered_at TIMESTAMP WITH TIME ZONE NOT NULL, delivery_date DATE, paid BOOLEAN NOT NULL,
  xt_batch_id INTEGER NOT NULL, xt_record_type VARCHAR(10) NOT NULL,
  PRIMARY KEY (order_id, xt_batch_id));

-- five batches of equal size; awkward text in one note of five, none in another
INSERT INTO change_feed_orders
SELECT x, MOD(x * 7919, 5000) + 1, DECODE(MOD(x, 4), 0, 'open', 1, 'paid', 2, 'shipped', 'returned'),
  CAST(MOD(x * 104729, 10000000) AS NUMERIC(12,2)) / 100,
  CASE WHEN MOD(x, 3) = 0 THEN NULL ELSE MOD(x, 100) / 400.0 END,
  DECODE(MOD(x, 3), 0, 'EUR', 1, 'USD', 'CHF'),
  DECODE(MOD(x, 10), 0, NULL, 5, NULL, 1, 'leave it at the door, please', 2, '',
    3, 'he said "ring twice"', 4, 'first floor' || CHAR(10) || 'left door',
    6, 'Grüße aus Wien — ' || U&'\+01F4E6', 7, '=1+1', 8, ' spaces around ', 'order ' || x),
  DATEADD('SECOND', x * 37, TIMESTAMP WITH TIME ZONE '2026-01-01 00:00:00+00'),
  CASE WHEN MOD(x, 4) = 2 THEN DATEADD('DAY', MOD(x, 300), DATE '2026-01-03') END,
  MOD(x, 4) > 0, (x - 1) / 20000 + 1,
  DECODE(MOD(x, 10), 7, 'changed', 8, 'deleted', 9, 'unchanged', 'new')
FROM SYSTEM_RANGE(1, 100000);

CREATE VIEW orders_delta_transaction AS
SELECT order_id, status, amount, xt_batch_id, xt_record_type FROM change_feed_orders
WHERE xt_record_type <> 'unchanged';

CREATE VIEW order_events AS
SELECT order_id, status, ordered_at, xt_batch_id FROM change_feed_orders;

CREATE TABLE customers (
  id INTEGER PRIMARY KEY, name VARCHAR(80) NOT NULL, "email.address" VARCHAR, "email.verified" BOOLEAN,
  reference UUID NOT NULL, preferences JSON, tags VARCHAR ARRAY, credit NUMERIC(20,4),
  birthday DATE, wakes_at TIME, logo VARBINARY);

INSERT INTO customers
SELECT x, DECODE(MOD(x, 4), 0, 'Ada "the first" Lovelace', 1, 'Žofie Nováková', 2, 'O''Neill, Sean', '李小龍'),
  CASE WHEN MOD(x, 6) > 0 THEN 'customer' || x || '@example.com' END, MOD(x, 2) = 0,
  CAST(LPAD(RAWTOHEX(CAST(x AS VARCHAR)), 32, '0') AS UUID),
  JSON_OBJECT('newsletter': MOD(x, 2) = 0, 'language': 'de'), ARRAY['a' || x, 'b,c'],
  x * 1234.5678, DATEADD('DAY', x, DATE '1980-02-28'), TIME '06:30:00', CAST(CHAR(MOD(x, 100) + 27) AS VARBINARY)
FROM SYSTEM_RANGE(1, 500);

ANALYZE;
