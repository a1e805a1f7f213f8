package io.waybill.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.flow.DataSet;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which tables somebody may choose from who begins, and by what names. */
class ListedTablesIT {

    @TempDir
    private Path folder;

    /** By each of the names the table is found that is meant. */
    private static List<String> listed(HikariDataSource database) throws Exception {
        try (database;
                Connection connection = database.getConnection()) {
            Catalog catalog = new Catalog(connection, "db");
            return catalog.listed("public").stream()
                    .map(name -> name + ": "
                            + catalog.found(DataSet.undeclared(name, "db"), "public")
                                    .location())
                    .toList();
        }
    }

    @Test
    void tablesOfOtherSchemasHaveTheirs() throws Exception {
        HikariDataSource database = TestDatabases.postgres();
        TestDatabases.execute(
                database,
                "CREATE TABLE orders (id integer)",
                "CREATE VIEW few AS SELECT * FROM orders",
                "CREATE SCHEMA postgres", // of who logs in, which is looked in as well
                "CREATE TABLE postgres.orders (id integer)",
                "CREATE TABLE postgres.items (id integer)",
                "CREATE SCHEMA archive",
                "CREATE TABLE archive.orders (id integer)",
                "CREATE INDEX ON archive.orders (id)",
                "CREATE SEQUENCE archive.numbers");

        assertThat(listed(database))
                .containsExactly(
                        "few: view public.few",
                        "orders: table public.orders",
                        "items: table postgres.items",
                        "postgres.orders: table postgres.orders",
                        "archive.orders: table archive.orders");
    }

    @Test
    void thoseOfTheDatabaseItselfAreNoneOfThem() throws Exception {
        for (HikariDataSource database : List.of(
                TestDatabases.mariadb(),
                TestDatabases.h2(),
                TestDatabases.newSqlite(folder),
                TestDatabases.duckdb(folder),
                TestDatabases.derby(),
                TestDatabases.hsqldb())) {
            TestDatabases.execute(database, "CREATE TABLE orders (id integer)");
            String url = database.getJdbcUrl();
            assertThat(listed(database)).as(url).hasSize(1).first().asString().containsIgnoringCase("orders: table");
        }
    }
}
