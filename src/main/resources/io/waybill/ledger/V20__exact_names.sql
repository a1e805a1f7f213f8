-- Names of tokens are written in all scripts, and flows in grants are exact: to MariaDB and MySQL alone this is no comment.
/*!50503 ALTER TABLE waybill_token MODIFY name VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  MODIFY grants VARCHAR(4000) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  MODIFY created_by VARCHAR(300) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL */;
