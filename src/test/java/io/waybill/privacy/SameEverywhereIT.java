package io.waybill.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.function.Function;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A value leaves as the same hash or token, whoever holds it, and whoever reads it: what leaves is joined by that. */
class SameEverywhereIT {

    private static final String KEY = "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100";

    private static final List<String> COLUMNS =
            List.of("i", "d", "f", "b", "t", "c", "dt", "ts", "tz", "u", "bin", "js", "n");

    /** The one text of each column's value; NULL at the end. */
    private static final List<String> CANON = List.of(
            "42",
            "1.5",
            "1.5",
            "true",
            "Zoë 😀 ",
            "ab",
            "2026-02-03",
            "2026-02-03T04:05:06.7",
            "2026-02-03T04:05:06Z",
            "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
            "\u0000\u0001",
            "{\"a\":[true,null,\"x\"],\"b\":1}");

    /** What creates the table, and what its values are, by product. */
    private static final Map<String, List<String>> TABLES = Map.of(
            "postgresql",
            List.of(
                    "i integer, d numeric(10,4), f double precision, b boolean, t text, c char(8), dt date, ts timestamp, tz timestamptz, u uuid, bin bytea,"
                            + " js jsonb, n text",
                    "42, 1.5, 1.5, true, 'Zoë 😀 ', 'ab', DATE '2026-02-03', TIMESTAMP '2026-02-03 04:05:06.7', TIMESTAMPTZ '2026-02-03 05:05:06+01',"
                            + " 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '\\x0001', '{\"b\": 1.0, \"a\": [true, null, \"x\"]}', NULL"),
            "mariadb",
            List.of(
                    "i smallint, d decimal(20,2), f float, b boolean, t varchar(50), c char(8), dt date, ts datetime(6), tz timestamp, u uuid, bin varbinary(8),"
                            + " js json, n text",
                    "42, 1.5, 1.5, true, 'Zoë 😀 ', 'ab', '2026-02-03', '2026-02-03 04:05:06.7', from_unixtime(1770091506),"
                            + " 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', x'0001', '{ \"b\" : 1e0, \"a\" : [true,null,\"x\"]}', NULL"),
            "h2",
            List.of(
                    "i bigint, d decimal(10,1), f real, b boolean, t varchar, c char(8), dt date, ts timestamp, tz timestamp with time zone, u uuid,"
                            + " bin varbinary(8), js json, n varchar",
                    "42, 1.5, 1.5, true, 'Zoë 😀 ', 'ab', DATE '2026-02-03', TIMESTAMP '2026-02-03 04:05:06.7',"
                            + " TIMESTAMP WITH TIME ZONE '2026-02-03 01:05:06-03', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', x'0001',"
                            + " JSON '{\"b\": 1.00, \"a\": [true, null, \"x\"]}', NULL"),
            "duckdb",
            List.of(
                    "i hugeint, d decimal(10,4), f double, b boolean, t varchar, c varchar, dt date, ts timestamp, tz timestamptz, u uuid, bin blob, js json,"
                            + " n varchar",
                    "42, 1.5, 1.5, true, 'Zoë 😀 ', 'ab', DATE '2026-02-03', TIMESTAMP '2026-02-03 04:05:06.7', TIMESTAMPTZ '2026-02-03 05:05:06+01',"
                            + " 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '\\x00\\x01'::blob, '{\"b\": 1.0, \"a\": [true, null, \"x\"]}', NULL"),
            "sqlite",
            List.of(
                    "i integer, d text, f real, b integer, t text, c text, dt text, ts text, tz text, u text, bin blob, js text, n text",
                    "42, '1.50', 1.5, 1, 'Zoë 😀 ', 'ab', '2026-02-03', '2026-02-03 04:05:06.7', '2026-02-03T05:05:06+01:00',"
                            + " 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', x'0001', '{\"b\": 1.0, \"a\": [true, null, \"x\"]}', NULL"));

    @TempDir
    private Path databases;

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.overAny();

    private Locale locale;
    private TimeZone zone;

    @BeforeEach
    void liveElsewhere() {
        locale = Locale.getDefault();
        zone = TimeZone.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
        TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Apia"));
    }

    @AfterEach
    void comeBack() {
        Locale.setDefault(locale);
        TimeZone.setDefault(zone);
    }

    private void open(String product, String... statements) throws Exception {
        if (product.equals("duckdb")) {
            Locale.setDefault(Locale.FRENCH); // its driver writes SQL with the digits of the default
        }
        Map<String, Function<Path, HikariDataSource>> others =
                Map.of("sqlite", TestDatabases::newSqlite, "duckdb", TestDatabases::duckdb);
        harness.open(
                others.containsKey(product) ? others.get(product).apply(databases) : TestDatabases.of(product),
                statements);
        harness.property("waybill.privacy-keys.shared", KEY);
    }

    private static String transform(String columns, String method) {
        return "[[properties.export.transform]]\ncolumns = [" + columns + "]\nmethod = \"" + method + "\"\n"
                + (method.equals("mask") ? "" : "key = \"shared\"\n");
    }

    private static String quoted(List<String> columns) {
        return "\"" + String.join("\", \"", columns) + "\"";
    }

    private List<String> lines(String file) throws Exception {
        return Files.readAllLines(harness.file(file));
    }

    @ParameterizedTest
    @CsvSource({
        "postgresql, auto",
        "postgresql, jdbc",
        "postgresql, copy",
        "mariadb, auto",
        "h2, auto",
        "duckdb, auto",
        "sqlite, auto"
    })
    void aHashIsOfWhatAValueMeans(String product, String reader) throws Exception {
        List<String> table = TABLES.get(product);
        open(product, "CREATE TABLE v (" + table.get(0) + ")", "INSERT INTO v VALUES (" + table.get(1) + ")");
        if (product.equals("sqlite")) {
            Files.writeString(harness.file("datasets.toml"), """
                    [[dataset]]
                    id = "v"
                    table = "v"
                    columns = [ { name = "d", type = "decimal(10,2)" }, { name = "b", type = "boolean" }, { name = "dt", type = "date" },
                      { name = "ts", type = "timestamp" }, { name = "tz", type = "timestamptz" }, { name = "u", type = "uuid" }, { name = "js", type = "json" } ]
                    """);
        }
        harness.export("source_dataset_id = \"v\"\nfile_path = \"{{root}}/v.csv\"\ncolumns = [" + quoted(COLUMNS)
                + "]\n" + (reader.equals("auto") ? "" : "reader = \"" + reader + "\"\n")
                + transform(quoted(COLUMNS), "hash"));

        Hmac hmac = new Hmac(
                new SecretKeySpec(PrivacyKey.of("shared", KEY).ofHashes().getEncoded(), "HmacSHA256"));
        List<String> expected = new ArrayList<>();
        for (String canon : CANON) {
            byte[] text = canon.getBytes(StandardCharsets.UTF_8);
            expected.add(HexFormat.of().formatHex(hmac.of(text, 0, text.length)));
        }
        expected.add(""); // NULL stays NULL
        List<String> found = List.of(lines("v.csv").get(1).split(",", -1));
        for (int i = 0; i < COLUMNS.size(); i++) {
            assertThat(found.get(i)).describedAs(COLUMNS.get(i)).isEqualTo(expected.get(i));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"csv", "jsonl", "parquet"})
    void severalReadersAndBothWaysOfReadingWriteTheSame(String format) throws Exception {
        open(
                "postgresql",
                "CREATE TABLE t AS SELECT x AS id, 'Person ' || x || ' von ' || md5(x::text) AS name, lpad((x * 7919)::text, 12, '0') AS card,"
                        + " md5(x::text) || '@example.org' AS email FROM generate_series(1, 20000) x",
                "ALTER TABLE t ADD PRIMARY KEY (id)");
        String more = transform("\"name\"", "hash") + transform("\"card\", \"email\"", "tokenize");

        List<String> one = rows(format, "reader = \"copy\"", more);

        assertThat(one).hasSize(20_000);
        assertThat(one.toString()).doesNotContain("Person");
        for (String reading : List.of(
                "reader = \"jdbc\"",
                "parallelism = 2",
                "parallelism = 4",
                "reader = \"jdbc\"\nparallelism = 4",
                "max_rows_per_file = 777",
                "target_file_size_bytes = 100000\nparallelism = 2")) {
            assertThat(rows(format, reading, more)).describedAs(reading).isEqualTo(one);
        }
    }

    /** All rows of an export, in the order of their ids. */
    private List<String> rows(String format, String reading, String more) throws Exception {
        Path out = Files.createTempDirectory(harness.folder(), "out");
        harness.export("source_dataset_id = \"t\"\nfile_path = \"{{root}}/" + out.getFileName() + "/\"\nformat = \""
                + format + "\"\n" + reading + "\n" + more);
        String reader = Map.of(
                        "csv",
                        "read_csv('%s', all_varchar=true)",
                        "jsonl",
                        "read_json('%s')",
                        "parquet",
                        "read_parquet('%s')")
                .get(format);
        return query("SELECT id || ' ' || name || ' ' || card || ' ' || email FROM "
                + reader.formatted(out.resolve("*." + format)) + " ORDER BY CAST(id AS integer)");
    }

    private static List<String> query(String sql) throws SQLException {
        try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duckdb.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> all = new ArrayList<>();
            while (rows.next()) {
                all.add(rows.getString(1));
            }
            return all;
        }
    }

    @Test
    void tablesAreJoinedByTokensAsByWhatTheyStandFor() throws Exception {
        open(
                "postgresql",
                "CREATE TABLE customers AS SELECT x AS id, '+43 ' || (6600000000 + x * 37) AS phone, 'c' || x || '@mail' || x % 9 || '.example' AS email,"
                        + " 'Name ' || x AS name, date '1950-01-01' + x * 7 AS born, x * 12.5 AS income, 'AT' || (1000000000 + x) AS iban"
                        + " FROM generate_series(1, 3000) x",
                "CREATE TABLE calls AS SELECT x AS id, '+43 ' || (6600000000 + (x % 5000) * 37) AS caller, 'AT' || (1000000000 + x % 4000) AS account"
                        + " FROM generate_series(1, 20000) x");
        harness.export("source_dataset_id = \"customers\"\nfile_path = \"{{root}}/customers.parquet\"\n"
                + transform("\"phone\", \"iban\"", "tokenize")
                + transform("\"name\"", "mask")
                + transform("\"id\"", "hash")
                + "[[properties.export.transform]]\ncolumn = \"email\"\nmethod = \"domain\"\n"
                + "[[properties.export.transform]]\ncolumn = \"born\"\nmethod = \"generalize\"\nto = \"year\"\n"
                + "[[properties.export.transform]]\ncolumn = \"income\"\nmethod = \"generalize\"\nbucket = 1000\n");
        harness.export("source_dataset_id = \"calls\"\nfile_path = \"{{root}}/calls.csv\"\n"
                + "[[properties.export.transform]]\ncolumn = \"id\"\nmethod = \"exclude\"\n"
                + transform("\"caller\", \"account\"", "tokenize"));
        String customers = "read_parquet('" + harness.file("customers.parquet") + "')";
        String calls = "read_csv('" + harness.file("calls.csv") + "', all_varchar=true)";

        String byPhone = "SELECT COUNT(*) FROM %s c JOIN %s k ON k.caller = c.phone";
        String byAccount = "SELECT COUNT(*) FROM %s c JOIN %s k ON k.account = c.iban";
        assertThat(query(byPhone.formatted(customers, calls))).isEqualTo(source(byPhone));
        assertThat(query(byAccount.formatted(customers, calls))).isEqualTo(source(byAccount));
        assertThat(query("SELECT COUNT(DISTINCT id) || ' ' || COUNT(DISTINCT phone) FROM " + customers))
                .containsExactly("3000 3000"); // each is one of its own
        assertThat(query(
                        "SELECT COUNT(*) || ' ' || MIN(name) || ' ' || COUNT(DISTINCT email) || ' ' || MAX(CAST(income AS double)) FROM "
                                + customers + " WHERE day(born) = 1 AND month(born) = 1"))
                .containsExactly("3000 ****** 9 37000.0");
        assertThat(query("SELECT COUNT(*) FROM " + customers + " WHERE regexp_full_match(phone, '\\+\\d\\d \\d{10}')"))
                .containsExactly("3000");
    }

    private List<String> source(String sql) throws SQLException {
        try (Connection connection = harness.database().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql.formatted("customers", "calls"))) {
            rows.next();
            return List.of(rows.getString(1));
        }
    }
}
