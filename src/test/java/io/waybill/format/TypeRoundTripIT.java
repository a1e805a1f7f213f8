package io.waybill.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.sql.DataSource;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every common column type, with its extreme values: written in each format, read back by DuckDB, equal. A row of a
 * table below is a type as its database writes it, the type that DuckDB is to find in Parquet, and pairs of a value in
 * the database's SQL and the same value in DuckDB's.
 */
class TypeRoundTripIT {

    record Case(String type, String duckType, List<String> values, List<String> expected) {

        /** The same, its arrays in DuckDB's notation. */
        Case arrays(String... newExpected) {
            return new Case(type, duckType, values, List.of(newExpected));
        }

        /** Whether DuckDB would read its JSON numbers as doubles, and so lose digits. */
        boolean isExactNumber() {
            String name = type.toLowerCase(Locale.ROOT);
            boolean number = name.startsWith("numeric") || name.startsWith("decimal") || name.startsWith("decfloat");
            return number && !name.endsWith("[]") || name.startsWith("bigint");
        }
    }

    static Case type(String type, String duckType, String... pairs) {
        List<String> values = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < pairs.length; i += 2) {
            values.add(pairs[i]);
            expected.add(pairs[i + 1]);
        }
        return new Case(type, duckType, values, expected);
    }

    /** A value that both databases write alike. */
    static Case same(String type, String duckType, String... values) {
        return new Case(type, duckType, List.of(values), List.of(values));
    }

    static final String AWKWARD = "'a \"quoted\", comma;semicolon\ttab\nline\r\nbreak \\ back '' apostrophe'";
    static final String UNICODE = "'Grüße 李小龍 📦 \u2028 \u00e9 e\u0301 \uD834\uDD1E'";

    private static final List<Case> POSTGRES = List.of(
            same("boolean", "BOOLEAN", "true", "false"),
            same("smallint", "SMALLINT", "-32768", "32767", "0"),
            same("integer", "INTEGER", "-2147483648", "2147483647"),
            same("bigint", "BIGINT", "-9223372036854775808", "9223372036854775807"),
            same("real", "FLOAT", "'3.4028235e38'", "'1e-45'", "'0.1'", "'NaN'", "'Infinity'", "'-Infinity'"),
            same(
                    "double precision",
                    "DOUBLE",
                    "'1.7976931348623157e308'",
                    "'5e-324'",
                    "'0.1'",
                    "'-0'",
                    "'NaN'",
                    "'Infinity'",
                    "'-Infinity'",
                    "'1e7'",
                    "'123456789012345680000'",
                    "'2e-7'"),
            same("numeric(5,2)", "DECIMAL(5,2)", "999.99", "-999.99", "0.01", "0"),
            same("numeric(18,0)", "DECIMAL(18,0)", "999999999999999999", "-999999999999999999"),
            same(
                    "numeric(38,10)",
                    "DECIMAL(38,10)",
                    "9999999999999999999999999999.9999999999",
                    "-9999999999999999999999999999.9999999999",
                    "0.0000000001"),
            same("numeric", "VARCHAR", "'123456789012345678901234567890123456789012345.678'", "'NaN'", "'-0.000001'"),
            same("text", "VARCHAR", "''", "' leading and trailing '", AWKWARD, UNICODE, "'NULL'", "'null'", "'\"\"'"),
            same("varchar(20)", "VARCHAR", "'short'", "''"),
            type("char(5)", "VARCHAR", "'ab'", "'ab   '"),
            type("bytea", "BLOB", "'\\x00ff7f80'", "'\\x00\\xFF\\x7F\\x80'::BLOB", "''", "''::BLOB"),
            same("date", "DATE", "'0001-01-01'", "'9999-12-31'", "'1970-01-01'", "'2024-02-29'", "'1582-10-10'"),
            same("time", "TIME", "'00:00:00'", "'23:59:59.999999'", "'12:30:00.5'"),
            type("timetz", "VARCHAR", "'12:30:00+02'", "'12:30:00+02'"),
            same(
                    "timestamp",
                    "TIMESTAMP",
                    "'0001-01-01 00:00:00'",
                    "'9999-12-31 23:59:59.999999'",
                    "'1969-12-31 23:59:59.999999'",
                    "'2026-03-08 02:30:00'",
                    "'1500-02-28 12:00:00.000001'"),
            same(
                    "timestamptz",
                    "TIMESTAMP WITH TIME ZONE",
                    "'0001-01-01 00:00:00+00'",
                    "'9999-12-31 23:59:59.999999+00'",
                    "'2026-10-25 02:30:00+02'"),
            same("uuid", "UUID", "'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'"),
            same("jsonb", "JSON", "'{\"a\": [1, 2.50, null], \"b\": \"x\\ny\"}'", "'\"text\"'", "'null'", "'[]'"),
            type("json", "JSON", "'{\n  \"a\" :  1\n}'", "'{\"a\" :  1}'"),
            same("integer[]", "INTEGER[]", "'{1,-2,NULL}'", "'{}'").arrays("[1,-2,NULL]", "[]"),
            same("text[]", "VARCHAR[]", "'{a,\"b,\\\"c\\\"\",NULL}'").arrays("['a','b,\"c\"',NULL]"),
            same("numeric(6,2)[]", "VARCHAR[]", "'{1.25,-2.25}'").arrays("['1.25','-2.25']"),
            same("timestamptz[]", "TIMESTAMP WITH TIME ZONE[]", "'{2026-01-01 00:00:00+01}'")
                    .arrays("[TIMESTAMPTZ '2025-12-31 23:00:00+00']"),
            type("inet", "VARCHAR", "'192.168.0.1/24'", "'192.168.0.1/24'"),
            type("interval", "VARCHAR", "'1 year 2 days 03:04:05'", "'1 year 2 days 03:04:05'"),
            type("bit(3)", "VARCHAR", "'101'", "'101'"),
            type("oid", "BIGINT", "4294967295", "4294967295"),
            type("point", "VARCHAR", "'(1,2)'", "'(1,2)'"),
            type("int4range", "VARCHAR", "'[1,5)'", "'[1,5)'"));

    private static final List<Case> MARIADB = List.of(
            same("boolean", "BOOLEAN", "true", "false"),
            same("tinyint", "SMALLINT", "-128", "127"),
            same("smallint unsigned", "INTEGER", "65535"),
            same("mediumint", "INTEGER", "-8388608"),
            same("int", "INTEGER", "-2147483648"),
            same("int unsigned", "BIGINT", "4294967295"),
            same("bigint", "BIGINT", "-9223372036854775808"),
            same("bigint unsigned", "DECIMAL(20,0)", "18446744073709551615"),
            same("float", "FLOAT", "0.1", "-3.4e38"),
            same("double", "DOUBLE", "1.7976931348623157e308", "0.1", "1e7"),
            same("decimal(5,2)", "DECIMAL(5,2)", "999.99", "-0.01"),
            same("decimal(38,10)", "DECIMAL(38,10)", "9999999999999999999999999999.9999999999"),
            type(
                    "decimal(65,30)",
                    "VARCHAR",
                    "99999999999999999999999999999999999.999999999999999999999999999999",
                    "'99999999999999999999999999999999999.999999999999999999999999999999'"),
            same("varchar(100)", "VARCHAR", "''", "' x '", UNICODE),
            type(
                    "longtext",
                    "VARCHAR",
                    "'a \"q\", \\\\ \\n b'",
                    "'a \"q\", \\ \n b'",
                    "'nul \\0 in it'",
                    "'nul ' || chr(0) || ' in it'"),
            type("char(5)", "VARCHAR", "'ab'", "'ab'"),
            type("blob", "BLOB", "x'00ff7f80'", "'\\x00\\xFF\\x7F\\x80'::BLOB"),
            type("varbinary(4)", "BLOB", "x'00'", "'\\x00'::BLOB"),
            type("bit(8)", "BLOB", "b'10000001'", "'\\x81'::BLOB"),
            same("date", "DATE", "'1000-01-01'", "'9999-12-31'", "'0001-01-01'"),
            same("time(6)", "TIME", "'23:59:59.999999'", "'00:00:00'"),
            same(
                    "datetime(6)",
                    "TIMESTAMP",
                    "'0001-01-01 00:00:00'",
                    "'9999-12-31 23:59:59.999999'",
                    "'2026-03-08 02:30:00'"),
            // the server's zone is +05:30: a timestamp is a point in time, whatever the session shows
            type(
                    "timestamp(6) null",
                    "TIMESTAMP WITH TIME ZONE",
                    "'2026-01-01 05:30:00.5'",
                    "'2026-01-01 00:00:00.5+00'"),
            same("year", "INTEGER", "2155", "1901"),
            type("enum('a','b')", "VARCHAR", "'b'", "'b'"),
            type("set('a','b')", "VARCHAR", "'a,b'", "'a,b'"),
            same("json", "JSON", "'{\"a\":[1,2.50]}'"),
            same("uuid", "UUID", "'123e4567-e89b-12d3-a456-426614174000'"),
            type("inet6", "VARCHAR", "'::1'", "'::1'"));

    private static final List<Case> H2 = List.of(
            same("boolean", "BOOLEAN", "true", "false"),
            same("tinyint", "SMALLINT", "-128", "127"),
            same("smallint", "SMALLINT", "-32768", "32767"),
            same("integer", "INTEGER", "-2147483648", "2147483647"),
            same("bigint", "BIGINT", "-9223372036854775808", "9223372036854775807"),
            same("real", "FLOAT", "'3.4028235e38'", "'NaN'", "'-Infinity'"),
            same("double precision", "DOUBLE", "'1.7976931348623157e308'", "'NaN'", "'Infinity'", "'1e7'"),
            same("numeric(5,2)", "DECIMAL(5,2)", "999.99", "-0.01"),
            same("numeric(38,10)", "DECIMAL(38,10)", "9999999999999999999999999999.9999999999"),
            type("decfloat(40)", "VARCHAR", "1.5E+30", "'1500000000000000000000000000000'"),
            same("varchar", "VARCHAR", "''", AWKWARD, UNICODE),
            type("clob", "VARCHAR", "'nul ' || char(0) || ' in it'", "'nul ' || chr(0) || ' in it'"),
            type("char(5)", "VARCHAR", "'ab'", "'ab   '"),
            type("varbinary", "BLOB", "x'00ff7f80'", "'\\x00\\xFF\\x7F\\x80'::BLOB"),
            type("blob", "BLOB", "x'80'", "'\\x80'::BLOB"),
            same("date", "DATE", "'0001-01-01'", "'9999-12-31'"),
            same("time(6)", "TIME", "'23:59:59.999999'"),
            same("timestamp(6)", "TIMESTAMP", "'0001-01-01 00:00:00'", "'9999-12-31 23:59:59.999999'"),
            same("timestamp(9)", "TIMESTAMP_NS", "'2026-01-01 00:00:00.123456789'"),
            same(
                    "timestamp(6) with time zone",
                    "TIMESTAMP WITH TIME ZONE",
                    "'9999-12-31 23:59:59.999999+00'",
                    "'2026-10-25 02:30:00+02'"),
            same("uuid", "UUID", "'123e4567-e89b-12d3-a456-426614174000'"),
            type("json", "JSON", "'{\"a\": [1, 2.50]}' format json", "'{\"a\":[1,2.50]}'"),
            same("integer array", "INTEGER[]", "ARRAY[1, NULL]").arrays("[1,NULL]"),
            same("varchar array", "VARCHAR[]", "ARRAY['a', 'b\"c']").arrays("['a','b\"c']"),
            type(
                    "interval day to second",
                    "VARCHAR",
                    "INTERVAL '1 02:03:04' DAY TO SECOND",
                    "'INTERVAL ''1 02:03:04'' DAY TO SECOND'"),
            type("enum('a','b')", "VARCHAR", "'b'", "'b'"));

    @TempDir
    private Path folder;

    @Test
    void everyTypeOfPostgresqlRoundTripsInEveryFormat() throws Exception {
        roundTrip(folder, TestDatabases.postgres(), POSTGRES);
    }

    @Test
    void everyTypeOfMariadbRoundTripsInEveryFormat() throws Exception {
        roundTrip(folder, TestDatabases.mariadb(), MARIADB);
    }

    @Test
    void everyTypeOfH2RoundTripsInEveryFormat() throws Exception {
        roundTrip(folder, TestDatabases.h2(), H2);
    }

    static void roundTrip(Path folder, DataSource database, List<Case> cases) throws Exception {
        int rows = cases.stream().mapToInt(c -> c.values().size()).max().orElseThrow() + 1;
        createTable(database, cases, rows);
        try (FlowHarness harness = new FlowHarness(folder, database)) {
            for (String format : List.of("parquet", "csv", "json", "jsonl")) {
                assertThat(harness.export("source_dataset_id = \"types\"\nfile_path = \"{{root}}/types." + format
                                        + "\"\n" + "order_by = \"r\"")
                                .rows())
                        .isEqualTo(rows);
            }
        }
        try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duckdb.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
            load(folder, statement, cases);
            compare(duckdb, cases, rows);
        }
        compareExactNumbers(folder, cases);
    }

    /** JSON's exact numbers, by Jackson. */
    private static void compareExactNumbers(Path folder, List<Case> cases) throws Exception {
        ObjectMapper mapper = new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
        List<JsonNode> array = mapper.readValue(folder.resolve("types.json").toFile(), new TypeReference<>() {});
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("types.jsonl"))) {
            lines.add(mapper.readTree(line));
        }
        assertThat(lines).isEqualTo(array);
        for (int i = 0; i < cases.size(); i++) {
            Case c = cases.get(i);
            for (int row = 0; c.isExactNumber() && row < c.expected().size(); row++) {
                JsonNode value = array.get(row).get("c" + i);
                String expected = c.expected().get(row).replace("'", "");
                if (value.isNumber()) {
                    assertThat(value.decimalValue()).as(c.type()).isEqualByComparingTo(expected);
                } else {
                    assertThat(value.textValue()).as(c.type()).isEqualTo(expected);
                }
            }
        }
    }

    private static void createTable(DataSource database, List<Case> cases, int rows) throws SQLException {
        String quote;
        try (Connection connection = database.getConnection()) {
            quote = connection.getMetaData().getIdentifierQuoteString();
        }
        String table = quote + "types" + quote;
        StringBuilder create = new StringBuilder("CREATE TABLE " + table + " (" + quote + "r" + quote + " integer");
        for (int i = 0; i < cases.size(); i++) {
            create.append(", ")
                    .append(quote)
                    .append('c')
                    .append(i)
                    .append(quote)
                    .append(' ')
                    .append(cases.get(i).type());
        }
        TestDatabases.execute(database, create.append(")").toString());
        for (int row = 0; row < rows; row++) {
            StringBuilder insert = new StringBuilder("INSERT INTO " + table + " VALUES (" + row);
            for (Case c : cases) {
                insert.append(", ").append(row < c.values().size() ? c.values().get(row) : "NULL");
            }
            TestDatabases.execute(database, insert.append(")").toString());
        }
    }

    private static void load(Path folder, Statement statement, List<Case> cases) throws SQLException {
        StringBuilder columns = new StringBuilder("{'r': 'INTEGER'");
        for (int i = 0; i < cases.size(); i++) {
            columns.append(", 'c").append(i).append("': 'VARCHAR'");
        }
        columns.append('}');
        statement.execute("CREATE TABLE parquet AS FROM read_parquet('" + folder + "/types.parquet')");
        statement.execute("CREATE TABLE csv AS FROM read_csv('" + folder + "/types.csv', header = true, delim = ',',"
                + " quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false, columns = "
                + columns + ")");
        // numbers stay as they are written: as JSON, then as text
        String json = columns.toString().replace("VARCHAR", "JSON");
        statement.execute("CREATE TABLE json AS FROM read_json('" + folder
                + "/types.json', format = 'array', columns = " + json + ")");
        statement.execute("CREATE TABLE jsonl AS FROM read_json('" + folder
                + "/types.jsonl', format = 'newline_delimited', columns = " + json + ")");
    }

    private static void compare(Connection duckdb, List<Case> cases, int rows) throws SQLException {
        SoftAssertions softly = new SoftAssertions();
        for (int i = 0; i < cases.size(); i++) {
            Case c = cases.get(i);
            softly.assertThat(one(duckdb, "SELECT typeof(c" + i + ") FROM parquet LIMIT 1"))
                    .as("the type in Parquet of %s", c.type())
                    .isEqualTo(c.duckType());
            for (int row = 0; row < rows; row++) {
                String expected = row < c.expected().size() ? c.expected().get(row) : "NULL";
                compareCell(softly, duckdb, c, i, row, "CAST(" + expected + " AS " + c.duckType() + ")");
            }
        }
        softly.assertAll();
    }

    private static void compareCell(
            SoftAssertions softly, Connection duckdb, Case c, int column, int row, String expected)
            throws SQLException {
        String name = "c" + column;
        boolean json = c.duckType().equals("JSON");
        String wanted = json ? "json(" + expected + ")" : expected;
        check(softly, duckdb, "parquet", c, row, json ? "json(" + name + ")" : name, wanted);
        check(softly, duckdb, "csv", c, row, fromText(c, name), wanted);
        String text =
                json ? "json(" + name + ")" : fromText(c, c.duckType().endsWith("[]") ? name : "(" + name + "->>'$')");
        // NULL of a JSON column and JSON's null are one in JSON
        String wantedJson =
                json ? "CASE WHEN " + wanted + "::VARCHAR = 'null' THEN NULL ELSE " + wanted + " END" : wanted;
        String got = json ? "CASE WHEN " + text + "::VARCHAR = 'null' THEN NULL ELSE " + text + " END" : text;
        if (!c.isExactNumber()) {
            check(softly, duckdb, "json", c, row, got, wantedJson);
            check(softly, duckdb, "jsonl", c, row, got, wantedJson);
        }
    }

    private static String fromText(Case c, String name) {
        return switch (c.duckType()) {
            case "BLOB" -> "from_base64(" + name + ")";
            case "JSON" -> "json(" + name + ")";
            default ->
                c.duckType().endsWith("[]")
                        ? "CAST(CAST(" + name + " AS JSON) AS " + c.duckType() + ")"
                        : "CAST(" + name + " AS " + c.duckType() + ")";
        };
    }

    private static void check(
            SoftAssertions softly, Connection duckdb, String table, Case c, int row, String got, String wanted)
            throws SQLException {
        String sql = "SELECT " + got + " IS NOT DISTINCT FROM " + wanted + ", CAST(" + got + " AS VARCHAR), CAST("
                + wanted + " AS VARCHAR) FROM " + table + " WHERE r = " + row;
        try (Statement statement = duckdb.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            softly.assertThat(result.getBoolean(1))
                    .as(
                            "%s of %s in %s: <%s> should be <%s>",
                            c.type(), row, table, result.getString(2), result.getString(3))
                    .isTrue();
        } catch (SQLException e) {
            softly.fail("%s of row %s in %s: %s".formatted(c.type(), row, table, e.getMessage()));
        }
    }

    private static String one(Connection duckdb, String sql) throws SQLException {
        try (Statement statement = duckdb.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }
}
