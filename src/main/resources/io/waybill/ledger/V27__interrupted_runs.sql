-- Each run looks for those that were interrupted while their files were delivered: these are few, also where very many are kept that have failed.
DROP INDEX waybill_run_kept /*!50503 ON waybill_run */;
CREATE INDEX waybill_run_kept ON waybill_run (kept, status, flow);

-- waybill_run_status_started begins with it.
DROP INDEX waybill_run_status /*!50503 ON waybill_run */;
