CREATE TABLE IF NOT EXISTS orders (id integer PRIMARY KEY, item text, price decimal(10, 2));
MERGE INTO orders VALUES (1, 'ink', 12.50), (2, 'a pen', 3.00), (3, 'paper', 4.50);
