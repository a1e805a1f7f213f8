-- Users of an OpenID provider who have come by the server, for those who look through who may do what.

CREATE TABLE waybill_subject (
  subject_id VARCHAR(20) NOT NULL PRIMARY KEY,
  issuer VARCHAR(500) /*!50503 CHARACTER SET utf8mb4 COLLATE utf8mb4_bin */ NOT NULL,
  subject VARCHAR(255) /*!50503 CHARACTER SET utf8mb4 COLLATE utf8mb4_bin */ NOT NULL,
  name VARCHAR(100) /*!50503 CHARACTER SET utf8mb4 COLLATE utf8mb4_bin */ NOT NULL,
  -- what their groups allowed when they came last
  grants VARCHAR(4000) /*!50503 CHARACTER SET utf8mb4 COLLATE utf8mb4_bin */ NOT NULL,
  first_used_ms BIGINT NOT NULL,
  last_used_ms BIGINT NOT NULL
);
