package io.waybill.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A value that its type does not hold fails the run; it never becomes another value. */
class NarrowingIT {

    @TempDir
    private Path folder;

    private final List<Supplier<HikariDataSource>> databases =
            List.of(TestDatabases::postgres, TestDatabases::h2, () -> TestDatabases.duckdb(folder));

    private List<String> export(FlowHarness harness, String declared, String name, String keys) throws Exception {
        Files.writeString(
                folder.resolve("datasets.toml"),
                "[[dataset]]\nid = \"t\"\ntable = \"t\"\ncolumns = [{ name = \"v\", type = \"" + declared + "\" }]\n");
        harness.export("source_dataset_id = \"t\"\nfile_path = \"{{root}}/" + name + "\"\norder_by = \"id\"\n" + keys);
        return Files.readAllLines(folder.resolve(name), java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    /** Found, declared, what goes out, a value that does not, and the message. */
    private static final String[][] CASES = {
        {"numeric(20,3)", "integer", "7.000", "7", "1.5", "1.500 does not fit integer"},
        {"numeric(20,3)", "smallint", "-32768", "-32768", "32768.5", "32768.500 does not fit smallint"},
        {"bigint", "smallint", "7", "7", "70000", "70000 does not fit smallint"},
        {"bigint", "boolean", "1", "true", "5", "5 does not fit boolean"},
        {"double precision", "bigint", "1e15", "1000000000000000", "0.5", "0.5 does not fit bigint"},
        {"double precision", "integer", "-3", "-3", "'NaN'", "NaN does not fit integer"},
        {"double precision", "real", "0.1", "0.1", "1e300", "1000000000000000000000000000000000000000000000"},
        {"double precision", "decimal(5,2)", "1.25", "1.25", "1.255", "1.255 does not fit decimal(5,2)"},
        {
            "numeric(30,10)",
            "decimal(9,2)",
            "1.5",
            "1.50",
            "98765432101.25",
            "98765432101.2500000000 does not fit decimal(9,2)"
        },
        {"numeric(30,10)", "double", "0.3333333333", "0.3333333333", null, null},
        {"varchar(9)", "integer", "'7'", "7", "'7.5'", "7.5 does not fit integer"},
        {"varchar(9)", "boolean", "'yes'", "true", "'2'", "the text \"2\" is no boolean"},
        {"varchar(9)", "double", "' -0'", "-0", "'1e400'", "1e400 does not fit double"},
        {"varchar(9)", "real", "'0.1'", "0.1", "'1d'", "the text \"1d\" is no real"},
        {"char(9)", "bigint", "'1e3'", "1000", "''", "the text \""},
        {
            "varchar(12)",
            "date",
            "'1582-10-10'",
            "1582-10-10",
            "'2026-1-5'",
            "the text \"2026-1-5\" is not a date in ISO 8601"
        },
        {"varchar(9)", "time", "'25:00:00'", "25:00:00", "'10:61:00'", "\"10:61:00\" is not a time"},
        {
            "varchar(40)",
            "timestamp",
            "'2026-03-29 02:30:00'",
            "2026-03-29T02:30:00",
            "'2026-03-29 02:30:00+02'",
            "the text"
        },
        {
            "varchar(40)",
            "timestamptz",
            "'2026-03-29 02:30:00.5+02'",
            "2026-03-29T00:30:00.5Z",
            "'2026-03-29 02:30:00'",
            "\"2026-03-29 02:30:00\" has no zone"
        },
        {
            "varchar(40)",
            "uuid",
            "'123E4567-E89B-12D3-A456-426614174000'",
            "123e4567-e89b-12d3-a456-426614174000",
            "'1-1-1-1-1'",
            "the text \"1-1-1-1-1\" is no uuid"
        },
        {
            "timestamp",
            "date",
            "'2026-01-15 00:00:00'",
            "2026-01-15",
            "'2026-01-15 10:00:00'",
            "the value has a time of day, which date has not"
        },
        {"date", "timestamp", "'1582-10-10'", "1582-10-10T00:00:00", null, null},
        {"timestamp", "timestamptz", "'2026-03-29 02:30:00'", "2026-03-29T02:30:00Z", null, null},
        {"timestamp with time zone", "timestamp", "'2026-03-29 02:30:00+02'", "2026-03-29T00:30:00", null, null},
    };

    @Test
    void aDeclaredTypeTakesWhatItHoldsAndRefusesTheRest() throws Exception {
        for (Supplier<HikariDataSource> each : databases) {
            try (HikariDataSource database = each.get();
                    FlowHarness harness = new FlowHarness(folder, database)) {
                for (String[] c : CASES) {
                    TestDatabases.execute(
                            database,
                            "DROP TABLE IF EXISTS t",
                            "CREATE TABLE t (id integer, v " + c[0] + ")",
                            "INSERT INTO t VALUES (1, " + c[2] + "), (2, NULL)");
                    assertThat(export(harness, c[1], "t.csv", "")).containsExactly("id,v", "1," + c[3], "2,");
                    if (c[4] != null) {
                        TestDatabases.execute(database, "INSERT INTO t VALUES (3, " + c[4] + ")");
                        assertThatThrownBy(() -> export(harness, c[1], "t.csv", ""))
                                .as("%s declared as %s, %s", c[0], c[1], database.getJdbcUrl())
                                .hasMessageStartingWith("row 3, column \"v\": " + c[5]);
                    }
                }
            }
        }
    }

    @Test
    void aTimestampBeyondTheRangeNamesRowColumnAndLimit() throws Exception {
        try (HikariDataSource database = TestDatabases.postgres();
                FlowHarness harness = new FlowHarness(folder, database)) {
            TestDatabases.execute(
                    database,
                    "CREATE TABLE t (id integer, ts timestamp, tz timestamptz)",
                    "INSERT INTO t VALUES (1, NULL, NULL), (2, NULL, '294276-12-31 23:59:59+00')");
            for (String reader : List.of("copy", "jdbc")) {
                String keys =
                        "source_dataset_id = \"t\"\nfile_path = \"{{root}}/t.csv\"\norder_by = \"id\"\nreader = \""
                                + reader + "\"\n";
                assertThatThrownBy(() -> harness.export(keys))
                        .hasMessage(
                                "row 2, column \"tz\": +294276-12-31T23:59:59 is beyond what a timestamp reaches here, the"
                                        + " years -290308 to 294247 (64 bits of microseconds); declare the column as type = \"text\" in"
                                        + " datasets.toml, or filter such rows out");
            }
            String declared =
                    "[[dataset]]\nid = \"t\"\ntable = \"t\"\ncolumns = [{ name = \"tz\", type = \"text\" }]\n";
            Files.writeString(folder.resolve("datasets.toml"), declared);
            harness.export("source_dataset_id = \"t\"\nfile_path = \"{{root}}/t.csv\"\norder_by = \"id\"\n");
            assertThat(folder.resolve("t.csv")).content().contains("294276-12-31 23:59:59");
        }
    }
}
