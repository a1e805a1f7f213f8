package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.TestDatabases;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written, and what is printed, is the same on every machine, whatever its locale, time zone and charset are. */
class MachineDefaultsIT {

    private static final List<String> USUAL =
            List.of("-Duser.language=en", "-Duser.country=US", "-Duser.timezone=UTC", "-Dfile.encoding=UTF-8");

    /** Digits, calendars and letters of their own; a date ahead of UTC; and charsets that lack most characters. */
    private static final List<List<String>> OTHERS = List.of(
            List.of(
                    "-Duser.language=ar",
                    "-Duser.country=EG",
                    "-Duser.timezone=Pacific/Kiritimati",
                    "-Dfile.encoding=ISO-8859-1"),
            List.of(
                    "-Duser.language=th",
                    "-Duser.country=TH",
                    "-Duser.extensions=u-ca-buddhist-nu-thai",
                    "-Duser.timezone=America/St_Johns",
                    "-Dfile.encoding=US-ASCII"),
            List.of(
                    "-Duser.language=tr",
                    "-Duser.country=TR",
                    "-Duser.timezone=Asia/Kathmandu",
                    "-Dfile.encoding=UTF-16"));

    @TempDir
    private Path folder;

    private Path work(String name) throws IOException {
        Path work =
                Files.createDirectories(folder.resolve(name).resolve("routes")).getParent();
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:" + work.resolve("data"));
        database.setUser("sa");
        fill(database);
        Files.writeString(
                work.resolve("application.properties"),
                "waybill.datasource.db.url = jdbc:h2:" + work.resolve("data")
                        + "\nwaybill.datasource.db.username = sa\n");
        Files.writeString(work.resolve("routes/titles.toml"), """
                name = "Grüße"
                [properties.export]
                source_dataset_id = "TITLES"
                file_path = "out/{ds}/{year}-{month}/"
                format = "csv"
                filters = [{ column = "NAME", op = "!=", value = "İstanbul" }]
                order_by = ["ID"]
                max_rows_per_file = 2
                exporter_config = { date_format = "EEEE d MMMM uuuu", timestamp_format = "EEE uuuu-MM-dd HH:mm" }
                """);
        return work;
    }

    private static void fill(DataSource database) {
        TestDatabases.execute(
                database,
                "CREATE TABLE titles (id INTEGER, name VARCHAR, n NUMERIC(9,2), d DATE, ts TIMESTAMP,"
                        + " tz TIMESTAMP WITH TIME ZONE, a DATE ARRAY)",
                "INSERT INTO titles VALUES (1, 'TITLE Iı', 1234567.5, DATE '2026-01-15', TIMESTAMP '2026-03-29 02:30:00',"
                        + " TIMESTAMP WITH TIME ZONE '2026-01-15 23:30:00-05', ARRAY[DATE '2026-01-15']),"
                        + " (2, 'Grüße 李小龍', -1, DATE '1582-10-10', NULL, NULL, NULL), (3, 'x', 0, NULL, NULL, NULL, NULL)");
    }

    private static String java(Path work, List<String> machine, String... arguments) throws Exception {
        List<String> command = Launcher.java(machine, null, "io.waybill.cli.Main");
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile(work, "output", ".txt");
        // how far a run has come, and what libraries say of a busy machine, is not what it prints
        Path told = Files.createTempFile(work, "told", ".txt");
        Process process = new ProcessBuilder(command)
                .directory(work.toFile())
                .redirectError(told.toFile())
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(told, StandardCharsets.ISO_8859_1))
                .isZero();
        return masked(Files.readString(output, StandardCharsets.UTF_8));
    }

    /** What each run has of its own: its id, and its times, in ASCII digits. */
    private static String masked(String text) {
        return text.replaceAll("\\b\\d{8}T\\d{6}-[0-9a-f]{6}\\b", "<run>")
                .replaceAll("\\b\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z", "<time>")
                .replaceAll("\\b[\\d.]+ s\\b", "<took>");
    }

    private static Map<String, String> files(Path work) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(work.resolve("out"))) {
            walk.filter(Files::isRegularFile).forEach(file -> {
                try {
                    files.put(work.relativize(file).toString(), masked(Files.readString(file)));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        return files;
    }

    private record Seen(Map<String, String> files, String run, String history) {}

    private Seen export(String name, List<String> machine) throws Exception {
        Path work = work(name);
        String run = java(work, machine, "run", "titles", "--date", "2026-01-15T23:30:00Z");
        return new Seen(files(work), run, java(work, machine, "history"));
    }

    @Test
    void filesWaybillsAndPrintedTextDoNotDependOnTheMachine() throws Exception {
        Seen usual = export("usual", USUAL);

        assertThat(usual.files().get("out/2026-01-15/2026-01/part-00000.csv"))
                .contains("1,TITLE Iı,1234567.50,Thu 15 Jan 2026")
                .contains("Fri 2026-01-16 04:30");
        assertThat(usual.files()).hasSize(3);
        assertThat(usual.history()).contains("<run>", "<time>");
        for (List<String> machine : OTHERS) {
            assertThat(export(machine.get(0).replaceAll(".*=", ""), machine))
                    .as(machine.toString())
                    .isEqualTo(usual);
        }
    }
}
