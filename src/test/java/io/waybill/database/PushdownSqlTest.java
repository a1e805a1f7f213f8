package io.waybill.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.database.Pushdown.Column;
import io.waybill.database.Pushdown.Command;
import io.waybill.database.Pushdown.Task;
import io.waybill.flow.ColumnType;
import io.waybill.flow.Export;
import io.waybill.flow.Refusal;
import io.waybill.flow.toml.FlowReader;
import java.math.BigDecimal;
import java.sql.Time;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The statements by which products write into a bucket, that no test of ours can start: as their manuals have them. */
class PushdownSqlTest {

    private static final String RUN = "s3://lake/events/.waybill/20260115T233000-44d8c5/";

    private static final String QUERY =
            "SELECT \"id\", '?' AS \"it's?\"\nFROM t -- all?\nWHERE \"a\" = ? AND \"at\" > ? AND \"on\" >= ?";

    private static final List<Object> VALUES =
            List.of("O'Hara", LocalDateTime.parse("2026-01-15T10:00:00.5"), LocalDate.parse("2026-01-15"));

    private static Pushdown pushdown(String product) {
        return Databases.all().stream()
                .filter(each -> each.productName().equals(product))
                .findFirst()
                .flatMap(Standard::pushdown)
                .orElseThrow();
    }

    private static Export export(String path, String keys) {
        return new FlowReader(UnaryOperator.identity())
                .read(
                        "t.toml",
                        "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"" + path
                                + "\"\nengine = \"pushdown\"\n" + keys + "\n")
                .orThrow()
                .export();
    }

    private static Task task(String path, String keys) {
        return task(path, keys, QUERY, VALUES, ColumnType.INT32);
    }

    private static Task task(String path, String keys, String sql, List<Object> values, ColumnType type) {
        return new Task(
                export(path, keys),
                sql,
                values,
                List.of(new Column("id", new SourceColumn("id", type, type, "some type", true, false, false, false))));
    }

    private static String sql(String product, String path, String keys) {
        Command command = pushdown(product).command(task(path, keys), RUN);
        assertThat(command.parameters()).isEmpty();
        return command.sql();
    }

    private static List<String> refusals(String product, Task task) throws Exception {
        return pushdown(product).refusals(null, task).stream()
                .map(Refusal::toString)
                .toList();
    }

    @Test
    void snowflakeCopiesIntoTheLocation() {
        assertThat(sql("Snowflake", "s3://lake/events/x.parquet", "pushdown_access = \"lake_of_ours\""))
                .isEqualTo("""
                        COPY INTO 's3://lake/events/.waybill/20260115T233000-44d8c5/data_0.parquet'
                        FROM (
                        SELECT * FROM (
                        SELECT "id", '?' AS "it's?"
                        FROM t -- all?
                        WHERE "a" = 'O''Hara' AND "at" > CAST('2026-01-15 10:00:00.5' AS TIMESTAMP_NTZ) AND "on" >= CAST('2026-01-15' AS DATE)
                        ) pushed
                        )
                        STORAGE_INTEGRATION = lake_of_ours
                        FILE_FORMAT = (TYPE = PARQUET COMPRESSION = SNAPPY)
                        HEADER = TRUE
                        OVERWRITE = FALSE
                        SINGLE = TRUE
                        MAX_FILE_SIZE = 5368709120""");
        assertThat(
                        sql(
                                "Snowflake",
                                "s3://lake/events/",
                                "format = \"parquet\"\npushdown_access = \"lake\"\nexporter_config = { compression = \"none\" }"))
                .contains("/data_'\n", "COMPRESSION = NONE)", "SINGLE = FALSE");
    }

    @Test
    void redshiftUnloadsAQueryBetweenQuotes() {
        assertThat(sql(
                        "Redshift",
                        "s3://lake/events/x.parquet",
                        "pushdown_access = \"arn:aws:iam::123456789012:role/unload\""))
                .isEqualTo("""
                        UNLOAD ('SELECT * FROM (
                        SELECT "id", ''?'' AS "it''s?"
                        FROM t -- all?
                        WHERE "a" = ''O''''Hara'' AND "at" > CAST(''2026-01-15 10:00:00.5'' AS TIMESTAMP) AND "on" >= CAST(''2026-01-15'' AS DATE)
                        ) pushed')
                        TO 's3://lake/events/.waybill/20260115T233000-44d8c5/data_'
                        IAM_ROLE 'arn:aws:iam::123456789012:role/unload'
                        FORMAT AS PARQUET
                        PARALLEL OFF
                        MAXFILESIZE 6200 MB""");
        assertThat(sql("Redshift", "s3://lake/events/", "format = \"parquet\"\npushdown_access = \"default\""))
                .contains("\nIAM_ROLE default\n", "PARALLEL ON");
    }

    @Test
    void bigQueryExportsDataAndBindsItsValues() {
        Command toS3 = pushdown("BigQuery")
                .command(task("s3://lake/events/x.parquet", "pushdown_access = \"aws-us-east-1.lake\""), RUN);
        assertThat(toS3.sql()).isEqualTo("""
                        EXPORT DATA WITH CONNECTION `aws-us-east-1.lake` OPTIONS (
                          uri = 's3://lake/events/.waybill/20260115T233000-44d8c5/data_*.parquet',
                          format = 'PARQUET',
                          compression = 'SNAPPY',
                          overwrite = false
                        ) AS
                        SELECT * FROM (
                        """ + QUERY + "\n) pushed");
        assertThat(toS3.parameters()).isEqualTo(VALUES);
        assertThat(pushdown("BigQuery")
                        .command(
                                task("s3://lake/events/x.parquet", "exporter_config = { compression = \"none\" }"), RUN)
                        .sql())
                .startsWith("EXPORT DATA OPTIONS (\n  uri = 'gs://lake/events/.waybill/")
                .doesNotContain("compression");
    }

    @Test
    void clickHouseInsertsIntoItsFunctionAndBindsItsValues() {
        Command command = pushdown("ClickHouse")
                .command(
                        task(
                                "s3://lake/events/x.parquet",
                                "pushdown_access = \"lake\"\nexporter_config = { compression = \"zstd\" }"),
                        RUN);
        assertThat(command.sql())
                .isEqualTo(
                        "INSERT INTO FUNCTION s3(lake, filename = 'events/.waybill/20260115T233000-44d8c5/data_0.parquet',"
                                + " format = 'Parquet')\nSELECT * FROM (\n" + QUERY
                                + "\n) pushed\nSETTINGS output_format_parquet_string_as_string = 1,"
                                + " output_format_parquet_compression_method = 'zstd', s3_truncate_on_insert = 0");
        assertThat(command.parameters()).isEqualTo(VALUES);
    }

    @Test
    void sqlServerCreatesAnExternalTableAndDropsIt() {
        assertThat(sql("SQL Server", "s3://lake/events/x.parquet", "pushdown_access = \"lake/parquet_files\""))
                .isEqualTo("""
                        CREATE EXTERNAL TABLE [waybill_events__waybill_20260115T233000_44d8c5_]
                        WITH (LOCATION = '/events/.waybill/20260115T233000-44d8c5/', DATA_SOURCE = [lake], FILE_FORMAT = [parquet_files])
                        AS SELECT * FROM (
                        SELECT "id", '?' AS "it's?"
                        FROM t -- all?
                        WHERE "a" = N'O''Hara' AND "at" > CAST('2026-01-15 10:00:00.5' AS DATETIME2) AND "on" >= CAST('2026-01-15' AS DATE)
                        ) pushed;
                        DROP EXTERNAL TABLE [waybill_events__waybill_20260115T233000_44d8c5_]""");
    }

    @Test
    void eachValueHasOneTextOrNone() {
        Literals literals = Literals.of("TIMESTAMP", "TIMESTAMPTZ");
        assertThat(literals.in(
                        "? ? ? ? ? ? ?",
                        Arrays.asList(
                                null,
                                true,
                                7L,
                                new BigDecimal("1E+3"),
                                "ü",
                                OffsetDateTime.parse("2026-01-15T10:00:00+02:00"),
                                java.util.UUID.fromString("0190163d-8694-739b-aea5-966c26f8ad91")),
                        "X"))
                .isEqualTo("NULL TRUE 7 1000 'ü' CAST('2026-01-15 08:00:00+00:00' AS TIMESTAMPTZ)"
                        + " '0190163d-8694-739b-aea5-966c26f8ad91'");
        assertThatThrownBy(() -> literals.in("?", List.of(new Time(0)), "X"))
                .hasMessage(
                        "engine: \"pushdown\" has X write the query, whose values stand in its text, and a Time has no text"
                                + " there that is sure to be the same; change the filter, or leave engine out");
        assertThatThrownBy(() -> literals.in("?", List.of(LocalDate.parse("-0044-03-15")), "X"))
                .hasMessageContaining("years from 1 to 9999 are allowed there");
        assertThatThrownBy(() -> literals.in("?", List.of(1, 2), "X")).hasMessageContaining("fewer ? than parameters");
        assertThatThrownBy(() -> literals.in("? ?", List.of(1), "X")).hasMessageContaining("none of its parameters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\\", "a\\' OR 1 = 1 --", "a\0", "a\nb", "\u202E", "\u2028", "\uD800"})
    void aTextThatSomeProductTakesForMoreIsRefused(String text) {
        Task task = task(
                "s3://lake/x.parquet",
                "pushdown_access = \"a/b\"",
                "SELECT 1 WHERE a = ?",
                List.of(text),
                ColumnType.INT32);
        for (String product : List.of("Redshift", "Snowflake", "SQL Server")) {
            assertThatThrownBy(() -> pushdown(product).command(task, RUN))
                    .as(product)
                    .hasMessage("engine: \"pushdown\" has " + product
                            + " write the query, whose values stand in its text, and"
                            + " a text with a backslash or a control character is not safe there; change the filter, or"
                            + " leave engine out");
        }
    }

    @Test
    void aBackslashInAQueryBetweenQuotesIsRefused() {
        Task task = task(
                "s3://lake/x.parquet", "pushdown_access = \"default\"", "SELECT '\\'", List.of(), ColumnType.INT32);
        assertThatThrownBy(() -> pushdown("Redshift").command(task, RUN))
                .hasMessageContaining("a backslash in it may begin an escape there");
    }

    @ParameterizedTest
    @CsvSource({"Snowflake", "Redshift", "BigQuery", "ClickHouse", "SQL Server"})
    void aFolderThatIsAPatternOrEndsAQuoteIsRefused(String product) {
        for (String folder : List.of("a*b/", "a'b/", "{a}/", "a`b/")) {
            assertThatThrownBy(() -> pushdown(product)
                            .command(task("s3://lake/x.parquet", "pushdown_access = \"a/b\""), "s3://lake/" + folder))
                    .hasMessageStartingWith("file_path: \"")
                    .hasMessageContaining("has a character that " + product + " takes for a pattern or a quote");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "Snowflake | s3://lake/x.csv | pushdown_access = \"a\" | ~format: \"csv\" is not what Snowflake's COPY INTO writes here; allowed: parquet~",
                "Snowflake | s3://lake/x.parquet | | pushdown_access: is missing; Snowflake's COPY INTO takes the name of a storage integration",
                "Snowflake | s3://lake/x.parquet | pushdown_access = \"a b\" | ~pushdown_access: \"a b\" is not allowed; Snowflake's COPY INTO takes the name of a storage integration~",
                "Redshift | s3://lake/x.parquet | pushdown_access = \"default' ALLOWOVERWRITE\" | ~pushdown_access: \"default' ALLOWOVERWRITE\" is not allowed; Redshift's UNLOAD takes the ARN of a role, or default~",
                "Redshift | s3://lake/x.parquet | pushdown_access = \"default\";exporter_config = { compression = \"zstd\" } | ~exporter_config.compression: \"zstd\" is not what Redshift's UNLOAD can do; allowed: snappy~",
                "Redshift | s3://lake/ | pushdown_access = \"default\";format = \"parquet\";order_by = \"id\" | order_by: does not hold, since Redshift's UNLOAD has several write at once",
                "BigQuery | s3://lake/x.parquet | order_by = \"id\" | order_by: does not hold, since BigQuery's EXPORT DATA has several write at once",
                "ClickHouse | s3://lake/x.parquet | pushdown_access = \"lake\";max_row_groups_per_file = 4 | max_row_groups_per_file: is not what ClickHouse's INSERT INTO FUNCTION s3 can do; end file_path in / for several files",
                "ClickHouse | s3://lake/x.parquet | pushdown_access = \"lake\";compression = \"gzip\" | compression: is not for parquet, whose pages exporter_config.compression compresses",
                "SQL Server | s3://lake/x.parquet | pushdown_access = \"lake\" | ~pushdown_access: \"lake\" is not allowed; SQL Server's CREATE EXTERNAL TABLE AS SELECT takes an external data source and an external file format: source/format~",
            })
    void whatAProductCannotDoIsRefusedByName(String product, String path, String keys, String message)
            throws Exception {
        assertThat(refusals(product, task(path, keys == null ? "" : keys.replace(";", "\n"))))
                .containsExactly(message);
    }

    @Test
    void aTypeThatAProductHasNoParquetForIsRefused() throws Exception {
        Task task =
                task("s3://lake/x.parquet", "pushdown_access = \"a\"", "SELECT 1", List.of(), ColumnType.instant(6));
        assertThat(refusals("Snowflake", task))
                .containsExactly(
                        "engine: \"pushdown\" does not write column \"id\" (some type), which Snowflake's COPY INTO has"
                                + " no Parquet for; leave it out, or engine");
    }
}
