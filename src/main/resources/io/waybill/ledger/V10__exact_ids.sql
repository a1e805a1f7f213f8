-- MariaDB and MySQL take orders and Orders for one, unless they are told otherwise: to them alone this is no comment.
/*!50503 ALTER TABLE waybill_run MODIFY flow VARCHAR(120) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL */;
/*!50503 ALTER TABLE waybill_lock MODIFY flow VARCHAR(120) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL */;
/*!50503 ALTER TABLE waybill_watermark MODIFY flow VARCHAR(120) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL */;
/*!50503 ALTER TABLE waybill_observation MODIFY flow VARCHAR(120) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL */;
/*!50503 ALTER TABLE waybill_columns MODIFY flow VARCHAR(120) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL */;
/*!50503 ALTER TABLE waybill_watermark_source MODIFY flow VARCHAR(120) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL */;
/*!50503 ALTER TABLE waybill_firing MODIFY flow VARCHAR(120) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  MODIFY trigger_id VARCHAR(250) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL */;
/*!50503 ALTER TABLE waybill_trigger MODIFY flow VARCHAR(120) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  MODIFY trigger_id VARCHAR(250) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL */;
/*!50503 ALTER TABLE waybill_pause MODIFY flow VARCHAR(120) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL */;
