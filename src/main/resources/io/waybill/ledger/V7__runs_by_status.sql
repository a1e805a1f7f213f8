-- Each run asks for those that failed or were interrupted, of which there are few.

CREATE INDEX waybill_run_status ON waybill_run (status);
