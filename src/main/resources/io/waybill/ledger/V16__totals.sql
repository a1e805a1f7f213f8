-- What the runs of each flow have come to, by how they ended, those that are forgotten among them: it only grows. To add one up takes no
-- longer with the number of runs. Calls of the server, each of which is a flow by itself, are one.

CREATE TABLE waybill_total (
  flow VARCHAR(120) NOT NULL,
  status VARCHAR(20) NOT NULL,
  run_count BIGINT NOT NULL,
  row_count BIGINT NOT NULL,
  byte_count BIGINT NOT NULL,
  milliseconds BIGINT NOT NULL,
  last_ms BIGINT NOT NULL,
  PRIMARY KEY (flow, status)
) /*!50503 CHARACTER SET utf8mb4 COLLATE utf8mb4_bin */;

INSERT INTO waybill_total (flow, status, run_count, row_count, byte_count, milliseconds, last_ms)
  SELECT t.flow, t.status, COUNT(*), SUM(t.row_count), SUM(t.byte_count), SUM(t.ended_ms - t.started_ms), MAX(t.ended_ms)
  FROM (
    SELECT CASE WHEN r.flow LIKE 'export!_call!_%' ESCAPE '!' THEN 'export_call' ELSE r.flow END AS flow,
      r.status, r.row_count, r.started_ms, r.ended_ms, COALESCE(f.byte_count, 0) AS byte_count
    FROM waybill_run r LEFT JOIN (
      SELECT run_id, SUM(byte_count) AS byte_count FROM waybill_file GROUP BY run_id
    ) f ON f.run_id = r.run_id AND r.status = 'DONE'
    WHERE r.ended_ms IS NOT NULL AND r.status <> 'RUNNING'
  ) t
  GROUP BY t.flow, t.status;

-- Pages of runs of one kind, however many others there are.
CREATE INDEX waybill_run_status_started ON waybill_run (status, started_ms);
