package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.TestFiles;
import io.waybill.servers.SftpServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Releases that are killed: whatever they have come to, every row goes out once. */
class KilledReleaseIT {

    private static final int ROUNDS = 3;
    private static final int ROWS = 40;

    /** All that is done but the releases that are killed. */
    @RegisterExtension
    private static final Commands COMMANDS = Commands.inNewFolder();

    private final Path work = COMMANDS.folder();
    private final Random random = new Random(7);

    private List<String> statuses() throws Exception {
        return new ObjectMapper()
                .readTree(COMMANDS.run("history", "--json").out())
                .get("runs")
                .findValuesAsText("status");
    }

    private String status(String id) throws Exception {
        return new ObjectMapper()
                .readTree(COMMANDS.run("show", id, "--json").out())
                .get("status")
                .asText();
    }

    private void write(String url, Map<String, String> connection, String path) throws Exception {
        Files.writeString(
                work.resolve("application.properties"),
                "waybill.datasource.db.url = " + url + "\nwaybill.datasource.db.username = postgres\n"
                        + connection.entrySet().stream()
                                .map(setting -> setting.getKey() + " = " + setting.getValue() + "\n")
                                .collect(Collectors.joining()));
        Files.createDirectory(work.resolve("routes"));
        Files.writeString(
                work.resolve("routes/datasets.toml"), "[[dataset]]\nid = \"t\"\ntable = \"t\"\nwatermark = \"id\"\n");
        Files.writeString(
                work.resolve("routes/t.toml"),
                "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"" + path + "\"\n"
                        + (connection.isEmpty() ? "" : "connection = \"there\"\n")
                        + "since_last_export = true\nmax_rows_per_file = 5\n"
                        + "[[properties.export.expect]]\nmax_rows = 1\n");
    }

    @Test
    void toAFolderOfThisMachine() throws Exception {
        try (HikariDataSource source = TestDatabases.postgres()) {
            write(source.getJdbcUrl(), Map.of(), "out/t_{run_id}_{part}.csv");
            assertEachRowGoesOutOnce(source);
        }
    }

    @Test
    void toAnotherMachine() throws Exception {
        try (HikariDataSource source = TestDatabases.postgres();
                SftpServer server = SftpServer.start(work.resolve("out"))) {
            write(source.getJdbcUrl(), server.connection("there"), "sftp:t_{run_id}_{part}.csv");
            assertEachRowGoesOutOnce(source);
        }
    }

    private void assertEachRowGoesOutOnce(HikariDataSource source) throws Exception {
        TestDatabases.execute(source, "CREATE TABLE t (id bigserial PRIMARY KEY, v int)");
        int killed = 0;
        long millis = 0;
        int rounds = 0;
        while (rounds < ROUNDS || killed == 0) {
            TestDatabases.execute(source, "INSERT INTO t (v) SELECT n FROM generate_series(1, " + ROWS + ") n");
            Launcher.Ended run = COMMANDS.run("run", "t", "--json");
            assertThat(run.exitCode()).isEqualTo(4);
            String id = new ObjectMapper().readTree(run.out()).get("run_id").asText();
            long began = System.nanoTime();
            Process release = start(id);
            if (millis > 0 && !release.waitFor(millis / 2 + random.nextInt((int) millis / 2), TimeUnit.MILLISECONDS)) {
                release.destroyForcibly().waitFor();
                killed++;
            } else {
                release.waitFor();
                millis = (System.nanoTime() - began) / 1_000_000; // as long as one takes now
            }
            goOn(id);
            rounds++;
        }

        assertThat(statuses()).hasSize(rounds).containsOnly("done");
        List<String> rows = new ArrayList<>();
        for (String name : TestFiles.below(work.resolve("out"))) {
            if (name.endsWith(".csv")) {
                List<String> lines = Files.readAllLines(work.resolve("out").resolve(name));
                lines.stream().skip(1).map(line -> line.split(",")[0]).forEach(rows::add);
            }
        }
        assertThat(rows)
                .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, rounds * ROWS)
                        .mapToObj(Integer::toString)
                        .toList());
        assertThat(TestFiles.below(work.resolve("out")))
                .filteredOn(name -> name.contains(".waybill-"))
                .isEmpty();
        assertThat(TestFiles.below(work.resolve("data/dead-letter"))).isEmpty();
        assertThat(TestFiles.below(work.resolve("data/staging"))).isEmpty();
    }

    private Process start(String id) throws Exception {
        Path log = work.resolve("release.txt");
        return Launcher.in(work).start(log, log, "release", id, "--reason", "known");
    }

    /** What a person does, who does not know how far it came. */
    private void goOn(String id) throws Exception {
        Launcher.Ended again = COMMANDS.run("release", id, "--reason", "known");
        if (again.exitCode() != 0 && !status(id).equals("done")) {
            assertThat(again.err())
                    .isEqualTo("error: run " + id + " is not quarantined: it is interrupted; waybill redrive " + id
                            + " delivers its files\n");
            Launcher.Ended redriven = COMMANDS.run("redrive", id);
            assertThat(redriven.exitCode()).as(redriven.err()).isZero();
        }
    }
}
