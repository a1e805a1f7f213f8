package io.waybill.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.flow.toml.FlowFolder;
import io.waybill.ledger.RunResult;
import io.waybill.route.FlowRoutesLoader;
import io.waybill.route.step.Planning;
import io.waybill.run.Plan;
import io.waybill.run.Planner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** By what several processes divide a table, on each kind of database. */
class SharedRangesIT {

    private static final String PER_RANGE = "snapshot = \"per_range\"\n";

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.overAny();

    private void over(HikariDataSource database, String... statements) throws Exception {
        harness.open(database, statements);
    }

    private void load(String keys) throws Exception {
        harness.load(
                "big.toml",
                "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"{{root}}/out/\"\nformat = \"csv\"\nprocesses = 2\n"
                        + keys);
    }

    private String reading() throws Exception {
        FlowFolder flows = FlowFolder.read(harness.folder(), FlowRoutesLoader.placeholders(harness.context()));
        Plan plan = Planning.of(harness.context(), flows.flows().get("big"), null)
                .plan(Planner.Request.look("r1", FlowHarness.NOW.atZone(ZoneOffset.UTC)));
        return plan.reading().words();
    }

    private List<String> exported() throws Exception {
        RunResult result = harness.run("big");
        assertThat(result.files()).hasSizeGreaterThan(1);
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(harness.file("out"))) {
            for (Path file : files.filter(file -> file.toString().endsWith(".csv"))
                    .sorted()
                    .toList()) {
                lines.addAll(Files.readAllLines(file)
                        .subList(1, Files.readAllLines(file).size()));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return lines;
    }

    @Test
    void postgresDividesByPagesInOneSnapshot() throws Exception {
        over(
                TestDatabases.postgres(),
                "CREATE TABLE t AS SELECT n AS id, repeat('x', 500) AS payload FROM generate_series(1, 400) n");
        load("columns = [\"id\"]\n");

        assertThat(reading())
                .isEqualTo(
                        "8 ranges, by COPY, over pages of the table, in one exported snapshot, by up to 2 processes of the ledger that share its staging folder");
        assertThat(exported()).hasSize(400).doesNotHaveDuplicates();
    }

    @Test
    void postgresDividesByTheKeyWhereEachRangeHasAMomentOfItsOwn() throws Exception {
        over(
                TestDatabases.postgres(),
                "CREATE TABLE t (id uuid PRIMARY KEY)",
                "INSERT INTO t SELECT gen_random_uuid() FROM generate_series(1, 400)",
                "ANALYZE t");
        load(PER_RANGE);

        assertThat(reading())
                .isEqualTo(
                        "8 ranges, by COPY, over ranges of id, bounds from a sample, each range in a snapshot of its own:"
                                + " rows that are written meanwhile may be there or not, by up to 2 processes of the ledger that share its staging folder");
        assertThat(exported()).hasSize(400).doesNotHaveDuplicates();
    }

    @Test
    void postgresDoesNotDivideByPagesThatChange() throws Exception {
        over(TestDatabases.postgres(), "CREATE TABLE t AS SELECT n AS id FROM generate_series(1, 9) n");
        load(PER_RANGE);

        assertThatThrownBy(this::reading)
                .hasMessage(
                        "processes: the rows cannot be divided among 2: the table has no primary key to divide it by");
    }

    @Test
    void aTableOfOnePageIsReadByOne() throws Exception {
        over(TestDatabases.postgres(), "CREATE TABLE t AS SELECT n AS id FROM generate_series(1, 9) n");
        load("");

        assertThat(reading()).isEqualTo("one reader, by COPY; processes = 2 is not used: the table has 1 page");
        assertThat(harness.run("big").rows()).isEqualTo(9);
    }

    @Test
    void mariaDbIsRefusedUnlessEachRangeMayHaveAMomentOfItsOwn() throws Exception {
        over(
                TestDatabases.mariadb(),
                "CREATE TABLE t (id VARCHAR(20) PRIMARY KEY)",
                "INSERT INTO t SELECT concat(seq MOD 7, '-größer-', seq) FROM seq_1_to_400");
        load("");

        assertThatThrownBy(this::reading)
                .hasMessage(
                        "snapshot: MariaDB has no snapshot that several processes can share, and processes = 2 asks for one;"
                                + " snapshot = \"per_range\" has each range read at a moment of its own, and rows that are written"
                                + " meanwhile be there or not");
        harness.loadAgain("big.toml", Files.readString(harness.file("big.toml")) + PER_RANGE);
        assertThat(reading())
                .startsWith("8 ranges, by JDBC, over ranges of id, bounds from a sample, each range in a snapshot");
        assertThat(exported()).hasSize(400).doesNotHaveDuplicates();
    }

    @Test
    void aDatabaseWithoutSamplesIsDividedByWholeNumbersAlone() throws Exception {
        over(
                TestDatabases.h2(),
                "CREATE TABLE t (id BIGINT PRIMARY KEY)",
                "INSERT INTO t SELECT x - 200 FROM system_range(1, 400)",
                "CREATE TABLE named (id VARCHAR(9) PRIMARY KEY)");
        load(PER_RANGE);

        assertThat(reading()).startsWith("8 ranges, by JDBC, over ranges of id, each range in a snapshot of its own");
        assertThat(exported()).hasSize(400).doesNotHaveDuplicates();
        harness.loadAgain("big.toml", Files.readString(harness.file("big.toml")).replace("\"t\"", "\"named\""));
        assertThatThrownBy(this::reading)
                .hasMessage(
                        "processes: the rows cannot be divided among 2: its key id is text, of which H2 is asked for no sample;"
                                + " whole numbers are divided without one");
    }

    @Test
    void privateKeysAreNotKeptInTheLedger() throws Exception {
        Files.createDirectories(harness.folder());
        over(
                TestDatabases.postgres(),
                "CREATE TABLE t (email text PRIMARY KEY, n int)",
                "INSERT INTO t SELECT 'somebody' || n || '@example.com', n FROM generate_series(1, 400) n",
                "ANALYZE t");
        load(PER_RANGE + "columns = [\"n\", \"email\"]\ntransform = [{ column = \"email\", method = \"mask\" }]\n");

        refusesPrivate();
        String masked = Files.readString(harness.file("big.toml"));
        harness.loadAgain("big.toml", masked.replace("columns = [\"n\", \"email\"]", "columns = [\"n\"]"));
        refusesPrivate();
        harness.loadAgain(
                "big.toml", masked.replace("columns = [\"n\", \"email\"]", "").replace("\"mask\"", "\"exclude\""));
        refusesPrivate();
    }

    private void refusesPrivate() {
        assertThatThrownBy(this::reading)
                .hasMessage(
                        "processes: the rows cannot be divided among 2: its key email is private, and the ledger would keep"
                                + " values of it as the bounds of ranges");
    }
}
