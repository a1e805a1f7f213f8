package io.waybill.route.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.TestLedgers;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.camel.builder.NotifyBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes, as it were, with the same flows, and one ledger on PostgreSQL. */
class TwoProcessesIT {

    private static final String FLOW = """
            [properties.export]
            source_dataset_id = "t"
            file_path = "{{root}}/out/t_{run_id}.csv"
            overlap = "queue"
            [[triggers]]
            id = "x"
            """;

    @TempDir
    private Path folder;

    private HikariDataSource database;
    private HikariDataSource ledger;
    private final List<FlowHarness> processes = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        database = TestDatabases.h2();
        TestDatabases.execute(database, "CREATE TABLE t AS SELECT 1 AS id");
        ledger = TestLedgers.postgres();
        for (String name : List.of("one", "other")) {
            FlowHarness process = new FlowHarness(Files.createDirectory(folder.resolve(name)), database, ledger);
            process.component().setClock(Clock.systemUTC());
            processes.add(process);
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (FlowHarness process : processes) {
            process.close();
        }
        ledger.close();
        database.close();
    }

    private List<NotifyBuilder> load(String trigger, int firings) throws Exception {
        List<NotifyBuilder> fired = new ArrayList<>();
        for (FlowHarness process : processes) {
            fired.add(new NotifyBuilder(process.context())
                    .fromRoute("t.trigger.x")
                    .whenDone(firings)
                    .create());
        }
        for (FlowHarness process : processes) {
            process.load("t.toml", FLOW + trigger);
        }
        return fired;
    }

    private List<RunEntry> runs() {
        return processes.get(0).ledger().runs("t", null, 100);
    }

    @Test
    void aTimeRunsOnceEvenWhereTheSecondWaitsForTheFirst() throws Exception {
        Instant soon = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        HeldClock clock = new HeldClock(soon.minusMillis(500));
        processes.forEach(process -> process.component().setClock(clock));
        List<NotifyBuilder> fired = load("type = \"once\"\nat = \"" + soon + "\"\n", 1);
        clock.letGo();

        assertThat(fired).allMatch(process -> process.matches(5, TimeUnit.MINUTES));
        await().until(() -> runs().stream().noneMatch(run -> run.status() == Status.RUNNING));
        assertThat(runs()).extracting(RunEntry::status).containsExactly(Status.DONE);
        assertThat(runs().get(0).planned().logicalTime()).isEqualTo(soon);
    }

    @Test
    void aTimeThatStillWaitsWhenItsProcessStopsIsTheOthers() throws Exception {
        Instant soon = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        HeldClock clock = new HeldClock(soon.minusMillis(500));
        processes.forEach(process -> process.component().setClock(clock));
        FlowHarness stopped = processes.get(0);
        FlowHarness other = processes.get(1);
        other.ledger().begin("t", "busy");
        load("type = \"once\"\nat = \"" + soon + "\"\n", 1);
        clock.letGo();
        await().until(() -> processes.stream()
                .allMatch(process -> process.context().getInflightRepository().size("t.trigger.x") == 1));

        stopped.context().getShutdownStrategy().setTimeout(1);
        stopped.context().stop();
        other.ledger().fail("busy", Status.FAILED, 0, "", null);

        await().until(() -> other.ledger().runs("t", Status.DONE, 10).size() == 1);
        assertThat(other.ledger().runs("t", Status.DONE, 10))
                .extracting(run -> run.planned().logicalTime())
                .containsExactly(soon);
    }

    @Test
    void eachTimeOfQuartzRunsOnce() throws Exception {
        List<NotifyBuilder> fired = load("type = \"schedule\"\nschedule = \"* * * * * ?\"\n", 4);

        assertThat(fired).allMatch(process -> process.matches(5, TimeUnit.MINUTES));
        await().until(() -> runs().size() >= 4);
        for (FlowHarness process : processes) {
            process.context().stop();
        }
        List<RunEntry> runs = new ArrayList<>();
        try (FlowHarness after = new FlowHarness(Files.createDirectory(folder.resolve("after")), database, ledger)) {
            runs.addAll(after.ledger().runs("t", null, 100));
        }
        assertThat(runs).hasSizeGreaterThanOrEqualTo(4);
        assertThat(runs.stream().map(run -> run.planned().logicalTime())).doesNotHaveDuplicates();
        assertThat(runs).extracting(RunEntry::status).containsOnly(Status.DONE);
    }
}
