package io.waybill.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.ledger.RunResult;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** PostgreSQL's COPY and JDBC's result set hand over the same rows, to the byte. */
class CopyIT {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(TestDatabases::postgres);

    @AfterEach
    void stop() throws IOException {
        harness.close();
        assertThat(harness.database().getHikariPoolMXBean().getActiveConnections())
                .isZero();
    }

    private RunResult export(String reader, String format, String keys) throws Exception {
        return harness.export("source_dataset_id = \"t\"\nfile_path = \"{{root}}/" + reader + "." + format + "\"\n"
                + (reader.equals("auto") ? "" : "reader = \"" + reader + "\"\n") + keys);
    }

    private void assertEqualFiles(String keys) throws Exception {
        for (String format : List.of("csv", "jsonl", "parquet")) {
            RunResult copy = export("copy", format, keys);
            RunResult jdbc = export("jdbc", format, keys);
            assertThat(copy.rows()).isEqualTo(jdbc.rows());
            if (!format.equals("parquet") && !keys.contains("max_rows_per_file")) {
                assertThat(Files.readAllLines(harness.file("copy." + format)))
                        .isEqualTo(Files.readAllLines(harness.file("jdbc." + format)));
            }
            assertThat(copy.files().get(0).sha256())
                    .isEqualTo(jdbc.files().get(0).sha256());
        }
    }

    @Test
    void everyTypeGivesTheSameFile() throws Exception {
        TestDatabases.execute(
                harness.database(),
                "CREATE TABLE t (id serial, b boolean, i2 smallint, i4 integer, i8 bigint, o oid, f4 real, f8 double precision,"
                        + " n numeric, n52 numeric(5,2), n38 numeric(38,10), t text, v varchar(50), c char(5), j json, jb jsonb, u uuid,"
                        + " by bytea, d date, ti time, ts timestamp, tz timestamptz)",
                """
                INSERT INTO t (b, i2, i4, i8, o, f4, f8, n, n52, n38, t, v, c, j, jb, u, by, d, ti, ts, tz) VALUES
                (true, -32768, -2147483648, -9223372036854775808, 4294967295, '3.4028235e38', '1.7976931348623157e308',
                 '123456789012345678901234567890.000001', 999.99, 9999999999999999999999999999.9999999999,
                 E'a "quoted", comma\\ttab\\nline \\\\ back', 'Grüße 李小龍 📦', 'ab', '{ "a" : [1,\n2] }', '{"b": 1.50}',
                 'ffffffff-ffff-ffff-ffff-ffffffffffff', '\\x00ff7f', '9999-12-31', '24:00:00', '9999-12-31 23:59:59.999999',
                 '9999-12-31 23:59:59.999999+00'),
                (false, 32767, 2147483647, 9223372036854775807, 0, '1e-45', '5e-324', '-0.000000000001', -0.01, -0.0000000001, '', '',
                 '', 'null', '"x"', '00000000-0000-0000-0000-000000000000', '', '0001-01-01', '00:00:00', '0001-01-01', '0001-01-01 00:00+00'),
                (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
                (true, 0, 0, 0, 7, '-0', '-0', '0', 0, 0, 'x', 'y', 'abcde', '[]', '[]', gen_random_uuid(), '\\x61', '1999-12-31',
                 '12:30:00.5', '1999-12-31 23:59:59.5', '2026-10-25 02:30:00+02')""");

        assertEqualFiles("exclude_columns = [\"ti\"]\norder_by = \"id\"\n");
        for (String format : List.of("csv", "jsonl")) { // 24:00 has no form in Parquet
            assertThat(export("copy", format, "order_by = \"id\"\n")
                            .files()
                            .get(0)
                            .sha256())
                    .isEqualTo(export("jdbc", format, "order_by = \"id\"\n")
                            .files()
                            .get(0)
                            .sha256());
        }
    }

    @Test
    void whatIsNoNumberAndNoTimeIsTheSameToo() throws Exception {
        TestDatabases.execute(
                harness.database(),
                "CREATE TABLE t (n numeric, f4 real, f8 double precision, d date, ts timestamp, tz timestamptz)",
                "INSERT INTO t VALUES ('NaN', 'NaN', 'NaN', 'infinity', 'infinity', 'infinity'),"
                        + " ('Infinity', 'Infinity', 'Infinity', '-infinity', '-infinity', '-infinity'),"
                        + " ('-Infinity', '-Infinity', '-Infinity', '0044-03-15 BC', '0044-03-15 12:00 BC', '0044-03-15 12:00+00 BC')");

        for (String format : List.of("csv", "jsonl")) {
            assertThat(export("copy", format, "").files().get(0).sha256())
                    .isEqualTo(export("jdbc", format, "").files().get(0).sha256());
        }
        assertThat(harness.file("copy.csv"))
                .content()
                .startsWith("n,f4,f8,d,ts,tz\nNaN,NaN,NaN,infinity,infinity,infinity\nInfinity,");
    }

    @Test
    void anyNumericGivesTheSameDigits() throws Exception {
        TestDatabases.execute(
                harness.database(),
                "CREATE TABLE t AS SELECT i, (CASE WHEN i % 2 = 0 THEN -1 ELSE 1 END * (random() * 1e9)::numeric"
                        + " * 10::numeric ^ (i % 61 - 30))::numeric AS n, round((i * 7919)::numeric / 1000, i % 12) AS r"
                        + " FROM generate_series(1, 20000) i");

        assertEqualFiles("order_by = \"i\"\n");
    }

    @Test
    void manyRowsOverManyBatchesGiveTheSameFile() throws Exception {
        TestDatabases.execute(
                harness.database(),
                "CREATE TABLE t AS SELECT i AS id, repeat('x', i % 300) AS wide, CASE WHEN i % 7 > 0 THEN i * 1.25 END AS amount,"
                        + " now() - i * interval '1 second' AS at FROM generate_series(1, 100000) i");

        assertEqualFiles("order_by = \"id\"\nmax_rows_per_file = 70000\n");
    }

    /** With two readers the file shows where the batches end, too. */
    @Test
    void rowsOfAnySizeGiveTheSameFile() throws Exception {
        TestDatabases.execute(
                harness.database(),
                "CREATE TABLE t (id integer PRIMARY KEY, body text, digits numeric, again bytea)",
                "INSERT INTO t SELECT i, CASE WHEN i % 11 > 0 THEN repeat('x', (i * 7919) % 300 * CASE WHEN i % 97 = 0 THEN 1000 ELSE 1 END) END,"
                        + " (10::numeric ^ (i % 400)) / 3, decode(repeat('00', (i * 31) % 40000), 'hex') FROM generate_series(1, 2000) i");

        assertEqualFiles("order_by = \"id\"\n");
        assertEqualFiles("parallelism = 2\n");
    }

    /** COPY takes no parameters: the driver writes them into the SQL. */
    @Test
    void valuesOfFiltersStayValues() throws Exception {
        TestDatabases.execute(
                harness.database(),
                "CREATE TABLE t (id integer, note text, at timestamptz)",
                "INSERT INTO t VALUES (1, E'it''s \\\\ 100% \"x\" ? $1 :?p1', '2026-01-01 00:00+00'),"
                        + " (2, 'x''); DROP TABLE t; --', '2026-06-01 00:00+00')");
        for (String reader : List.of("copy", "jdbc")) {
            export(
                    reader,
                    "csv",
                    "columns = [\"id\"]\nfilters = [{ column = \"note\", op = \"=\", value = 'it''s' }]\n"
                            .replace("'it''s'", "\"it's \\\\ 100% \\\"x\\\" ? $1 :?p1\""));
            assertThat(harness.file(reader + ".csv")).hasContent("id\n1");
            export(
                    reader,
                    "csv",
                    "columns = [\"id\"]\nfilters = [{ column = \"note\", op = \"like\", value = \"x'); DROP%\" },"
                            + " { column = \"at\", op = \">\", value = 2026-03-01T00:00:00+01:00 }, { column = \"id\", op = \"in\", values = [2, 3] }]\n");
            assertThat(harness.file(reader + ".csv")).hasContent("id\n2");
        }
    }

    /** In the order of its meaning, and not of its text. */
    @Test
    void aTypeWithoutABinaryReaderIsCopiedAsItsText() throws Exception {
        TestDatabases.execute(
                harness.database(),
                "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')",
                "CREATE TYPE pair AS (a integer, b text)",
                "CREATE TABLE t (c pair, m mood, a inet, r int4range, i interval, p point, b bit(3), x xml, mo money, tz timetz, v tsvector)",
                "INSERT INTO t VALUES ((1, NULL), 'happy', '::1', '[1,5)', '1 day 02:00', '(1,2.5)', B'101', '<a/>', 12.5, '10:00+02', 'a b'),"
                        + " (NULL, 'sad', '10.0.0.0/8', 'empty', '-1 month', '(0,0)', B'000', '<b>x</b>', -3, '23:59:59.5-08', ''),"
                        + " (NULL, 'ok', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)");

        assertEqualFiles("order_by = [\"m\"]\nfilters = [{ column = \"i\", op = \"not_null\" }]\n");
        assertThat(harness.file("copy.csv"))
                .hasContent(
                        "c,m,a,r,i,p,b,x,mo,tz,v\n"
                                + ",sad,10.0.0.0/8,empty,-1 mons,\"(0,0)\",000,<b>x</b>,-$3.00,23:59:59.5-08,\"\"\n"
                                + "\"(1,)\",happy,::1,\"[1,5)\",1 day 02:00:00,\"(1,2.5)\",101,<a/>,$12.50,10:00:00+02,'a' 'b'");
    }

    @Test
    void aTypeOfSomebodysOwnIsNoneOfPostgresqlsThatIsCalledLikeIt() throws Exception {
        TestDatabases.execute(
                harness.database(),
                "CREATE TYPE \"Int4\" AS ENUM ('abcd')",
                "CREATE TYPE \"Uuid\" AS ENUM ('0123456789abcdef')",
                "CREATE TYPE \"Json\" AS (a integer, b text)",
                "CREATE DOMAIN \"Text\" AS integer",
                "CREATE TABLE t (i \"Int4\", u \"Uuid\", j \"Json\", t \"Text\", ia \"Int4\"[], ta \"Text\"[])",
                "INSERT INTO t VALUES ('abcd', '0123456789abcdef', (1, 'x'), 5, '{abcd}', '{5}')");

        for (String reader : List.of("auto", "jdbc")) {
            export(reader, "jsonl", "");
            assertThat(harness.file(reader + ".jsonl"))
                    .hasContent(
                            "{\"i\":\"abcd\",\"u\":\"0123456789abcdef\",\"j\":\"(1,x)\",\"t\":5,\"ia\":[\"abcd\"],\"ta\":[5]}");
        }
    }

    @Test
    void arraysGiveTheSameFile() throws Exception {
        TestDatabases.execute(
                harness.database(),
                "CREATE TABLE t (id integer, b boolean[], i2 smallint[], i4 integer[], i8 bigint[], f4 real[], f8 double precision[],"
                        + " n numeric(20,5)[], t text[], v varchar(9)[], u uuid[], d date[], ts timestamp[], tz timestamptz[], by bytea[])",
                """
                INSERT INTO t VALUES
                (1, '{t,f,NULL}', '{-32768,7}', '{1,NULL,-3}', '{9223372036854775807}', '{1.5,NaN,3.4e38}', '{0.1,-Infinity,1e300,5e-324}',
                 '{1.50000,-0.00001,NULL}', E'{a,"b \\\\"q\\\\"","",NULL,"x\ny\tz"}', '{ü,📦}', '{00000000-0000-0000-0000-0000000000ff}',
                 '{2026-01-15,0001-01-01,9999-12-31}', '{2026-01-15 10:00,2026-01-15 10:00:01.5}', '{2026-01-15 10:00+02,1999-12-31 23:59:59.123456+00}',
                 '{"\\x00ff"}'),
                (2, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}'),
                (3, '{{t,f},{f,t}}', '{{1},{2}}', '{{{1,2},{3,4}},{{5,6},{7,NULL}}}', NULL, NULL, NULL, NULL, '{{a,b},{c,d}}', NULL, NULL, NULL, NULL, NULL, NULL),
                (4, '[2:3]={t,f}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)""");

        for (String format : List.of("csv", "jsonl")) {
            assertThat(export("copy", format, "order_by = \"id\"\n").rows()).isEqualTo(4);
            export("jdbc", format, "order_by = \"id\"\n");
            assertThat(Files.readAllLines(harness.file("copy." + format)))
                    .isEqualTo(Files.readAllLines(harness.file("jdbc." + format)));
        }
    }

    @Test
    void aResultThatCopyCannotReadIsReadByJdbc() throws Exception {
        TestDatabases.execute(
                harness.database(),
                "CREATE TABLE t (a inet, b point[])",
                "INSERT INTO t VALUES ('::1', '{\"(1,2)\"}')");

        export("auto", "jsonl", "");

        assertThat(harness.file("auto.jsonl")).hasContent("{\"a\":\"::1\",\"b\":[\"(1,2)\"]}");
        assertThatThrownBy(() -> export("copy", "jsonl", ""))
                .hasMessage(
                        "reader: \"copy\" cannot read this result: COPY is PostgreSQL's, and not for every column type;"
                                + " leave reader out to take JDBC where it must be");
    }

    /** Columns are read one after the other, and rows are told of in their order. */
    @Test
    void ofSeveralValuesThatCannotBeReadTheFirstRowsIsTold() throws Exception {
        TestDatabases.execute(
                harness.database(),
                "CREATE TABLE t AS SELECT i AS id, CASE WHEN i > 3000 THEN timestamp '294276-12-31' END AS a,"
                        + " CASE WHEN i = 3000 THEN timestamp '294276-12-31' END AS b FROM generate_series(1, 5000) i");

        for (String reader : List.of("copy", "jdbc")) {
            assertThatThrownBy(() -> export(reader, "csv", "order_by = \"id\"\n"))
                    .hasMessageStartingWith("row 3000, column \"b\": +294276-12-31T00:00 is beyond ");
        }
    }

    /** Its connection holds what was not read, and would hand it to whoever asks next. */
    @Test
    void aCopyThatFailsInItsMiddleLeavesNoAnswersToLaterQuestions() throws Exception {
        TestDatabases.execute(
                harness.database(),
                "CREATE TABLE t (id integer, at timestamp)",
                "INSERT INTO t VALUES (1, NULL), (2, '294276-01-01'), (3, NULL)");
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> export("copy", "csv", "order_by = \"id\"\n"))
                    .hasMessageStartingWith("row 2, column");
            assertThat(export("jdbc", "csv", "order_by = \"id\"\nexclude_columns = [\"at\"]\n")
                            .rows())
                    .isEqualTo(3);
            assertThat(harness.file("jdbc.csv")).hasContent("id\n1\n2\n3");
        }
    }

    @Test
    void anotherDatabaseHasNoCopy() throws Exception {
        try (HikariDataSource h2 = TestDatabases.h2();
                FlowHarness other = new FlowHarness(harness.folder(), h2)) {
            TestDatabases.execute(h2, "CREATE TABLE t (a integer)");
            assertThatThrownBy(() -> other.export(
                            "source_dataset_id = \"t\"\nfile_path = \"{{root}}/x.csv\"\nreader = \"copy\"\n"))
                    .hasMessageStartingWith("reader: \"copy\" cannot read this result: COPY is PostgreSQL's");
        }
    }
}
