package io.waybill.adopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.flow.Problem;
import io.waybill.flow.toml.FlowFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files as the documentation of Sling and of Embulk's plugins shows them, and what comes of them. */
class ForeignFilesTest {

    @TempDir
    private Path folder;

    @Nested
    class OfSling {

        @Test
        void aStreamOfATableBecomesAFlowByTheDefaults() throws IOException {
            Adopted adopted = sling("""
                    source: MY_POSTGRES
                    target: LOCAL
                    defaults:
                      mode: full-refresh
                      object: /tmp/out/{stream_schema}_{stream_table}.csv
                      target_options:
                        delimiter: ';'
                        file_max_rows: 500000
                        compression: gzip
                    streams:
                      finance.accounts:
                      finance.users:
                        disabled: true
                      finance.departments:
                        object: /tmp/out/old/{YYYY}/{stream_table_upper}.parquet
                        target_options: {format: parquet, compression: zstd}
                        select: [id, name, -secret]
                    """);

            assertThat(adopted.files().keySet()).containsExactly("finance_accounts.toml", "finance_departments.toml");
            assertThat(adopted.files().get("finance_accounts.toml")).isEqualTo("""
                            # from Sling's stream finance.accounts
                            id = "finance_accounts"

                            [properties.export]
                            source_dataset_id = "finance.accounts"
                            file_path = "/tmp/out/finance_accounts.csv"
                            format = "csv"
                            compression = "gzip"
                            max_rows_per_file = 500000
                            if_exists = "overwrite"
                            datasource = "my_postgres"
                            exporter_config = { delimiter = ";" }
                            """);
            assertThat(adopted.files().get("finance_departments.toml"))
                    .contains(
                            "file_path = \"/tmp/out/old/{year}/DEPARTMENTS.parquet\"",
                            "columns = [\"id\", \"name\"]",
                            "exclude_columns = [\"secret\"]",
                            "exporter_config = { compression = \"zstd\" }");
            assertThat(said(adopted))
                    .containsExactly("sling.yaml:12: streams.finance.users: is disabled; no flow is made of it");
            assertThat(adopted.settings())
                    .contains("waybill.datasource.my_postgres.password = {{env:MY_POSTGRES_PASSWORD}}");
            assertThat(problems(adopted)).isEmpty();
        }

        @Test
        void aStreamOfManyTablesBecomesAFlowOfTheseWithoutThoseThatHaveOneOfTheirOwn() throws IOException {
            Adopted adopted = sling("""
                    source: MY_POSTGRES
                    target: LOCAL
                    defaults:
                      mode: incremental
                      update_key: updated_at
                      object: /tmp/out/{stream_schema}/{stream_table}_{YYYY}.csv
                    streams:
                      sales.*:
                      sales.tmp_x:
                        disabled: true
                      sales.orders:
                        object: /tmp/out/orders.parquet
                      other.orders:
                        disabled: true
                    """);

            assertThat(adopted.files().keySet()).containsExactly("sales.toml", "sales_orders.toml");
            assertThat(adopted.files().get("sales.toml")).isEqualTo("""
                            # from Sling's stream sales.*
                            id = "sales"

                            [properties.export]
                            exclude = ["sales.tmp_x", "sales.orders"]
                            source_dataset_id = "sales.*"
                            file_path = "/tmp/out/{schema}/{table}_{year}.csv"
                            format = "csv"
                            since_last_export = true
                            watermark = "updated_at"
                            datasource = "my_postgres"
                            """);
            assertThat(problems(adopted)).isEmpty();
        }

        @Test
        void whatIsNewIsToldByItsUpdateKeyAndAConditionBecomesAQuery() throws IOException {
            Adopted adopted = sling("""
                    source: shop
                    target: aws_s3
                    streams:
                      sales.orders:
                        mode: incremental
                        primary_key: id
                        update_key: updated_at
                        object: s3://lake/orders/{run_timestamp}.parquet
                      paid:
                        sql: select * from sales.orders where status = '${STATUS}'
                        object: s3://lake/paid.jsonl
                        target_options: {format: jsonlines}
                        schedule: '0 2 * * *'
                      sales.customers:
                        where: active
                        object: s3://lake/customers.csv
                    env:
                      STATUS: paid
                      SLING_THREADS: 3
                    """);

            assertThat(adopted.files().get("sales_orders.toml"))
                    .contains(
                            "source_dataset_id = \"sales_orders\"",
                            "since_last_export = true",
                            "file_path = \"s3://lake/orders/{ts_nodash}.parquet\"",
                            "connection = \"aws_s3\"");
            assertThat(adopted.files().get("paid.toml")).contains("format = \"jsonl\"", "schedule = \"0 2 * * *\"");
            assertThat(adopted.dataSets())
                    .contains(
                            "table = \"sales.orders\"\nprimary_key = [\"id\"]\nwatermark = \"updated_at\"",
                            "query = \"select * from sales.orders where status = 'paid'\"",
                            "query = \"SELECT * FROM sales.customers WHERE active\"");
            assertThat(said(adopted)).containsExactly("sling.yaml:19: env.SLING_THREADS: is not taken over");
            assertThat(problems(adopted)).isEmpty();
        }

        @Test
        void namesOfStreamsAreNamesAndNothingElse() throws IOException {
            Adopted adopted = sling("""
                    source: shop
                    target: LOCAL
                    streams:
                      "x\\n[[triggers]]": {sql: select 1, object: x.csv}
                      Orders: {object: a.csv}
                      orders: {object: b.csv}
                      datasets: {object: c.csv}
                    """);

            assertThat(adopted.files().keySet())
                    .containsExactly("x_triggers.toml", "Orders.toml", "orders_2.toml", "datasets_2.toml");
            assertThat(adopted.files().get("x_triggers.toml"))
                    .startsWith("# from Sling's stream x [[triggers]]\nid = ");
            assertThat(problems(adopted)).isEmpty();
        }

        @Test
        void flagsAndNumbersAreThoseOfYamlInWhicheverForm() {
            Adopted adopted = sling("""
                    source: MY_POSTGRES
                    target: LOCAL
                    defaults:
                      object: /tmp/{stream_table}.csv
                      target_options: {header: No}
                    streams:
                      a.one: {disabled: True}
                      a.two:
                        disabled: FALSE
                        source_options: {limit: 1_000}
                        target_options: {header: yes, file_max_rows: 1e6}
                      a.three:
                    """);

            assertThat(adopted.files().keySet()).containsExactly("a_two.toml", "a_three.toml");
            assertThat(adopted.files().get("a_two.toml"))
                    .contains("limit = 1000\n", "include_header = true")
                    .doesNotContain("max_rows_per_file");
            assertThat(adopted.files().get("a_three.toml")).contains("include_header = false");
            assertThat(said(adopted))
                    .containsExactly(
                            "sling.yaml:7: streams.a.one: is disabled; no flow is made of it",
                            "sling.yaml:11: streams.a.two.target_options.file_max_rows: \"1e6\" is no number of them, and is"
                                    + " not taken over");
            assertThatThrownBy(() -> sling("""
                    source: MY_POSTGRES
                    target: LOCAL
                    streams:
                      a.one: {disabled: perhaps}
                    """))
                    .hasMessage("sling.yaml:4: streams.a.one.disabled: \"perhaps\" is neither true nor false");
        }

        @Test
        void whatDoesNotMapIsNamedWithItsLine() {
            Adopted adopted = sling("""
                    source: MY_POSTGRES
                    target: MY_SNOWFLAKE
                    hooks: {end: [{type: http}]}
                    defaults:
                      object: new_schema.{stream_schema}_{stream_table}
                      target_options: {column_casing: snake}
                    streams:
                      my_schema.*:
                      my_schema.one:
                      my_schema.two:
                        object: two.csv
                      my_schema.three:
                        mode: incremental
                        object: file:///tmp/three.csv
                    """);

            assertThat(adopted.files()).isEmpty();
            assertThat(said(adopted))
                    .satisfiesExactly(
                            line -> assertThat(line).isEqualTo("sling.yaml:3: hooks: is not taken over"),
                            line -> assertThat(line)
                                    .isEqualTo(
                                            "sling.yaml:6: defaults.target_options.column_casing: is not taken over"),
                            line -> assertThat(line)
                                    .startsWith("sling.yaml:8: streams.my_schema.*: goes to \"new_schema."),
                            line -> assertThat(line)
                                    .startsWith("sling.yaml:9: streams.my_schema.one: goes to \"new_schema."),
                            line -> assertThat(line)
                                    .contains("streams.my_schema.two: goes to the connection MY_SNOWFLAKE", "--to"),
                            line -> assertThat(line)
                                    .contains("streams.my_schema.three: is incremental without update_key"));
        }
    }

    @Nested
    class OfEmbulk {

        @Test
        void aTableBecomesAFlow() throws IOException {
            Adopted adopted = embulk("""
                    in:
                      type: postgresql
                      host: db.example.com
                      user: export
                      password: "{{ env.PG_PASSWORD }}"
                      database: Shop
                      table: orders
                      select: "id, status"
                      order_by: "id DESC"
                    out:
                      type: file
                      path_prefix: /tmp/out/orders_
                      sequence_format: "%03d.%02d."
                      file_ext: csv.gz
                      formatter:
                        type: csv
                        delimiter: ';'
                        charset: UTF-8
                        quote_policy: ALL
                        null_string: 'NULL'
                        newline: LF
                      encoders:
                      - {type: gzip, level: 6}
                    """);

            assertThat(adopted.files().get("orders.toml")).isEqualTo("""
                            # from Embulk
                            id = "orders"

                            [properties.export]
                            source_dataset_id = "orders"
                            columns = ["id", "status"]
                            order_by = ["id desc"]
                            file_path = "/tmp/out/orders.csv"
                            format = "csv"
                            compression = "gzip"
                            datasource = "shop"
                            exporter_config = { delimiter = ";", null_string = "NULL", encoding = "utf-8", quote_mode = "all", line_ending = "lf" }
                            """);
            assertThat(adopted.settings())
                    .containsExactly(
                            "waybill.datasource.shop.url = jdbc:postgresql://db.example.com:5432/Shop",
                            "waybill.datasource.shop.username = export",
                            "waybill.datasource.shop.password = {{env:PG_PASSWORD}}");
            assertThat(said(adopted))
                    .containsExactly(
                            "embulk.yml:13: out.sequence_format: Embulk numbers its files (/tmp/out/orders_%03d.%02d.csv.gz);"
                                    + " Waybill writes one, /tmp/out/orders.csv and the ending of its compression",
                            "embulk.yml:23: out.encoders[0].level: is not taken over");
            assertThat(problems(adopted)).isEmpty();
        }

        @Test
        void whatIsNewIsToldByItsColumnAndSecretsAreNotPrinted() throws IOException {
            Adopted adopted = embulk("""
                    in:
                      type: mysql
                      host: localhost
                      port: 3307
                      user: root
                      password: not-for-everybody
                      database: shop
                      table: events
                      incremental: true
                      incremental_columns: [updated_at]
                      last_record: ['2026-01-01T00:00:00']
                      options: {useLegacyDatetimeCode: false}
                    out:
                      type: s3
                      bucket: lake
                      path_prefix: events/out
                      file_ext: .tsv
                      access_key_id: AKIA
                      secret_access_key: also-not
                      formatter: {type: tsv, header_line: false}
                    """);

            assertThat(adopted.files().get("events.toml"))
                    .contains(
                            "file_path = \"s3://lake/events/out.tsv\"",
                            "since_last_export = true",
                            "connection = \"s3\"",
                            "include_header = false",
                            "line_ending = \"crlf\"");
            assertThat(adopted.dataSets()).contains("table = \"events\"\nwatermark = \"updated_at\"");
            assertThat(adopted.settings().toString())
                    .contains("jdbc:mysql://localhost:3307/shop", "{{env:SHOP_PASSWORD}}")
                    .doesNotContain("not-for-everybody", "also-not");
            assertThat(said(adopted))
                    .anyMatch(line -> line.startsWith(
                            "embulk.yml:11: in.last_record: is not taken over: `waybill watermark set events"))
                    .anyMatch(line -> line.equals("embulk.yml:12: in.options: is not taken over"))
                    .noneMatch(line -> line.contains("not-for-everybody") || line.contains("also-not"));
            assertThat(problems(adopted)).isEmpty();
        }

        @Test
        void whatDoesNotMapIsNamedWithItsLine() {
            Adopted adopted = embulk("""
                    exec: {max_threads: 4}
                    in:
                      type: mysql
                      host: localhost
                      database: shop
                      query: select * from events where id > :id
                      incremental: true
                      incremental_columns: [id]
                    filters:
                    - {type: rename, columns: {a: b}}
                    out: {type: stdout}
                    """);

            assertThat(adopted.files()).isEmpty();
            assertThat(said(adopted))
                    .anyMatch(line -> line.equals("embulk.yml:1: exec: is not taken over"))
                    .anyMatch(line -> line.startsWith("embulk.yml:6: in.query: has parameters"))
                    .anyMatch(line ->
                            line.startsWith("embulk.yml:10: filters[0].type: filter \"rename\" is not taken over"));
        }

        @Test
        void aUrlWithAPasswordIsNotPrinted() {
            Adopted adopted = embulk("""
                    in: {type: jdbc, url: "jdbc:postgresql://h/d?user=u&password=not-for-everybody", table: t}
                    out: {type: file, path_prefix: out/t, formatter: {type: csv}}
                    """);

            assertThat(adopted.settings()).contains("waybill.datasource.jdbc.url = jdbc:…");
            assertThat(said(adopted)).anyMatch(line -> line.startsWith("embulk.yml:1: in.url: holds a password"));
            assertThat(adopted.settings().toString() + said(adopted)).doesNotContain("not-for-everybody");
        }

        @Test
        void templatesOfLiquidAreRefused() {
            assertThatThrownBy(() -> embulk("in: {type: mysql}\n{% include 'out' %}\n"))
                    .hasMessageStartingWith("embulk.yml:2: is a template: of Liquid, {{ env.NAME }} alone is read");
        }
    }

    @Test
    void otherFilesAreRefused() {
        assertThatThrownBy(() -> ForeignFiles.read("x.yaml", "a: [", null)).hasMessageStartingWith("x.yaml:");
        assertThatThrownBy(() -> ForeignFiles.read("x.yaml", "- a", null))
                .hasMessage("x.yaml: holds no table of keys and values");
        assertThatThrownBy(() -> ForeignFiles.read("x.yaml", "a: 1", null))
                .hasMessage(
                        "x.yaml: is neither a replication of Sling (source, target, streams) nor a configuration of Embulk (in, out)");
        assertThatThrownBy(() -> ForeignFiles.read("x.yaml", "source: a\ntarget: b\nstreams: [a]", null))
                .hasMessage("x.yaml:3: streams: is no table of keys and values");
        assertThatThrownBy(() -> ForeignFiles.read("x.yaml", "source: a\nsource: b\nstreams:", null))
                .hasMessage("x.yaml:2: source: is there twice");
        assertThatThrownBy(() -> ForeignFiles.read("x.yaml", "source: a\nstreams:", null))
                .hasMessage("x.yaml: target: is not there; a replication has source, target and streams");
    }

    private static Adopted sling(String text) {
        return ForeignFiles.read("sling.yaml", text, null);
    }

    private static Adopted embulk(String text) {
        return ForeignFiles.read("embulk.yml", text, null);
    }

    private static List<String> said(Adopted adopted) {
        return adopted.notTaken().stream().map(Problem::toString).toList();
    }

    /** What the loader of flows says of them. */
    private List<Problem> problems(Adopted adopted) throws IOException {
        for (Map.Entry<String, String> each : adopted.files().entrySet()) {
            Files.writeString(folder.resolve(each.getKey()), each.getValue());
        }
        if (!adopted.dataSets().isEmpty()) {
            Files.writeString(folder.resolve("datasets.toml"), adopted.dataSets());
        }
        return FlowFolder.read(folder, text -> text).problems();
    }
}
