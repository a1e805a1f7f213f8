-- What tells this ledger from all others: tables that runs are written to keep it beside the runs. It is made when it is first asked for.

CREATE TABLE waybill_identity (
  id INTEGER NOT NULL PRIMARY KEY,
  name VARCHAR(60) NOT NULL
);
