package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.TestDatabases;
import io.waybill.flow.FlowKeys;
import io.waybill.flow.Form;
import io.waybill.flow.Key;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Goes through all keys of flows: of each it is said here whether somebody could reach by it what they may not, and shown that they do not.
 * A new key fails this test until that is decided.
 */
class WritableKeysIT {

    private static final String EXPORT = "properties.export.";

    private static final String ADMIN = "role admin@* is needed to write";
    private static final String PLACEHOLDER = "is a property placeholder; " + ADMIN;
    private static final String DATA_SET = "that the caller may export";
    private static final String DATA_SOURCE = "is neither that of the data set nor the default one";
    private static final String ELSEWHERE = "is not below the folder of waybill.server.files";
    private static final String PII = "with pii";

    /** Those that only say what becomes of rows that the caller may have, and when. */
    private static final String HARMLESS = """
            name description flow_type
            properties.export: exclude on_failure tables_at_once watermark
            delivery.id delivery.if_exists export_mode batch_id format columns exclude_columns select
            pii_key privacy transform.column transform.columns transform.method transform.key transform.encoding transform.length
            transform.keep_first transform.keep_last transform.with transform.alphabet transform.small transform.to transform.bucket
            filters.column filters.op filters.value filters.values filters.last filters.previous filters.on filters.hours
            not_before last_days
            report.group_by report.metrics.function report.metrics.column report.metrics.name report.metrics.percent
            report.time_bucket.column report.time_bucket.every report.time_bucket.name report.time_bucket.fill report.having.column
            report.having.op report.having.value report.having.values report.having.last report.having.previous report.having.on
            report.having.hours order_by limit max_rows_per_file target_file_size_bytes max_row_groups_per_file chunk_by.column
            chunk_by.every path_columns max_open_files max_files max_archive_size compression encryption.armor if_exists reader
            since_last_export changes.primary_key
            changes.strategy changes.compare_columns changes.updated_at changes.deletions changes.full_compare_every
            changes.kept_log_bytes changes.max_deletes watermark_lag watermark_wait watermark_nulls parallelism processes snapshot checksums
            overlap
            schema_change expect.column expect.columns expect.not_null expect.null_share expect.unique expect.between expect.in
            expect.matches expect.fresh_within expect.min_rows expect.max_rows expect.change_of_rows expect.severity skip_empty
            redelivery.maximum_redeliveries redelivery.redelivery_delay redelivery.back_off_multiplier
            redelivery.maximum_redelivery_delay notifications.on engine
            properties.export.exporter_config: delimiter include_header header encoding encoding_errors columns quote quote_mode escape null_string
            line_ending date_format timestamp_format timezone formula_guard indent jsonl ensure_ascii nest compression
            index row_group_size page_size dictionary timestamp_unit sheet_name max_rows_per_sheet long_text
            data_format_rows data_format_values data_format_extension data_format_charset
            properties.change_feed: strategy compare_columns updated_at deletions full_compare_every kept_log_bytes max_deletes batch_id
            write_unchanged overlap notifications.on
            properties.delta_publishing: strategy compare_columns updated_at deletions full_compare_every kept_log_bytes max_deletes
            batch_id old_values overlap notifications.on
            input: primary_key columns.name columns.type
            triggers: id type schedule max_rows max_delay timezone enabled description every start_at end_at repeat at on day channel
            jitter catch_up
            """;

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with()
            .withFlow("secret", "namespace = \"finance\"\n" + ServerHarness.export("secret"))
            .withProperty("waybill.default-datasource", "db");

    private String seller;

    @BeforeEach
    void sellsOrders() throws Exception {
        TestDatabases.execute(server.database(), "CREATE SCHEMA sales", "CREATE TABLE sales.orders AS SELECT 1 AS id");
        server.context().getRegistry().bind("elsewhere", server.database());
        seller = server.token("create@namespace:sales");
    }

    /** What is refused, by the key that it is about, and what is said then. */
    private Map<String, List<String>> reaching() {
        Map<String, List<String>> reaching = new LinkedHashMap<>();

        reaching.put("id", List.of("id = \"secret\"\n" + export(""), "the flow says it is"));
        reaching.put("namespace", List.of(export("").replace("\"sales\"", "\"finance\""), "role create is needed"));
        reaching.put(
                EXPORT + "source_dataset_id", List.of(export("").replace("\"orders\"", "\"public.orders\""), DATA_SET));
        reaching.put(EXPORT + "datasource", List.of(export("datasource = \"elsewhere\""), DATA_SOURCE));
        reaching.put(EXPORT + "file_path", List.of(to("file_path = \"/tmp/orders.csv\""), ELSEWHERE));
        reaching.put(EXPORT + "destination", List.of(to("destination = \"/tmp/orders.csv\""), ELSEWHERE));
        reaching.put(
                EXPORT + "delivery.uri", List.of(delivery("uri = \"class:java.lang.System\""), "is of no connection"));
        reaching.put(
                EXPORT + "delivery.connection",
                List.of(delivery("uri = \"http://127.0.0.1:1/\", connection = \"none\""), "none"));
        reaching.put(
                EXPORT + "delivery.headers",
                List.of(delivery("uri = \"http://127.0.0.1:1/\", headers = { A = \"{{env:HOME}}\" }"), PLACEHOLDER));
        reaching.put(
                EXPORT + "delivery.options",
                List.of(delivery("uri = \"http://127.0.0.1:1/\", options = { a = \"1\" }"), "is of no connection"));
        reaching.put(
                EXPORT + "connection",
                List.of(to("file_path = \"http://127.0.0.1:1/\"\nconnection = \"none\""), "none"));
        reaching.put(
                EXPORT + "headers",
                List.of(to("file_path = \"http://127.0.0.1:1/\"\nheaders = { A = \"{{env:HOME}}\" }"), PLACEHOLDER));
        reaching.put(
                EXPORT + "options",
                List.of(to("file_path = \"http://127.0.0.1:1/\"\noptions = { a = \"1\" }"), "is of no connection"));
        reaching.put(EXPORT + "pii_policy", List.of(export("pii_policy = \"allow\""), PII));
        reaching.put(EXPORT + "expect.sql", List.of(export("expect = [{ sql = \"SELECT 1\" }]"), ADMIN));
        reaching.put(EXPORT + "encryption.recipients", List.of(export("encryption = { recipients = [\"a\"] }"), ADMIN));
        reaching.put(
                EXPORT + "encryption.sign_with",
                List.of(
                        export("encryption = { recipients = [\"a\"], sign_with = \"/etc/passwd\" }"),
                        "sign_with: " + ADMIN));
        reaching.put(
                EXPORT + "encryption.passphrase",
                List.of(
                        export(
                                "encryption = { recipients = [\"a\"], sign_with = \"a\", passphrase = \"{{env:HOME}}\" }"),
                        PLACEHOLDER));
        reaching.put(
                EXPORT + "encryption.zip_password",
                List.of(
                        export("compression = \"zip\"\nencryption = { zip_password = \"{{env:HOME}}\" }"),
                        PLACEHOLDER));
        String dataFormat = "exporter_config.data_format: " + ADMIN;
        reaching.put(
                EXPORT + "exporter_config.data_format",
                List.of(export("exporter_config = { data_format = \"#elsewhere\" }"), dataFormat));
        reaching.put(
                EXPORT + "exporter_config.data_format_options",
                List.of(
                        export(
                                "exporter_config = { data_format = \"jackson\", data_format_options = { moduleClassNames = \"a.B\" } }"),
                        dataFormat));
        reaching.put(EXPORT + "dead_letter", List.of(export("dead_letter = \"file:/tmp\""), ADMIN));
        reaching.put(EXPORT + "notifications.uri", List.of(export("notifications = [{ uri = \"file:/tmp\" }]"), ADMIN));
        for (String type : List.of("change_feed", "delta_publishing")) {
            String feed = "properties." + type + ".";
            reaching.put(
                    feed + "source_dataset_id",
                    List.of(feed(type, "").replace("\"orders\"", "\"public.orders\""), DATA_SET));
            reaching.put(feed + "datasource", List.of(feed(type, "datasource = \"elsewhere\""), DATA_SOURCE));
            reaching.put(feed + "then", List.of(feed(type, "then = [\"secret\"]"), "there is no flow"));
            reaching.put(
                    feed + "notifications.uri",
                    List.of(feed(type, "notifications = [{ uri = \"file:/tmp\" }]"), ADMIN));
        }
        reaching.put(EXPORT + "pushdown_access", List.of(export("pushdown_access = \"x\"\n"), "pushdown_access"));
        return reaching;
    }

    private String export(String more) {
        return to("file_path = \"" + server.file("exports/new/orders.csv") + "\"\n" + more);
    }

    private static String to(String where) {
        return "namespace = \"sales\"\n[properties.export]\nsource_dataset_id = \"orders\"\nformat = \"csv\"\n" + where
                + "\n";
    }

    private static String delivery(String delivery) {
        return to("delivery = [{ " + delivery + " }]");
    }

    private static String feed(String type, String more) {
        return "namespace = \"sales\"\n[properties." + type + "]\nsource_dataset_id = \"orders\"\n" + more
                + "\n[input]\nprimary_key = \"id\"\n";
    }

    @Test
    void eachKeyThatReachesElsewhereIsRefusedToWhoMayNot() throws Exception {
        for (Map.Entry<String, List<String>> each : reaching().entrySet()) {
            assertThat(server.put("/v2/flows/new")
                            .as(seller)
                            .toml(each.getValue().get(0))
                            .send()
                            .json()
                            .path("detail")
                            .asText())
                    .as(each.getKey())
                    .contains(each.getValue().get(1));
            assertThat(server.file("routes/new.toml")).as(each.getKey()).doesNotExist();
        }
    }

    @Test
    void ofEachKeyItIsDecidedWhetherItReachesElsewhere() {
        Set<String> decided = new TreeSet<>(reaching().keySet());
        String section = "";
        for (String word : HARMLESS.split("\\s+")) {
            if (word.endsWith(":")) {
                section = word.replace(':', '.');
            } else {
                decided.add(section + word);
            }
        }
        Set<String> keys = new TreeSet<>();
        addKeys("", FlowKeys.ALL, keys);
        assertThat(keys).containsExactlyElementsOf(decided);
    }

    private static void addKeys(String section, List<Key<?>> keys, Set<String> all) {
        for (Key<?> key : keys) {
            boolean isOptionOfRoutes =
                    !key.isInFlows() || section.equals(EXPORT) && key.name().contains(".");
            if (isOptionOfRoutes) {
                continue; // in flows it stands in its table
            }
            if (key.form() instanceof Form.Table table && !table.keys().isEmpty()) {
                addKeys(section + key.local() + ".", table.keys(), all);
            } else {
                all.add(section + key.local());
            }
        }
    }
}
