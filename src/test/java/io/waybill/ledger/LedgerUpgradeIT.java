package io.waybill.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.ledger.RunEntry.Status;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Ledgers with runs in them are brought up to date, on each database that a ledger can be in: orders and Orders stay two flows. */
class LedgerUpgradeIT {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-26T02:00:00Z"), ZoneOffset.UTC);

    /** The last without anything of a server. */
    private static final String BEFORE_SERVERS = "12";

    private static final String[] RUNS = {
        run("r1", "orders", "DONE", 5),
        run("r2", "orders", "DONE", 6),
        run("r3", "Orders", "DONE", 100),
        run("r4", "Orders", "FAILED", 7),
        "INSERT INTO waybill_file (run_id, number, name, row_count, byte_count, sha256) VALUES ('r1', 1, 'a.csv', 5, 50, '"
                + "a".repeat(64) + "')",
    };

    private static String run(String id, String flow, String status, long rows) {
        return "INSERT INTO waybill_run (run_id, flow, owner, status, stage, row_count, started_ms, ended_ms) VALUES ('"
                + id + "', '" + flow + "', 'worker 1 1970-01-01T00:00:00Z', '" + status + "', 'END', " + rows
                + ", 1000, 3000)";
    }

    static Stream<Arguments> databases() {
        return Stream.of(
                Arguments.of("H2", (Supplier<HikariDataSource>) TestDatabases::h2),
                Arguments.of("PostgreSQL", (Supplier<HikariDataSource>) TestDatabases::postgres),
                Arguments.of("MariaDB", (Supplier<HikariDataSource>) TestDatabases::mariadb),
                Arguments.of("MariaDB of latin1", (Supplier<HikariDataSource>) LedgerUpgradeIT::mariadbOfLatin1));
    }

    private static HikariDataSource mariadbOfLatin1() {
        HikariDataSource database = TestDatabases.mariadb();
        TestDatabases.execute(database, "ALTER DATABASE CHARACTER SET latin1");
        return database;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("databases")
    void addsUpTheRunsOfBeforeByTheirFlows(String name, Supplier<HikariDataSource> database) {
        try (HikariDataSource opened = database.get()) {
            makeAsBefore(opened);
            try (Ledger ledger = Ledger.open(opened, CLOCK, null)) {
                assertUpToDate(ledger);
            }
        }
    }

    @Test
    void addsUpTheRunsOfBeforeInAFile(@TempDir Path folder) {
        makeAsBefore(TestDatabases.sqlite(folder.resolve("ledger.db")));
        try (Ledger ledger = Ledger.open(folder, CLOCK)) {
            assertUpToDate(ledger);
        }
    }

    private static void makeAsBefore(DataSource database) {
        Flyway.configure(LedgerUpgradeIT.class.getClassLoader())
                .dataSource(database)
                .locations("classpath:io/waybill/ledger")
                .table("waybill_schema_history")
                .target(BEFORE_SERVERS)
                .load()
                .migrate();
        TestDatabases.execute(database, RUNS);
    }

    private static void assertUpToDate(Ledger ledger) {
        ledger.begin("orders", "r5");
        ledger.commit("r5", 1);
        ledger.begin("Orders", "r6");
        ledger.commit("r6", 2);
        assertThat(ledger.server().history().totals())
                .extracting(RunTotal::flow, RunTotal::status, RunTotal::runs, RunTotal::rows, RunTotal::bytes)
                .containsExactlyInAnyOrder(
                        tuple("orders", Status.DONE, 3L, 12L, 50L),
                        tuple("Orders", Status.DONE, 2L, 102L, 0L),
                        tuple("Orders", Status.FAILED, 1L, 7L, 0L));
        assertThat(ledger.runs(null, null, 10)).hasSize(6);
        // of any alphabet, whatever the database was set up for
        ledger.server().tokens().create("Zoë Ночь", "view@*", null, Tokens.DailyLimits.NONE);
        assertThat(ledger.server().tokens().all())
                .extracting(Tokens.Token::name)
                .containsExactly("Zoë Ночь");
    }
}
