package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.TestFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that ends while its database writes the files: nothing of them is seen, and the next run sweeps them. */
class PushdownKilledIT {

    @TempDir
    private Path work;

    @BeforeEach
    void makeFlow() throws Exception {
        Files.writeString(
                work.resolve("application.properties"), "waybill.datasource.db.url = jdbc:duckdb:data.duckdb\n");
        Files.createDirectory(work.resolve("routes"));
        for (String format : List.of("csv", "parquet")) {
            Files.writeString(
                    work.resolve("routes/" + format + ".toml"),
                    "[properties.export]\nsource_dataset_id = \"numbers\"\nfile_path = \"out/numbers." + format
                            + "\"\nengine = \"pushdown\"\n");
        }
    }

    private void numbers(String rows) throws SQLException {
        try (Connection database = DriverManager.getConnection("jdbc:duckdb:" + work.resolve("data.duckdb"));
                Statement statement = database.createStatement()) {
            statement.execute(
                    "CREATE OR REPLACE VIEW numbers AS SELECT i AS id, sha256(repeat(i::VARCHAR, 20)) AS hash FROM range("
                            + rows + ") r(i)");
        }
    }

    /** Bytes that the database has written so far. */
    private long staged() {
        Path staging = work.resolve("out/.waybill");
        if (!Files.isDirectory(staging)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(staging)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(PushdownKilledIT::size)
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }

    /** A command, with a driver that is not packaged. */
    private Process start(String... arguments) throws Exception {
        URL driver = Class.forName("org.duckdb.DuckDBDriver")
                .getProtectionDomain()
                .getCodeSource()
                .getLocation();
        List<String> command = Launcher.java(List.of(), Path.of(driver.toURI()), "io.waybill.cli.Main");
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .directory(work.toFile())
                .redirectOutput(work.resolve("out.txt").toFile())
                .redirectError(work.resolve("err.txt").toFile())
                .start();
    }

    private String run(String... arguments) throws Exception {
        int exit = Launcher.await(start(arguments));
        assertThat(exit).as(Files.readString(work.resolve("err.txt"))).isZero();
        return Files.readString(work.resolve("out.txt"));
    }

    /** More rows than anybody waits for. */
    private Process startEndless(String format) throws Exception {
        numbers("1000000000");
        Process process = start("run", format);
        await().until(() -> staged() > 0 || !process.isAlive());
        assertThat(process.isAlive())
                .as(Files.readString(work.resolve("err.txt")))
                .isTrue();
        return process;
    }

    private void assertThatOnlyTheNextRunIsSeen(String format) throws Exception {
        numbers("10");
        run("run", format);
        assertThat(TestFiles.below(work.resolve("out")))
                .containsExactlyInAnyOrder("numbers." + format, "numbers." + format + ".waybill.json");
        assertThat(work.resolve("out/.waybill")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"csv", "parquet"})
    void nothingIsSeenOfWhatWasWrittenBeforeAKill(String format) throws Exception {
        Process process = startEndless(format);
        process.destroyForcibly().waitFor();

        assertThat(work.resolve("out/numbers." + format)).doesNotExist();
        assertThatOnlyTheNextRunIsSeen(format);
        assertThat(run("history", format)).contains("interrupted", "done");
    }

    @ParameterizedTest
    @ValueSource(strings = {"csv"})
    void aProcessThatIsToStopStopsTheDatabase(String format) throws Exception {
        Process process = startEndless(format);
        process.destroy();
        process.waitFor();

        assertThat(Files.readString(work.resolve("err.txt")))
                .containsAnyOf(
                        "the run was interrupted while the database wrote its files",
                        "it has not stopped within 10 s; the next run cleans up after it"); // where the machine is that
        // busy
        assertThatOnlyTheNextRunIsSeen(format);
    }
}
