package io.waybill.route.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.ledger.LedgerAwayException;
import io.waybill.ledger.Occasion.Due;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import java.nio.file.Files;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.camel.builder.RouteBuilder;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Schedules that fire while the ledger's database is away. */
class WaitingFiringsIT {

    private static final String FLOW = """
            [properties.export]
            source_dataset_id = "t"
            file_path = "{{root}}/out/t_{ts_nodash}.csv"
            """;

    private static final String FEED = """
            [input]
            primary_key = "id"
            [properties.change_feed]
            source_dataset_id = "t"
            """;

    private static final String EACH_SECOND = """
            [[triggers]]
            id = "each"
            type = "schedule"
            schedule = "* * * * * ?"
            """;

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(TestDatabases::postgres, "CREATE TABLE t AS SELECT 1 AS id");

    private WaybillComponent component;
    private String ledger;

    @BeforeEach
    void start() {
        String url = harness.database().getJdbcUrl();
        ledger = "ledger_" + url.replaceAll(".*/(\\w+).*", "$1");
        harness.context()
                .getPropertiesComponent()
                .addOverrideProperty("waybill.ledger.url", url.replaceAll("/\\w+(\\?|$)", "/" + ledger + "$1"));
        harness.context().getPropertiesComponent().addOverrideProperty("waybill.ledger.username", "postgres");
        harness.context().getPropertiesComponent().addOverrideProperty("waybill.ledger.connection-timeout-ms", "500");
        component = harness.component();
    }

    private static ConditionFactory soon() {
        return await();
    }

    private List<RunEntry> done() {
        return component.ledger().runs("t", Status.DONE, 1000);
    }

    @Test
    void eachFiringRunsInItsOrderWhenTheLedgerAnswersAgain() throws Exception {
        harness.load("t.toml", FLOW + EACH_SECOND);
        soon().until(() -> component.getWaitingFirings() >= 3);
        harness.context().getRouteController().stopRoute("t.trigger.each");
        int waiting = component.getWaitingFirings();
        assertThat(harness.file("out")).doesNotExist();
        assertThatThrownBy(() -> harness.run("t")) // somebody asks for it, and is told
                .isInstanceOf(LedgerAwayException.class)
                .hasMessageStartingWith("the ledger cannot be opened: ")
                .hasMessageContaining("\"" + ledger + "\" does not exist");

        TestDatabases.execute(harness.database(), "CREATE DATABASE " + ledger);

        soon().until(() -> component.getWaitingFirings() == 0);
        List<RunEntry> runs = done();
        assertThat(runs).hasSize(waiting);
        assertThat(runs.stream().map(run -> run.planned().logicalTime()).distinct())
                .hasSize(waiting);
        try (var files = Files.list(harness.file("out"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".csv"))).hasSize(waiting);
        }
    }

    @Test
    void aTimeOfATriggerThatCatchesUpWaitsAsWellAndRunsOnce() throws Exception {
        Instant soon = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        HeldClock clock = new HeldClock(soon.minusMillis(500));
        component.setClock(clock);
        harness.load(
                "t.toml",
                FLOW + "[[triggers]]\nid = \"each\"\ntype = \"once\"\nat = \"" + soon + "\"\ncatch_up = true\n");
        clock.letGo();
        soon().until(() -> component.getWaitingFirings() == 1);

        TestDatabases.execute(harness.database(), "CREATE DATABASE " + ledger);

        soon().until(() -> component.getWaitingFirings() == 0);
        ClockConsumer consumer =
                (ClockConsumer) harness.context().getRoute("t.trigger.each").getConsumer();
        soon().until(consumer::hasLookedBack); // who has asked in vain what was missed asks again
        assertThat(component.ledger().runs("t", null, 10))
                .extracting(run -> run.planned().logicalTime())
                .containsExactly(soon);
    }

    @Test
    void aRouteByHandThatAClockStartsWaitsAsWell() throws Exception {
        harness.load("t.toml", FLOW);
        harness.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("timer:once?repeatCount=1&delay=0").to("waybill:t");
            }
        });
        soon().until(() -> component.getWaitingFirings() == 1);

        TestDatabases.execute(harness.database(), "CREATE DATABASE " + ledger);

        soon().until(() -> done().size() == 1);
    }

    @Test
    void aFiringWhoseLedgerGoesAwayDuringItsRunRunsAgain() throws Exception {
        TestDatabases.execute(harness.database(), "CREATE DATABASE " + ledger);
        TestDatabases.execute(
                harness.database(),
                "CREATE TABLE gate (open boolean)",
                "CREATE FUNCTION slow() RETURNS integer LANGUAGE plpgsql AS 'BEGIN WHILE NOT EXISTS (SELECT FROM gate)"
                        + " LOOP PERFORM pg_sleep(0.02); END LOOP; RETURN 1; END'",
                "DROP TABLE t",
                "CREATE VIEW t AS SELECT n, CASE WHEN n = 20000 THEN slow() ELSE 0 END AS x"
                        + " FROM generate_series(1, 20000) n");
        component.ledger();
        harness.load("t.toml", FLOW);
        harness.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("timer:once?repeatCount=1&delay=0").to("direct:t");
            }
        });
        soon().until(() -> Files.isDirectory(harness.file("out/.waybill")));
        String connections = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + ledger + "'";
        TestDatabases.execute(harness.database(), "ALTER DATABASE " + ledger + " ALLOW_CONNECTIONS false", connections);

        TestDatabases.execute(harness.database(), "INSERT INTO gate VALUES (true)");

        soon().until(() -> component.getWaitingFirings() == 1);
        assertThat(harness.file("out")).isEmptyDirectory(); // the rows are read again, and what was staged is nobody's
        TestDatabases.execute(harness.database(), "ALTER DATABASE " + ledger + " ALLOW_CONNECTIONS true");
        // what the run has left is cleaned up after when its lease is over, which takes a minute
        soon().until(() -> component.ledger().runs("t", Status.RUNNING, 1).size() == 1);
        HikariDataSource inLedger = new HikariDataSource();
        try (inLedger) {
            inLedger.setJdbcUrl(harness.database().getJdbcUrl().replaceAll("/\\w+(\\?|$)", "/" + ledger + "$1"));
            inLedger.setUsername("postgres");
            TestDatabases.execute(inLedger, "UPDATE waybill_lock SET lease_until_ms = 0, lease_boot_ms = 0");
        }
        soon().until(() -> component.getWaitingFirings() == 0);
        assertThat(done()).hasSize(1);
        assertThat(component.ledger().runs("t", Status.INTERRUPTED, 10)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"x, 2", "xt_batch_id, 3"}) // which is read, and asked for by the plan
    void aRunThatBreaksItsDataSourceHasOneMoreAndTheNextTimesHaveTheirTurn(String column, int runs) throws Exception {
        TestDatabases.execute(
                harness.database(),
                "CREATE DATABASE " + ledger,
                "CREATE FUNCTION die() RETURNS integer LANGUAGE plpgsql AS"
                        + " 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN 1; END'",
                "DROP TABLE t",
                "CREATE VIEW t AS SELECT n, CASE WHEN n = 20000 THEN die() ELSE 0 END AS " + column
                        + " FROM generate_series(1, 20000) n");
        Instant soon = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        HeldClock clock = new HeldClock(soon.minusMillis(500));
        component.setClock(clock);
        harness.load(
                "t.toml",
                FLOW + "overlap = \"queue\"\n[[triggers]]\nid = \"x\"\ntype = \"once\"\nat = \"" + soon
                        + "\"\n[[triggers]]\nid = \"y\"\ntype = \"once\"\nat = \"" + soon.plusMillis(1500) + "\"\n");
        clock.letGo();

        soon().until(() -> component.ledger().runs("t", Status.FAILED, 10).size() == 2 * runs);

        soon().until(() -> component.getWaitingFirings() == 0);
        assertThat(component.ledger().runs("t", null, 10)).hasSize(2 * runs);
        assertThat(List.of(soon, soon.plusMillis(1500)))
                .allMatch(time -> component
                        .ledger()
                        .firings()
                        .isFired("t", new Due("t.trigger." + (time.equals(soon) ? "x" : "y"), time)));
    }

    @ParameterizedTest
    @ValueSource(strings = {FLOW, FEED})
    void aFiringWhoseDataSourceIsAwayRunsOnceWhenThatIsThereAgain(String flow) throws Exception {
        String source = harness.database().getJdbcUrl().replaceAll(".*/(\\w+).*", "$1");
        TestDatabases.execute(harness.database(), "CREATE DATABASE " + ledger);
        component.ledger();
        try (HikariDataSource elsewhere = new HikariDataSource();
                HikariDataSource impatient = new HikariDataSource()) {
            impatient.setJdbcUrl(harness.database().getJdbcUrl());
            impatient.setUsername("postgres");
            impatient.setConnectionTimeout(250);
            impatient.setInitializationFailTimeout(-1);
            harness.context().getRegistry().bind("db", impatient);
            elsewhere.setJdbcUrl(harness.database().getJdbcUrl().replaceAll("/\\w+(\\?|$)", "/" + ledger + "$1"));
            elsewhere.setUsername("postgres");
            TestDatabases.execute(
                    elsewhere,
                    "ALTER DATABASE " + source + " ALLOW_CONNECTIONS false",
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + source + "'");
            harness.load("t.toml", flow + EACH_SECOND);
            // the first is tried again after 1, 2, 4 seconds, the others come each second
            soon().until(() -> component.getWaitingFirings() >= 5);
            harness.context().getRouteController().stopRoute("t.trigger.each");
            int waiting = component.getWaitingFirings();
            assertThat(done()).isEmpty();
            assertThat(component.ledger().runs("t", Status.FAILED, 10))
                    .hasSizeLessThan(waiting) // the others wait behind them
                    .allSatisfy(run -> assertThat(run.error()).startsWith("data source db: "));

            TestDatabases.execute(elsewhere, "ALTER DATABASE " + source + " ALLOW_CONNECTIONS true");

            soon().until(() -> component.getWaitingFirings() == 0);
            assertThat(done()).hasSize(waiting);
            assertThat(done().stream().map(run -> run.planned().logicalTime()).distinct())
                    .hasSize(waiting);
        }
    }
}
