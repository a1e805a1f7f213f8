package io.waybill.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import java.nio.file.Path;
import java.sql.Connection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that is added by a class of its own, {@link OwnHsqldb}: it is known, and its tables are exported. */
class AddedDatabaseTest {

    @TempDir
    private Path folder;

    private final HikariDataSource database = new HikariDataSource();

    @BeforeEach
    void createTable() throws Exception {
        database.setJdbcUrl(OwnHsqldb.URL);
        database.setUsername("sa");
        TestDatabases.execute(
                database,
                "CREATE TABLE orders (id UUID, word VARCHAR(20), price DECIMAL(9, 2), due DATE)",
                "INSERT INTO orders VALUES"
                        + " ('8c9f8bd0-0000-4000-8000-000000000001', 'ape', 1.50, DATE '2026-01-01'),"
                        + " ('8c9f8bd0-0000-4000-8000-000000000002', 'bee', NULL, DATE '2026-01-02'),"
                        + " ('8c9f8bd0-0000-4000-8000-000000000003', 'ass', 3.00, NULL),"
                        + " ('8c9f8bd0-0000-4000-8000-000000000004', 'ant', 4.00, DATE '2026-01-04')");
    }

    @AfterEach
    void drop() throws Exception {
        TestDatabases.execute(database, "DROP TABLE orders");
        database.close();
    }

    @Test
    void isKnownBeforeThoseThatWaybillBrings() throws Exception {
        try (Connection connection = database.getConnection()) {
            assertThat(Databases.of(connection)).isInstanceOf(OwnHsqldb.class);
        }
        try (HikariDataSource other = TestDatabases.hsqldb();
                Connection connection = other.getConnection()) {
            assertThat(Databases.of(connection).productName()).isEqualTo("HSQLDB");
        }
    }

    @Test
    void itsTablesAreExportedByItsAnswers() throws Exception {
        try (FlowHarness harness = new FlowHarness(folder, database)) {
            harness.export(
                    "source_dataset_id = \"orders\"\nfile_path = \"{{root}}/orders.jsonl\"\norder_by = \"word\"\n"
                            + "limit = 2\nfilters = [{ column = \"word\", op = \"matches\", value = \"a.*\" }]\n");
        }

        assertThat(folder.resolve("orders.jsonl"))
                .hasContent("{\"ID\":\"8c9f8bd0-0000-4000-8000-000000000004\",\"WORD\":\"ant\",\"PRICE\":4.00,"
                        + "\"DUE\":\"2026-01-04\"}\n"
                        + "{\"ID\":\"8c9f8bd0-0000-4000-8000-000000000001\",\"WORD\":\"ape\",\"PRICE\":1.50,"
                        + "\"DUE\":\"2026-01-01\"}");
    }
}
