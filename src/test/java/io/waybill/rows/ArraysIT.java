package io.waybill.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An array's element is the same value as a column of its type has, whoever reads it and whatever writes it. */
class ArraysIT {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.overAny();

    private List<String> export(String name, String keys) throws Exception {
        harness.export("source_dataset_id = \"t\"\nfile_path = \"{{root}}/" + name + "\"\n" + keys);
        return Files.readAllLines(harness.file(name));
    }

    /** A type of elements, and values in the database's SQL. */
    private record Elements(String type, String... values) {}

    private static final List<Elements> POSTGRES = List.of(
            new Elements("boolean", "true", "false"),
            new Elements("smallint", "-32768", "32767"),
            new Elements("integer", "-2147483648", "7"),
            new Elements("bigint", "-9223372036854775808", "9223372036854775807"),
            new Elements("oid", "4294967295"),
            new Elements("real", "'0.1'", "'3.4028235e38'", "'NaN'", "'-Infinity'", "'-0'"),
            new Elements("double precision", "'0.1'", "'5e-324'", "'1e22'", "'NaN'", "'Infinity'"),
            new Elements(
                    "numeric",
                    "'NaN'",
                    "1.50",
                    "1e40",
                    "'-Infinity'",
                    "-0.0000000001",
                    "123456789012345678901234567890"),
            new Elements("numeric(12,3)", "1.5", "'NaN'"),
            new Elements("money", "1234.5", "-3"),
            new Elements("text", "''", "'NULL'", "'null'", "'a,\"b\"{}\\'", "E'tab\\tbell\\b\\n\\u0001'", "'Grüße 📦'"),
            new Elements("varchar(9)", "' x '"),
            new Elements("char(5)", "'ab'"),
            new Elements("name", "'n'"),
            new Elements("uuid", "'00000000-0000-0000-0000-0000000000ff'"),
            new Elements("bytea", "'\\x00ff7f'", "''"),
            new Elements("json", "'{\"a\": [1, 2.50]}'", "'\"x\"'"),
            new Elements("jsonb", "'{\"a\": [1, 2.50]}'", "'[]'", "'7'"),
            new Elements(
                    "date",
                    "'2026-01-15'",
                    "'0044-03-15 BC'",
                    "'1582-10-10'",
                    "'infinity'",
                    "'-infinity'",
                    "'20000-01-01'"),
            new Elements("time", "'10:00'", "'23:59:59.123456'", "'24:00'"),
            new Elements("timetz", "'10:00:00.5+02'", "'24:00-08:30'"),
            new Elements(
                    "timestamp",
                    "'2026-01-15 10:00'",
                    "'2026-01-15 10:00:01.000001'",
                    "'0044-03-15 12:00 BC'",
                    "'1582-10-10 00:00'",
                    "'infinity'",
                    "'-infinity'",
                    "'294246-12-31 23:59:59'"),
            new Elements(
                    "timestamptz",
                    "'2026-10-25 02:30+02'",
                    "'0044-03-15 12:00+00 BC'",
                    "'1582-10-10 00:00+00'",
                    "'infinity'",
                    "'-infinity'",
                    "'1883-11-18 12:00:00.123456+00'"),
            new Elements("interval", "'1 year 2 days 03:04:05.6'"),
            new Elements("bit(3)", "B'101'", "B'011'"),
            new Elements("bit", "B'1'"),
            new Elements("varbit", "B'10110'", "B''"),
            new Elements("inet", "'192.168.0.1'", "'10.0.0.0/8'", "'::1'"),
            new Elements("cidr", "'10.0.0.0/8'"),
            new Elements("macaddr", "'08:00:2b:01:02:03'"),
            new Elements("point", "'(1,2.5)'"),
            new Elements("box", "'(2,2),(1,1)'"),
            new Elements("int4range", "'[1,5)'"),
            new Elements("tsvector", "'a b'"),
            new Elements("xml", "'<a b=\"c\"/>'"),
            new Elements("mood", "'sad'", "'it''s'"),
            new Elements("other.mood", "'elsewhere'"),
            new Elements("_mood_", "'odd'"),
            new Elements("positive", "1", "2147483647"),
            new Elements("very_positive", "11"),
            new Elements("birthday", "'0044-03-15 BC'", "'infinity'"),
            new Elements("pair", "ROW(1, NULL)::pair"),
            new Elements("\"Odd Type\"", "'x'"));

    private void createTypes() {
        TestDatabases.execute(
                harness.database(),
                "CREATE SCHEMA other",
                "CREATE TYPE mood AS ENUM ('sad', 'it''s')",
                "CREATE TYPE other.mood AS ENUM ('elsewhere')",
                "CREATE TYPE _mood_ AS ENUM ('odd')",
                "CREATE TYPE \"Odd Type\" AS ENUM ('x')",
                "CREATE TYPE pair AS (a integer, b text)",
                "CREATE DOMAIN positive AS integer CHECK (VALUE > 0)",
                "CREATE DOMAIN very_positive AS positive CHECK (VALUE > 10)",
                "CREATE DOMAIN birthday AS date");
    }

    /** Each type as two columns: a value, and beside it an array of that value and NULL. */
    private void createTable(List<Elements> types) {
        StringBuilder columns = new StringBuilder("id integer");
        for (int i = 0; i < types.size(); i++) {
            String type = types.get(i).type();
            columns.append(", s" + i + " " + type + ", a" + i + " " + type).append(" ARRAY");
        }
        TestDatabases.execute(harness.database(), "CREATE TABLE t (" + columns + ")");
        int rows = types.stream().mapToInt(type -> type.values().length).max().orElseThrow() + 1;
        for (int row = 0; row < rows; row++) {
            StringBuilder values = new StringBuilder().append(row);
            for (Elements type : types) {
                String value = row < type.values().length ? type.values()[row] : "NULL";
                values.append(", " + value + ", CAST(ARRAY[" + value + ", NULL] AS " + type.type() + " ARRAY)");
            }
            TestDatabases.execute(harness.database(), "INSERT INTO t VALUES (" + values + ")");
        }
    }

    private static void assertEachElementIsItsScalar(List<String> lines, List<Elements> types) {
        SoftAssertions softly = new SoftAssertions();
        for (String line : lines) {
            for (int i = 0; i < types.size(); i++) {
                int array = line.indexOf(",\"a" + i + "\":");
                String scalar =
                        line.substring(line.indexOf(",\"s" + i + "\":"), array).replaceFirst(".*?:", "");
                String next = i + 1 < types.size() ? ",\"s" + (i + 1) + "\":" : "}";
                softly.assertThat(line.substring(array).replaceFirst(".*?:", ""))
                        .as(types.get(i).type())
                        .startsWith("[" + scalar + ",null]" + next);
            }
        }
        softly.assertAll();
    }

    @Test
    void anElementOfPostgresqlIsWrittenAsTheScalarOfItsTypeByBothReaders() throws Exception {
        harness.open(TestDatabases.postgres());
        createTypes();
        createTable(POSTGRES);

        List<String> jdbc = export("jdbc.jsonl", "reader = \"jdbc\"\norder_by = \"id\"\n");

        assertEachElementIsItsScalar(jdbc, POSTGRES);
        List<String> copied = new ArrayList<>();
        List<Elements> types = POSTGRES;
        for (int i = 0; i < types.size(); i++) {
            if (COPIED.contains(types.get(i).type())) {
                copied.add("\"s" + i + "\", \"a" + i + "\"");
            }
        }
        for (String format : List.of("jsonl", "csv")) {
            String keys = "order_by = \"id\"\ncolumns = [\"id\", " + String.join(", ", copied) + "]\n";
            assertThat(export("copy." + format, "reader = \"copy\"\n" + keys))
                    .isEqualTo(export("jdbc." + format, "reader = \"jdbc\"\n" + keys));
        }
    }

    /** The types of arrays that COPY reads; the others are read by JDBC. */
    private static final List<String> COPIED = List.of(
            "boolean",
            "smallint",
            "integer",
            "bigint",
            "oid",
            "real",
            "double precision",
            "numeric",
            "numeric(12,3)",
            "text",
            "varchar(9)",
            "char(5)",
            "name",
            "uuid",
            "bytea",
            "json",
            "jsonb",
            "date",
            "time",
            "timestamp",
            "timestamptz");

    @Test
    void dimensionsAreNestedAndBoundsAreLeftOut() throws Exception {
        harness.open(TestDatabases.postgres());
        TestDatabases.execute(
                harness.database(),
                "CREATE DOMAIN tags AS text[]",
                "CREATE TABLE t (id integer, i integer[], d date[], m money[], g tags)",
                """
                INSERT INTO t VALUES
                (1, '{}', '{}', '{}', '{}'),
                (2, '[2:3]={1,NULL}', '[0:0]={infinity}', '[-1:0]={1,2}', '{a,NULL}'),
                (3, '{{1,2},{3,NULL}}', '{{2026-01-01},{0044-03-15 BC}}', '{{1},{2}}', '{{a},{b}}'),
                (4, '[0:1][5:5][1:2]={{{1,2}},{{3,4}}}', NULL, '{{{1}},{{2}}}', NULL)""");

        List<String> jdbc = export("jdbc.jsonl", "reader = \"jdbc\"\norder_by = \"id\"\n");

        assertThat(jdbc)
                .containsExactly(
                        "{\"id\":1,\"i\":[],\"d\":[],\"m\":[],\"g\":[]}",
                        "{\"id\":2,\"i\":[1,null],\"d\":[\"infinity\"],\"m\":[\"$1.00\",\"$2.00\"],\"g\":[\"a\",null]}",
                        "{\"id\":3,\"i\":[[1,2],[3,null]],\"d\":[[\"2026-01-01\"],[\"-0043-03-15\"]],\"m\":[[\"$1.00\"],[\"$2.00\"]],"
                                + "\"g\":[[\"a\"],[\"b\"]]}",
                        "{\"id\":4,\"i\":[[[1,2]],[[3,4]]],\"d\":null,\"m\":[[[\"$1.00\"]],[[\"$2.00\"]]],\"g\":null}");
        assertThat(export("copy.jsonl", "reader = \"copy\"\nexclude_columns = [\"m\"]\norder_by = \"id\"\n"))
                .isEqualTo(export("jdbc.jsonl", "reader = \"jdbc\"\nexclude_columns = [\"m\"]\norder_by = \"id\"\n"));
    }

    private static final List<Elements> H2 = List.of(
            new Elements("BOOLEAN", "TRUE", "FALSE"),
            new Elements("TINYINT", "-128"),
            new Elements("SMALLINT", "-32768"),
            new Elements("INTEGER", "-2147483648"),
            new Elements("BIGINT", "9223372036854775807"),
            new Elements("REAL", "'0.1'", "'NaN'"),
            new Elements("DOUBLE PRECISION", "'1e7'", "'-Infinity'"),
            new Elements("NUMERIC(12, 3)", "1.5", "-0.001"),
            new Elements("DECFLOAT(40)", "1.5E+30"),
            new Elements("VARCHAR(20)", "''", "'a \"b\"'"),
            new Elements("CHAR(5)", "'ab'"),
            new Elements("CLOB", "'long'"),
            new Elements("VARBINARY(9)", "X'00ff'"),
            new Elements("BLOB", "X'80'"),
            new Elements("DATE", "DATE '1582-10-10'", "DATE '-0044-03-15'"),
            new Elements("TIME(9)", "TIME '23:59:59.123456789'", "TIME '10:00:00'"),
            new Elements("TIME", "TIME '10:00:00'"),
            new Elements("TIME(3) WITH TIME ZONE", "TIME WITH TIME ZONE '10:00:00+02'"),
            new Elements("TIMESTAMP", "TIMESTAMP '2026-01-15 10:00:00'", "TIMESTAMP '1582-10-10 00:00:00'"),
            new Elements("TIMESTAMP(9)", "TIMESTAMP '2026-01-15 10:00:00.123456789'"),
            new Elements("TIMESTAMP(0)", "TIMESTAMP '2026-01-15 10:00:00'"),
            new Elements(
                    "TIMESTAMP(9) WITH TIME ZONE",
                    "TIMESTAMP WITH TIME ZONE '2026-01-15 10:00:00.000000001+02'",
                    "TIMESTAMP WITH TIME ZONE '2026-01-15 10:00:00+00'"),
            new Elements("UUID", "'123e4567-e89b-12d3-a456-426614174000'"),
            new Elements("JSON", "JSON '{\"a\": [1, 2.50]}'", "JSON '[]'"),
            new Elements("INTERVAL DAY TO SECOND", "INTERVAL '1 02:03:04' DAY TO SECOND"),
            new Elements("ENUM('a', ' array[1]')", "'a'", "' array[1]'"),
            new Elements("INTEGER ARRAY", "ARRAY[1, NULL]", "ARRAY[]"),
            new Elements("DATE ARRAY[2] ARRAY", "ARRAY[ARRAY[DATE '1582-10-10'], NULL]"));

    @Test
    void anElementOfH2IsWrittenAsTheScalarOfItsType() throws Exception {
        harness.open(TestDatabases.h2());
        createTable(H2);

        assertEachElementIsItsScalar(export("h2.jsonl", ""), H2);
    }

    /** What a list of a Parquet file holds is what a column of that type holds. */
    @Test
    void aParquetListHoldsTheUnitOfItsScalars() throws Exception {
        harness.open(TestDatabases.postgres());
        TestDatabases.execute(
                harness.database(),
                "CREATE TABLE t (ts timestamp[], tz timestamptz[], d date[], n numeric[], m smallint[], u uuid[], b bytea[],"
                        + " f real[], t time[])",
                "INSERT INTO t VALUES ('{2026-01-15 10:00:00.123456,0044-03-15 12:00 BC,NULL}', '{2026-01-15 10:00:00.123+00}',"
                        + " '{1582-10-10,0044-03-15 BC}', '{NaN,1.50}', '{-32768}', '{00000000-0000-0000-0000-0000000000ff}',"
                        + " '{\"\\\\x00ff\"}', '{0.1,NaN}', '{10:00,23:59:59.123456}')");
        for (String unit : List.of("millis", "micros", "nanos")) {
            String keys = unit.equals("nanos") ? "exclude_columns = [\"ts\"]\n" : "";
            harness.export("source_dataset_id = \"t\"\nfile_path = \"{{root}}/" + unit + ".parquet\"\n" + keys
                    + "exporter_config = { timestamp_unit = \"" + unit + "\" }\n");
            try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
                    Statement statement = duckdb.createStatement()) {
                statement.execute("SET TimeZone = 'UTC'");
                String file = "FROM read_parquet('" + harness.file(unit + ".parquet") + "')";
                assertThat(one(statement, "SELECT tz[1] = TIMESTAMPTZ '2026-01-15 10:00:00.123+00' " + file))
                        .as(unit)
                        .isEqualTo("true");
                assertThat(one(statement, "SELECT d = [DATE '1582-10-10', DATE '0044-03-15 (BC)'] " + file))
                        .isEqualTo("true");
                assertThat(one(
                                statement,
                                "SELECT n = ['NaN', '1.50'] AND m[1] = -32768 AND u[1] = '00000000-0000-0000-0000-0000000000ff'"
                                        + " AND b[1] = '\\x00\\xFF'::BLOB AND f[1] = 0.1::FLOAT AND isnan(f[2])"
                                        + " AND t = [TIME '10:00', TIME '23:59:59.123456'] "
                                        + file))
                        .isEqualTo("true");
                if (keys.isEmpty()) {
                    String precise = unit.equals("millis") ? "10:00:00.123" : "10:00:00.123456";
                    assertThat(one(
                                    statement,
                                    "SELECT ts[1] = TIMESTAMP '2026-01-15 " + precise
                                            + "' AND ts[2] = TIMESTAMP '0044-03-15 (BC) 12:00:00' AND ts[3] IS NULL "
                                            + file))
                            .as(unit)
                            .isEqualTo("true");
                }
            }
        }
    }

    private static String one(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void anElementWithoutAFormInParquetFailsNamingRowAndColumn() throws Exception {
        harness.open(TestDatabases.postgres());
        for (String[] each : new String[][] {
            {
                "date[]",
                "'{infinity}'",
                "infinity has no form in Parquet; declare the column as type = \"text\" in datasets.toml, or"
            },
            {"time[]", "'{24:00}'", "a Parquet TIME is a time of day, from 00:00 to before 24:00; declare"},
            {"integer[]", "'{{1},{2}}'", "the array has several dimensions; a Parquet list of integer has one"}
        }) {
            TestDatabases.execute(
                    harness.database(),
                    "DROP TABLE IF EXISTS t",
                    "CREATE TABLE t (id integer, a " + each[0] + ")",
                    "INSERT INTO t VALUES (1, NULL), (2, " + each[1] + ")");
            assertThatThrownBy(() -> export("t.parquet", "order_by = \"id\"\n"))
                    .hasMessageStartingWith("row 2, column \"a\": " + each[2]);
        }
    }
}
