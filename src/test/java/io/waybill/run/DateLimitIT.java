package io.waybill.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.ledger.RunResult;
import io.waybill.route.RouteYaml;
import io.waybill.route.WaybillConstants;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The days whose rows a flow lets leave, on each database, whatever zone the flow is in. */
class DateLimitIT {

    @TempDir
    private Path folder;

    private FlowHarness dated(HikariDataSource database, String local, String instant) {
        TestDatabases.execute(
                database, "CREATE TABLE dated (id INTEGER PRIMARY KEY, d DATE, l " + local + ", i " + instant + ")");
        List<String> times = List.of("2025-12-31 23:59:59", "2026-01-01 00:00:00", "2026-01-15 12:00:00");
        for (String time : times) {
            long seconds = LocalDateTime.parse(time.replace(' ', 'T')).toEpochSecond(ZoneOffset.UTC);
            TestDatabases.execute(
                    database,
                    "INSERT INTO dated VALUES (" + (times.indexOf(time) + 1) + ", DATE '" + time.substring(0, 10)
                            + "', '"
                            + time + "', "
                            + (instant.endsWith("NULL")
                                    ? "FROM_UNIXTIME(" + seconds + ")"
                                    : "TIMESTAMP WITH TIME ZONE '" + time + "+00:00'")
                            + ")");
        }
        TestDatabases.execute(database, "INSERT INTO dated (id) VALUES (9)");
        return new FlowHarness(folder, database);
    }

    @ParameterizedTest
    @CsvSource({
        "h2, TIMESTAMP(6), TIMESTAMP(6) WITH TIME ZONE",
        "postgresql, timestamp, timestamptz",
        "mariadb, DATETIME(6), TIMESTAMP(6) NULL"
    })
    void rowsOfEarlierDaysOfUtcDoNotLeave(String product, String local, String instant) throws Exception {
        try (HikariDataSource database = TestDatabases.of(product);
                FlowHarness harness = dated(database, local, instant)) {
            int flow = 0;
            for (String column : List.of("d", "l", "i")) {
                for (String zone : List.of("UTC", "Asia/Tokyo", "America/New_York")) {
                    for (String limit : List.of("not_before = \"2026-01-01\"", "last_days = 14")) {
                        Files.writeString(
                                harness.file("datasets.toml"),
                                "[[dataset]]\nid = \"dated\"\ntable = \"dated\"\ntime = \"" + column + "\"\n");
                        String id = "f" + ++flow;
                        harness.load(
                                id + ".toml",
                                "[properties.export]\nsource_dataset_id = \"dated\"\ncolumns = [\"id\"]\norder_by = \"id\"\n"
                                        + "file_path = \"{{root}}/out/{run_id}.csv\"\n" + limit
                                        + "\n[[triggers]]\ntype = \"manual\"\ntimezone = \"" + zone + "\"\n");
                        assertThat(ids(harness.run(id)))
                                .as(product + " " + column + " " + zone + " " + limit)
                                .containsExactly("2", "3");
                        assertThat(ids(harness.run(
                                        id,
                                        Map.of(
                                                WaybillConstants.FROM, "2020-01-01",
                                                WaybillConstants.TO, "2026-01-10",
                                                WaybillConstants.COLUMN, column))))
                                .as("a backfill")
                                .containsExactly("2");
                        assertThat(new RouteYaml(harness.context())
                                        .print(
                                                harness.flows().flows().get(id),
                                                harness.flows()
                                                        .dataSetOf(harness.flows()
                                                                .flows()
                                                                .get(id))
                                                        .orElseThrow()))
                                .as("a printed route has the limit too")
                                .contains(limit.startsWith("not") ? "notBefore: 2026-01-01" : "lastDays: 14");
                    }
                }
            }
        }
    }

    private static List<String> ids(RunResult result) throws Exception {
        List<String> lines = Files.readAllLines(Path.of(result.files().get(0).name()));
        return lines.subList(1, lines.size());
    }
}
