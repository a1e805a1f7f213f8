package io.waybill.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.flow.DataSetKeys;
import io.waybill.flow.DeliveryKeys;
import io.waybill.flow.EncryptionKeys;
import io.waybill.flow.FeedKeys;
import io.waybill.flow.FilterKeys;
import io.waybill.flow.Problem;
import io.waybill.flow.ReportKeys;
import io.waybill.flow.toml.FlowReader;
import io.waybill.format.CsvDataFormat;
import io.waybill.format.JsonDataFormat;
import io.waybill.format.ParquetDataFormat;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.camel.Producer;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.service.ServiceHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a flow file is refused for, the options of a route are refused for: when the route starts, and by the same rule. */
class BothDoorsTest {

    @TempDir
    private static Path folder;

    private static HikariDataSource database;
    private static FlowHarness harness;

    @BeforeAll
    static void start() {
        database = TestDatabases.h2();
        harness = new FlowHarness(folder, database);
        bind("csv-dash-null", "CsvDataFormat", Map.of("nullString", "a,b"));
        bind("csv-quote-mode", "CsvDataFormat", Map.of("quoteMode", "al"));
        bind("csv-line-ending", "CsvDataFormat", Map.of("lineEnding", "cr"));
        bind("csv-latin", "CsvDataFormat", Map.of("encoding", "latin-99"));
        bind("csv-zone", "CsvDataFormat", Map.of("timezone", "Europe/Wien"));
        bind("csv-date", "CsvDataFormat", Map.of("dateFormat", "%Y"));
        bind("csv-delimiter", "CsvDataFormat", Map.of("delimiter", ";;"));
        bind("csv-quote", "CsvDataFormat", Map.of("delimiter", ";", "quote", ";"));
        bind("csv-columns", "CsvDataFormat", Map.of("columns", "id"));
        bind("jsonl-indent", "JsonDataFormat", Map.of("jsonl", true, "indent", 2));
        bind("jsonl-latin", "JsonDataFormat", Map.of("jsonl", true, "encoding", "latin-1"));
        bind("json", "JsonDataFormat", Map.of());
        bind("parquet-rar", "ParquetDataFormat", Map.of("compression", "rar"));
        bind("parquet-small", "ParquetDataFormat", Map.of("rowGroupSize", 5L));
        bind("parquet-unit", "ParquetDataFormat", Map.of("timestampUnit", "seconds"));
        delivery("bucket", "s3://lake");
        delivery("stream", "kinesis://orders");
        delivery("streams", "kinesis://orders/more");
        delivery("up", "sftp://host/../x.csv");
        DeliveryBean local = delivery("here", "out/x.csv");
        local.set(DeliveryKeys.CONNECTION, "lake");
        encryption("zip-password", bean -> bean.set(EncryptionKeys.ZIP_PASSWORD, "secret"));
        encryption("both", bean -> {
            bean.set(EncryptionKeys.ZIP_PASSWORD, "secret");
            bean.set(EncryptionKeys.RECIPIENTS, "keys/a.asc");
        });
        encryption("nobody", bean -> {});
        encryption("passphrase", bean -> {
            bean.set(EncryptionKeys.RECIPIENTS, "keys/a.asc");
            bean.set(EncryptionKeys.PASSPHRASE, "secret");
        });
        encryption("pgp", bean -> bean.set(EncryptionKeys.RECIPIENTS, "keys/a.asc"));
        changes("compared", bean -> {});
        changes("two-keys", bean -> bean.set(FeedKeys.PRIMARY_KEY, "id,id"));
        changes("by-no-time", bean -> bean.set(FeedKeys.STRATEGY, "timestamp"));
        changes("no-strategy", bean -> bean.set(FeedKeys.STRATEGY, "chek"));
        changes("half", bean -> bean.set(FeedKeys.MAX_DELETES, "half"));
        changes("kept", bean -> bean.set(FeedKeys.KEPT_LOG_BYTES, "2000000"));
        filter("no-operator", bean -> bean.set(FilterKeys.COLUMN, "a"));
        filter("operator", bean -> {
            bean.set(FilterKeys.COLUMN, "a");
            bean.set(FilterKeys.OP, "liek");
            bean.elements().add("x");
        });
        filter("no-time", bean -> {
            bean.set(FilterKeys.COLUMN, "a");
            bean.set(FilterKeys.OP, "last");
            bean.elements().add("0 days");
        });
        filter("one-of-two", bean -> {
            bean.set(FilterKeys.COLUMN, "a");
            bean.set(FilterKeys.OP, "between");
            bean.elements().add("1");
        });
        filter("no-column", bean -> {
            bean.set(FilterKeys.OP, "=");
            bean.elements().add("1");
        });
        harness.context().getRegistry().bind("count", metric("count", null));
        harness.context().getRegistry().bind("sum-of-nothing", metric("sum", null));
        harness.context().getRegistry().bind("no-function", metric(null, "a"));
        harness.context().getRegistry().bind("median", metric("median", "a"));
        harness.context().getRegistry().bind("percentile", metric("percentile", "a"));
        harness.context().getRegistry().bind("percent", metric("avg", "a").set(ReportKeys.PERCENT, "50"));
        harness.context()
                .getRegistry()
                .bind("percent-101", metric("percentile", "a").set(ReportKeys.PERCENT, "101"));
        dataSet("table-and-query", bean -> bean.set(DataSetKeys.QUERY, "SELECT 1"));
        dataSet("neither", bean -> bean.set(DataSetKeys.TABLE, null));
        dataSet("kind", bean -> bean.set(DataSetKeys.KIND, "chang_feed"));
        dataSet("lag", bean -> bean.set(DataSetKeys.WATERMARK_LAG, "2 months"));
        dataSet("type", bean -> bean.elements().add("email: text pi"));
        dataSet("twice", bean -> bean.elements().addAll(List.of("email: text", "email: pii")));
        dataSet("limit", bean -> bean.set(DataSetKeys.MAX_ROWS, -5));
        dataSet("other", bean -> bean.set(DataSetKeys.ID, "customers"));
    }

    private static void bind(String name, String type, Map<String, Object> properties) {
        Object format = switch (type) {
            case "CsvDataFormat" -> new CsvDataFormat();
            case "JsonDataFormat" -> new JsonDataFormat();
            default -> new ParquetDataFormat();
        };
        org.apache.camel.support.PropertyBindingSupport.build()
                .withTarget(format)
                .withCamelContext(harness.context())
                .withProperties(new LinkedHashMap<>(properties))
                .withRemoveParameters(false)
                .bind();
        harness.context().getRegistry().bind(name, format);
    }

    private static DeliveryBean delivery(String name, String uri) {
        DeliveryBean bean = new DeliveryBean();
        bean.set(DeliveryKeys.ID, name);
        bean.set(DeliveryKeys.URI, uri);
        harness.context().getRegistry().bind(name, bean);
        return bean;
    }

    private static void encryption(String name, java.util.function.Consumer<EncryptionBean> settings) {
        EncryptionBean bean = new EncryptionBean();
        settings.accept(bean);
        harness.context().getRegistry().bind(name, bean);
    }

    private static void changes(String name, java.util.function.Consumer<ChangesBean> settings) {
        ChangesBean bean = new ChangesBean();
        settings.accept(bean);
        harness.context().getRegistry().bind(name, bean);
    }

    private static void filter(String name, java.util.function.Consumer<FilterBean> settings) {
        FilterBean bean = new FilterBean();
        settings.accept(bean);
        harness.context().getRegistry().bind(name, bean);
    }

    private static KeyedBean metric(String function, String column) {
        return new MetricBean().set(ReportKeys.FUNCTION, function).set(ReportKeys.COLUMN, column);
    }

    private static void dataSet(String name, java.util.function.Consumer<DataSetBean> settings) {
        DataSetBean bean = new DataSetBean();
        bean.set(DataSetKeys.ID, "orders");
        bean.set(DataSetKeys.TABLE, "orders");
        settings.accept(bean);
        harness.context().getRegistry().bind(name, bean);
    }

    @AfterAll
    static void stop() throws Exception {
        harness.close();
        database.close();
    }

    /**
     * A wrong combination.
     *
     * @param keys the keys of a flow; null where a flow cannot say it
     * @param options the options of a route's step
     * @param flow what the flow is told
     * @param route what the route is told
     */
    record Case(String keys, String options, String flow, String route) {

        /** The same words at both doors. */
        static Case same(String keys, String options, String message) {
            return new Case(keys, options, message, message);
        }

        @Override
        public String toString() {
            return options;
        }
    }

    static List<Case> cases() {
        return List.of(
                new Case(
                        "since_last_export = true\nlimit = 10",
                        "sinceLastExport=true&limit=10",
                        "limit: does not go with since_last_export: the rows beyond it would never be exported",
                        "limit: does not go with sinceLastExport: the rows beyond it would never be exported"),
                new Case(
                        "since_last_export = true\nexport_mode = \"batch\"\nbatch_id = 1",
                        "sinceLastExport=true&mode=batch&batchId=1",
                        "since_last_export: does not go with export_mode \"batch\", which exports one batch",
                        "sinceLastExport: does not go with mode \"batch\", which exports one batch"),
                new Case(
                        "since_last_export = \"chnages\"",
                        "sinceLastExport=chnages",
                        "since_last_export: \"chnages\" is text; true, false or \"changes\" is expected",
                        "sinceLastExport: \"chnages\" is not known; allowed: false, true, changes; did you mean \"changes\"?"),
                new Case(
                        "since_last_export = \"changes\"\nexport_mode = \"incremental\"",
                        "sinceLastExport=changes&mode=incremental",
                        "export_mode: \"incremental\" does not go with since_last_export = \"changes\", which exports what is new,"
                                + " changed or deleted; leave it out",
                        "mode: \"incremental\" does not go with sinceLastExport = \"changes\", which exports what is new, changed"
                                + " or deleted; leave it out"),
                new Case(
                        "since_last_export = \"changes\"\nexport_mode = \"batch\"\nbatch_id = 3",
                        "sinceLastExport=changes&mode=batch&batchId=3",
                        "batch_id: does not go with since_last_export = \"changes\", which counts its batches itself",
                        "batchId: does not go with sinceLastExport = \"changes\", which counts its batches itself"),
                new Case(
                        "since_last_export = \"changes\"\nlimit = 10",
                        "sinceLastExport=changes&limit=10",
                        "limit: does not go with since_last_export: the rows beyond it would never be exported",
                        "limit: does not go with sinceLastExport: the rows beyond it would never be exported"),
                new Case(
                        "since_last_export = \"changes\"\nchunk_by = { column = \"t\", every = \"day\" }",
                        "sinceLastExport=changes&chunkBy=t",
                        "chunk_by: does not go with since_last_export = \"changes\", whose rows come in the order of their batches",
                        "chunkBy: does not go with sinceLastExport = \"changes\", whose rows come in the order of their batches"),
                new Case(
                        "since_last_export = \"changes\"\nwatermark_lag = \"5m\"",
                        "sinceLastExport=changes&watermarkLag=5m",
                        "watermark_lag: is for since_last_export = true alone",
                        "watermarkLag: is for sinceLastExport = true alone"),
                new Case(
                        "since_last_export = \"changes\"\nreport = { metrics = [{ function = \"count\" }] }",
                        "sinceLastExport=changes&metrics=#count",
                        "since_last_export: does not go with a report:",
                        "sinceLastExport: does not go with a report:"),
                new Case(
                        "since_last_export = true\nchanges = { max_deletes = 5 }",
                        "sinceLastExport=true&changes=#compared",
                        "changes: is for since_last_export = \"changes\" alone",
                        "changes: is for sinceLastExport = \"changes\" alone"),
                new Case(
                        "since_last_export = \"changes\"\nchanges = { primary_key = [\"id\", \"id\"] }",
                        "sinceLastExport=changes&changes=#two-keys",
                        "changes.primary_key: \"id\" is there twice",
                        "changes.primaryKey: \"id\" is there twice"),
                new Case(
                        "since_last_export = \"changes\"\nchanges = { strategy = \"timestamp\" }",
                        "sinceLastExport=changes&changes=#by-no-time",
                        "changes.updated_at: is missing; strategy \"timestamp\" compares by it",
                        "changes.updatedAt: is missing; strategy \"timestamp\" compares by it"),
                new Case(
                        "since_last_export = \"changes\"\nchanges = { strategy = \"chek\" }",
                        "sinceLastExport=changes&changes=#no-strategy",
                        "changes.strategy: \"chek\" is not known; allowed: check, timestamp, log; did you mean \"check\"?",
                        "changes: strategy: \"chek\" is not known; allowed: check, timestamp, log; did you mean \"check\"?"),
                new Case(
                        "since_last_export = \"changes\"\nchanges = { max_deletes = \"half\" }",
                        "sinceLastExport=changes&changes=#half",
                        "changes.max_deletes: \"half\" is",
                        "changes.maxDeletes: \"half\" is"),
                new Case(
                        "since_last_export = \"changes\"\nchanges = { kept_log_bytes = 2000000 }",
                        "sinceLastExport=changes&changes=#kept",
                        "changes.kept_log_bytes: is for strategy \"log\" alone",
                        "changes.keptLogBytes: is for strategy \"log\" alone"),
                new Case(
                        "watermark_lag = \"5m\"",
                        "watermarkLag=5m",
                        "watermark_lag: is for since_last_export = true alone",
                        "watermarkLag: is for sinceLastExport = true alone"),
                new Case(
                        "watermark_wait = \"5m\"",
                        "watermarkWait=5m",
                        "watermark_wait: is for since_last_export = true alone",
                        "watermarkWait: is for sinceLastExport = true alone"),
                new Case(
                        "watermark_nulls = \"fail\"",
                        "watermarkNulls=fail",
                        "watermark_nulls: is for since_last_export = true alone",
                        "watermarkNulls: is for sinceLastExport = true alone"),
                new Case(
                        "since_last_export = true\nwatermark_wait = \"zzz\"",
                        "sinceLastExport=true&watermarkWait=zzz",
                        "watermark_wait: \"zzz\" is not a span of time;",
                        "watermarkWait: \"zzz\" is not a span of time;"),
                new Case(
                        "since_last_export = true\nwatermark_lag = \"2 months\"",
                        "sinceLastExport=true&watermarkLag=2 months",
                        "watermark_lag: \"2 months\" is longer or shorter by the calendar;",
                        "watermarkLag: \"2 months\" is longer or shorter by the calendar;"),
                new Case(
                        "since_last_export = true\nwatermark_nulls = \"frist\"",
                        "sinceLastExport=true&watermarkNulls=frist",
                        "watermark_nulls: \"frist\" is not known; allowed: exclude, first, fail; did you mean \"first\"?",
                        "watermarkNulls: \"frist\" is not known; allowed: exclude, first, fail; did you mean \"first\"?"),
                new Case(
                        "export_mode = \"batch\"",
                        "mode=batch",
                        "batch_id: is missing; export_mode \"batch\" exports one batch",
                        "batchId: is missing; mode \"batch\" exports one batch"),
                new Case(
                        "batch_id = 1",
                        "batchId=1",
                        "batch_id: is for export_mode \"batch\" alone, not for \"full\"",
                        "batchId: is for mode \"batch\" alone, not for \"full\""),
                new Case(
                        "export_mode = \"incremantal\"",
                        "mode=incremantal",
                        "export_mode: \"incremantal\" is not known; allowed: full, batch, incremental, changes_only; did you mean"
                                + " \"incremental\"?",
                        "mode: \"incremantal\" is not known; allowed: full, batch, incremental, changes_only; did you mean"
                                + " \"incremental\"?"),
                Case.same("columns = [\"a\", \"b\", \"a\"]", "columns=a,b,a", "columns: \"a\" is there twice"),
                Case.same(
                        "columns = [\"a\"]\nselect = \"all\"",
                        "columns=a&select=all",
                        "select: is there beside columns; one of them is allowed"),
                Case.same(
                        "select = \"requird\"",
                        "select=requird",
                        "select: \"requird\" is not known; allowed: all, required, no_pii; did you mean \"required\"?"),
                Case.same("limit = -1", "limit=-1", "limit: -1 is too small; a whole number of at least 1 is allowed"),
                new Case(
                        "max_rows_per_file = -1",
                        "maxRowsPerFile=-1",
                        "max_rows_per_file: -1 is too small;",
                        "maxRowsPerFile: -1 is too small;"),
                new Case(
                        "target_file_size_bytes = -1",
                        "targetFileSizeBytes=-1",
                        "target_file_size_bytes: -1 is too small;",
                        "targetFileSizeBytes: -1 is too small;"),
                new Case(
                        "max_row_groups_per_file = 2",
                        "maxRowGroupsPerFile=2",
                        "max_row_groups_per_file: is for parquet files alone; csv has no row groups",
                        "maxRowGroupsPerFile: is for parquet files alone; csv has no row groups"),
                new Case(
                        "max_archive_size = 2000000",
                        "maxArchiveSize=2000000",
                        "max_archive_size: is for compression = \"zip\" alone",
                        "maxArchiveSize: is for compression = \"zip\" alone"),
                new Case(
                        "max_archive_size = 5\ncompression = \"zip\"",
                        "maxArchiveSize=5&compression=zip",
                        "max_archive_size: 5 is too small; a whole number of at least 1000000 is allowed",
                        "maxArchiveSize: 5 is too small; a whole number of at least 1000000 is allowed"),
                new Case(
                        "path_columns = \"leave_out\"",
                        "pathColumns=leave_out",
                        "path_columns: is for a path with {column:…}, whose files go by the values of columns",
                        "pathColumns: is for a path with {column:…}, whose files go by the values of columns"),
                new Case(
                        "max_open_files = 1001",
                        "maxOpenFiles=1001",
                        "max_open_files: 1001 is too many; 1 to 1000 are allowed",
                        "maxOpenFiles: 1001 is too many; 1 to 1000 are allowed"),
                new Case(
                        "max_files = 5",
                        "maxFiles=5",
                        "max_files: is for a path with {column:…}, whose files go by the values of columns",
                        "maxFiles: is for a path with {column:…}, whose files go by the values of columns"),
                Case.same("parallelism = 65", "parallelism=65", "parallelism: 65 is too many; 1 to 64 are allowed"),
                Case.same("parallelism = 0", "parallelism=0", "parallelism: 0 is too small;"),
                new Case(
                        "chunk_by = { column = \"t\", every = \"day\" }\norder_by = [\"id\"]",
                        "chunkBy=t&orderBy=id",
                        "order_by: does not go with chunk_by, whose rows come in the order of their time",
                        "orderBy: does not go with chunkBy, whose rows come in the order of their time"),
                new Case(
                        "chunk_by = { column = \"t\", every = \"day\" }\nlimit = 5",
                        "chunkBy=t&limit=5",
                        "limit: does not go with chunk_by, whose rows come in the order of their time",
                        "limit: does not go with chunkBy, whose rows come in the order of their time"),
                new Case(
                        "chunk_by = { column = \"t\", every = \"dya\" }",
                        "chunkBy=t&chunkEvery=dya",
                        "chunk_by.every: \"dya\" is not known; allowed: hour, day, week, month, year; did you mean \"day\"?",
                        "chunkEvery: \"dya\" is not known; allowed: hour, day, week, month, year; did you mean \"day\"?"),
                new Case(
                        "chunk_by = { every = \"day\" }",
                        "chunkEvery=day",
                        "chunk_by.column: is missing",
                        "chunkEvery: is for chunkBy, which is missing"),
                Case.same(
                        "compression = \"rar\"",
                        "compression=rar",
                        "compression: \"rar\" is not known; allowed: none, gzip, zstd, zip"),
                new Case(
                        "file_path = \"out/x.csv.gz\"\ncompression = \"zip\"",
                        "filePath=out/x.csv.gz&compression=zip",
                        "compression: \"zip\" does not go with the file's extension .gz",
                        "compression: \"zip\" does not go with the file's extension .gz"),
                new Case(
                        "file_path = \"out/x.csv.pgp\"",
                        "filePath=out/x.csv.pgp",
                        "file_path: ends in .pgp, and nothing encrypts to OpenPGP;",
                        "filePath: ends in .pgp, and nothing encrypts to OpenPGP;"),
                new Case(
                        "encryption = { zip_password = \"{{env:X}}\" }",
                        "encryption=#zip-password",
                        "encryption.zip_password: is for compression = \"zip\" alone",
                        "encryption.zipPassword: is for compression = \"zip\" alone"),
                new Case(
                        "compression = \"zip\"\nencryption = { zip_password = \"{{env:X}}\", recipients = [\"keys/a.asc\"] }",
                        "compression=zip&encryption=#both",
                        "encryption.zip_password: does not go with OpenPGP; one of them is allowed",
                        "encryption.zipPassword: does not go with OpenPGP; one of them is allowed"),
                Case.same("encryption = { armor = true }", "encryption=#nobody", "encryption.recipients: is missing;"),
                new Case(
                        "encryption = { recipients = [\"keys/a.asc\"], passphrase = \"{{env:X}}\" }",
                        "encryption=#passphrase",
                        "encryption.passphrase: is for the key of sign_with, which is missing",
                        "encryption.passphrase: is for the key of signWith, which is missing"),
                new Case(
                        "file_path = \"out/../../x.csv\"",
                        "filePath=out/../../x.csv",
                        "file_path: \"out/../../x.csv\" leaves its directory by \"..\"; paths below it are allowed",
                        "filePath: \"out/../../x.csv\" leaves its directory by \"..\"; paths below it are allowed"),
                new Case(
                        "file_path = \"out/{dz}.csv\"",
                        "filePath=out/{dz}.csv",
                        "file_path: {dz} is not a variable; allowed: ",
                        "filePath: {dz} is not a variable; allowed: "),
                new Case(
                        "file_path = \"sftp://host/../x.csv\"\nconnection = \"lake\"",
                        "deliveries=#up",
                        "file_path: \"sftp://host/../x.csv\" leaves its directory by \"..\"",
                        "deliveries.up.uri: \"sftp://host/../x.csv\" leaves its directory by \"..\""),
                new Case(
                        "file_path = \"s3://lake\"",
                        "deliveries=#bucket",
                        "file_path: \"s3://lake\" names no file in the bucket;",
                        "deliveries.bucket.uri: \"s3://lake\" names no file in the bucket;"),
                new Case(
                        "connection = \"lake\"",
                        "deliveries=#here",
                        "connection: is for destinations elsewhere; a path of this machine needs none",
                        "connection: is for destinations elsewhere; a path of this machine needs none"),
                Case.same(
                        "if_exists = \"overwrit\"",
                        "ifExists=overwrit",
                        "\"overwrit\" is not known; allowed: overwrite, fail, version; did you mean \"overwrite\"?"),
                new Case(
                        "file_path = \"kinesis://orders/more\"\nformat = \"jsonl\"",
                        "deliveries=#streams&format=jsonl",
                        "file_path: \"kinesis://orders/more\" names no stream; write kinesis://stream",
                        "deliveries.streams.uri: \"kinesis://orders/more\" names no stream; write kinesis://stream"),
                Case.same(
                        "file_path = \"kinesis://orders\"\nformat = \"csv\"",
                        "deliveries=#stream",
                        "format: \"csv\" does not go with kinesis, which takes a record each row; jsonl is allowed"),
                Case.same(
                        "file_path = \"kinesis://orders\"\ncompression = \"gzip\"",
                        "deliveries=#stream&format=jsonl&compression=gzip",
                        "compression: does not go with kinesis, which takes records and not files"),
                Case.same(
                        "file_path = \"kinesis://orders\"\nencryption = { recipients = [\"keys/a.asc\"] }",
                        "deliveries=#stream&format=jsonl&encryption=#pgp",
                        "encryption: does not go with kinesis, which takes records and not files"),
                new Case(
                        "file_path = \"kinesis://orders\"\nexporter_config = { encoding = \"latin-1\" }",
                        "deliveries=#stream&format=jsonl&dataFormat=#jsonl-latin",
                        "exporter_config: encoding \"latin-1\" does not go with kinesis, whose records are told apart in utf-8",
                        "dataFormat: encoding \"latin-1\" does not go with kinesis, whose records are told apart in utf-8"),
                new Case(
                        "pii_policy = \"alow\"",
                        "piiPolicy=alow",
                        "pii_policy: \"alow\" is not known;",
                        "piiPolicy: \"alow\" is not known;"),
                Case.same(
                        "overlap = \"skipp\"",
                        "overlap=skipp",
                        "overlap: \"skipp\" is not known; allowed: skip, queue; did you mean \"skip\"?"),
                new Case(
                        "schema_change = \"refuse\"",
                        "schemaChange=refuse",
                        "schema_change: \"refuse\" is not known; allowed: allow, notify, fail",
                        "schemaChange: \"refuse\" is not known; allowed: allow, notify, fail"),
                Case.same(
                        "format = \"cvs\"",
                        "format=cvs",
                        "format: \"cvs\" is not known; allowed: csv, tsv, json, jsonl, parquet, xlsx; did you mean \"csv\"?"),
                new Case(
                        "filters = [{ column = \"a\" }]",
                        "filters=#no-operator",
                        "filters.op: is missing; allowed: ",
                        "filters[1]: op of a filter bean is missing; allowed: "),
                new Case(
                        "filters = [{ column = \"a\", op = \"liek\", value = \"x\" }]",
                        "filters=#operator",
                        "filters.op: \"liek\" is not an operator;",
                        "filters[1]: \"liek\" is not an operator;"),
                new Case(
                        "filters = [{ column = \"a\", last = \"0 days\" }]",
                        "filters=#no-time",
                        "filters.last: \"0 days\" is no time at all",
                        "filters[1]: \"0 days\" is no time at all"),
                new Case(
                        "filters = [{ column = \"a\", op = \"between\", values = [1] }]",
                        "filters=#one-of-two",
                        "filters.value: op \"between\" takes 2 values, not 1",
                        "filters[1]: op \"between\" takes 2 values, not 1"),
                new Case(
                        "filters = [{ op = \"=\", value = 1 }]",
                        "filters=#no-column",
                        "filters.column: is missing",
                        "filters[1]: column of a filter bean is missing"),
                new Case(
                        "since_last_export = true\nreport = { metrics = [{ function = \"count\" }] }",
                        "sinceLastExport=true&metrics=#count",
                        "since_last_export: does not go with a report: a group that gets new rows would be in two exports",
                        "sinceLastExport: does not go with a report: a group that gets new rows would be in two exports"),
                Case.same(
                        "columns = [\"a\"]\nreport = { metrics = [{ function = \"count\" }] }",
                        "columns=a&metrics=#count",
                        "columns: does not go with a report, whose columns are its groups and metrics"),
                Case.same(
                        "checksums = true\nreport = { metrics = [{ function = \"count\" }] }",
                        "checksums=true&metrics=#count",
                        "checksums: does not go with a report, whose rows are not those of the source"),
                new Case(
                        "report = { group_by = [\"a\"] }",
                        "groupBy=a",
                        "report.metrics: is missing; the least that a report tells is { function = \"count\" }",
                        "metrics: is missing; the least that a report tells is { function = \"count\" }"),
                new Case(
                        "report = { group_by = [\"count\"], metrics = [{ function = \"count\" }] }",
                        "groupBy=count&metrics=#count",
                        "report.metrics: \"count\" is the name of two of the report's columns",
                        "metrics: \"count\" is the name of two of the report's columns"),
                new Case(
                        "report = { metrics = [{ function = \"sum\" }] }",
                        "metrics=#sum-of-nothing",
                        "report.metrics.column: is missing; \"sum\" is of a column",
                        "metrics[1]: column: is missing; \"sum\" is of a column"),
                new Case(
                        "report = { metrics = [{ column = \"a\" }] }",
                        "metrics=#no-function",
                        "report.metrics.function: is missing; allowed: count, sum, avg,",
                        "metrics[1]: function is missing; allowed: count, sum, avg,"),
                new Case(
                        "report = { metrics = [{ function = \"median\", column = \"a\" }] }",
                        "metrics=#median",
                        "report.metrics.function: \"median\" is not known; allowed: count, sum, avg,",
                        "metrics[1]: function: \"median\" is not known; allowed: count, sum, avg,"),
                new Case(
                        "report = { metrics = [{ function = \"percentile\", column = \"a\" }] }",
                        "metrics=#percentile",
                        "report.metrics.percent: is missing; write for example percent = 95",
                        "metrics[1]: percent: is missing; write for example percent = 95"),
                new Case(
                        "report = { metrics = [{ function = \"avg\", column = \"a\", percent = 50 }] }",
                        "metrics=#percent",
                        "report.metrics.percent: is for \"percentile\" alone, not for \"avg\"",
                        "metrics[1]: percent: is for \"percentile\" alone, not for \"avg\""),
                new Case(
                        "report = { metrics = [{ function = \"percentile\", column = \"a\", percent = 101 }] }",
                        "metrics=#percent-101",
                        "report.metrics.percent: 101 is out of range; 0 to 100 is allowed",
                        "metrics[1]: percent: 101 is out of range; 0 to 100 is allowed"),
                new Case(
                        "report = { metrics = [{ function = \"count\" }], time_bucket = { column = \"t\", every = \"dya\" } }",
                        "metrics=#count&timeBucket=t&bucketEvery=dya",
                        "report.time_bucket.every: \"dya\" is not known; allowed: hour, day, week, month, year; did you mean \"day\"?",
                        "bucketEvery: \"dya\" is not known; allowed: hour, day, week, month, year; did you mean \"day\"?"),
                new Case(
                        "report = { metrics = [{ function = \"count\" }], time_bucket = { every = \"day\", fill = true } }",
                        "metrics=#count&fillBuckets=true",
                        "report.time_bucket.column: is missing",
                        "fillBuckets: is for timeBucket, which is missing"),
                new Case(
                        "report = { metrics = [{ function = \"count\" }], having = [{ column = \"a\" }] }",
                        "metrics=#count&having=#no-operator",
                        "report.having.op: is missing; allowed: ",
                        "having[1]: op of a filter bean is missing; allowed: "),
                new Case(
                        "exporter_config = { null_string = \"a,b\" }",
                        "dataFormat=#csv-dash-null",
                        "exporter_config.null_string: holds a delimiter, a quote or a line break, and NULL stands without quotes",
                        "dataFormat.nullString: holds a delimiter, a quote or a line break, and NULL stands without quotes"),
                new Case(
                        "exporter_config = { quote_mode = \"al\" }",
                        "dataFormat=#csv-quote-mode",
                        "exporter_config.quote_mode: \"al\" is not known; allowed: minimal, all, non_numeric, none; did you mean"
                                + " \"all\"?",
                        "dataFormat.quoteMode: \"al\" is not known; allowed: minimal, all, non_numeric, none; did you mean"
                                + " \"all\"?"),
                new Case(
                        "exporter_config = { line_ending = \"cr\" }",
                        "dataFormat=#csv-line-ending",
                        "exporter_config.line_ending: \"cr\" is not known; allowed: lf, crlf",
                        "dataFormat.lineEnding: \"cr\" is not known; allowed: lf, crlf"),
                new Case(
                        "exporter_config = { encoding = \"latin-99\" }",
                        "dataFormat=#csv-latin",
                        "exporter_config.encoding: \"latin-99\" is not an encoding;",
                        "dataFormat.encoding: \"latin-99\" is not an encoding;"),
                new Case(
                        "exporter_config = { timezone = \"Europe/Wien\" }",
                        "dataFormat=#csv-zone",
                        "exporter_config.timezone: \"Europe/Wien\" is not a time zone;",
                        "dataFormat.timezone: \"Europe/Wien\" is not a time zone;"),
                new Case(
                        "exporter_config = { date_format = \"%Y\" }",
                        "dataFormat=#csv-date",
                        "exporter_config.date_format: \"%Y\" is strftime's form;",
                        "dataFormat.dateFormat: \"%Y\" is strftime's form;"),
                new Case(
                        "exporter_config = { delimiter = \";;\" }",
                        "dataFormat=#csv-delimiter",
                        "exporter_config.delimiter: \";;\" has two characters, one is allowed",
                        "dataFormat.delimiter: \";;\" has two characters, one is allowed"),
                new Case(
                        "exporter_config = { delimiter = \";\", quote = \";\" }",
                        "dataFormat=#csv-quote",
                        "exporter_config.quote: \";\" is the delimiter as well",
                        "dataFormat.quote: \";\" is the delimiter as well"),
                new Case(
                        "columns = [\"a\"]\nexporter_config = { columns = [\"id\"] }",
                        "columns=a&dataFormat=#csv-columns",
                        "columns: is there beside exporter_config.columns; one of them is allowed",
                        "dataFormat.columns: is for marshal alone; set columns of waybill:begin, which the waybill tells of"),
                new Case(
                        "format = \"jsonl\"\nexporter_config = { indent = 2 }",
                        "format=jsonl&dataFormat=#jsonl-indent",
                        "exporter_config.indent: is not for JSON lines, which hold one object a line",
                        "dataFormat.indent: is not for JSON lines, which hold one object a line"),
                new Case(
                        "format = \"jsonl\"\nexporter_config = { jsonl = false }",
                        "format=jsonl&dataFormat=#json",
                        "exporter_config.jsonl: is false, and format = \"jsonl\" says otherwise",
                        "dataFormat: writes json, and format is \"jsonl\""),
                new Case(
                        "format = \"parquet\"\nexporter_config = { compression = \"rar\" }",
                        "format=parquet&dataFormat=#parquet-rar",
                        "exporter_config.compression: \"rar\" is not known; allowed: snappy, zstd, gzip, lz4_raw, none",
                        "dataFormat.compression: \"rar\" is not known; allowed: snappy, zstd, gzip, "),
                new Case(
                        "format = \"parquet\"\nexporter_config = { row_group_size = 5 }",
                        "format=parquet&dataFormat=#parquet-small",
                        "exporter_config.row_group_size: 5 is out of range; 1024 to 2147483648 is allowed",
                        "dataFormat.rowGroupSize: 5 is out of range; 1024 to 2147483648 is allowed"),
                new Case(
                        "format = \"parquet\"\nexporter_config = { timestamp_unit = \"seconds\" }",
                        "format=parquet&dataFormat=#parquet-unit",
                        "exporter_config.timestamp_unit: \"seconds\" is not known; allowed: millis, micros, nanos",
                        "dataFormat.timestampUnit: \"seconds\" is not known; allowed: millis, micros, nanos"),
                new Case(null, "timezone=Europe/Wien", null, "timezone: \"Europe/Wien\" is not a time zone;"),
                new Case(
                        "pii_policy = \"hash\"",
                        "piiPolicy=hash",
                        "pii_key: is missing; pii_policy = \"hash\" needs the id of a key",
                        "piiKey: is missing; piiPolicy = \"hash\" needs the id of a key"),
                new Case(
                        "pii_key = \"customers\"",
                        "piiKey=customers",
                        "pii_key: is for pii_policy \"hash\" and \"tokenize\" alone",
                        "piiKey: is for piiPolicy \"hash\" and \"tokenize\" alone"),
                new Case(
                        "pii_policy = \"hash\"\npii_key = \"a b\"",
                        "piiPolicy=hash&piiKey=a b",
                        "pii_key: \"a b\" is not the id of a key; 1 to 100 letters, digits, _ and - are allowed",
                        "piiKey: \"a b\" is not the id of a key; 1 to 100 letters, digits, _ and - are allowed"),
                new Case(null, "namespace= ", null, "namespace: is missing"),
                new Case(null, "filePath=", null, "filePath: is missing"),
                new Case(
                        null,
                        "filePath=x.csv&deliveries=#stream",
                        null,
                        "filePath: is there beside deliveries; one of them is allowed"),
                new Case(
                        null,
                        "ifExists=fail&deliveries=#stream",
                        null,
                        "ifExists: is for filePath alone; each of deliveries has its own"),
                new Case(null, "deliveries=#stream,#stream", null, "deliveries: \"stream\" is the id of two of them"),
                new Case(
                        null,
                        "format=parquet&dataFormat=#json",
                        null,
                        "dataFormat: writes json, and format is \"parquet\""),
                new Case(
                        null,
                        "dataSet=#table-and-query",
                        null,
                        "dataSet.query: is there beside table; one of them is allowed"),
                new Case(null, "dataSet=#neither", null, "dataSet.table: is missing; a data set is a table or a query"),
                new Case(null, "dataSet=#kind", null, "dataSet: kind: \"chang_feed\" is not known; allowed: "),
                new Case(null, "dataSet=#lag", null, "dataSet: watermarkLag: \"2 months\" is longer or shorter"),
                new Case(null, "dataSet=#type", null, "dataSet: columns: \"text pi\" is not a column type;"),
                new Case(null, "dataSet=#twice", null, "dataSet.columns: \"email\" is there twice"),
                new Case(null, "dataSet=#limit", null, "dataSet.maxRows: -5 is too small;"),
                new Case(
                        null,
                        "dataSet=#other",
                        null,
                        "sourceDatasetId: is \"orders\", and dataSet declares \"customers\""),
                new Case(null, "limit=abc", null, "limit: \"abc\" is not a number; a whole number of up to 18 digits"),
                new Case(null, "maxRowsPerFile=abc", null, "maxRowsPerFile: \"abc\" is not a number;"),
                new Case(null, "maxRowsPerFile=10,000", null, "maxRowsPerFile: \"10,000\" is not a number;"),
                new Case(null, "maxRowsPerFile=1k", null, "maxRowsPerFile: \"1k\" is not a number;"),
                new Case(null, "maxRowsPerFile=5m", null, "maxRowsPerFile: \"5m\" is not a number;"),
                new Case(null, "maxRowsPerFile=1e3", null, "maxRowsPerFile: \"1e3\" is not a number;"),
                new Case(null, "maxRowsPerFile=", null, "maxRowsPerFile: \"\" is not a number;"),
                new Case(
                        null, "maxRowsPerFile=9223372036854775808", null, "maxRowsPerFile: \"9223372036854775808\" is"),
                new Case(null, "parallelism=4294967297", null, "parallelism: \"4294967297\" is not a number;"),
                new Case(null, "skipEmpty=yes", null, "skipEmpty: \"yes\" is not true or false"),
                new Case(null, "maxRowPerFile=5", null, "did you mean \"maxRowsPerFile\"?"),
                new Case(null, "delivery=x", null, "delivery: is an option of waybill:delivery, not of waybill:begin"));
    }

    private static final String SOURCE = "source_dataset_id = \"orders\"\n";

    @ParameterizedTest
    @MethodSource("cases")
    void isRefusedAtBothDoors(Case wrong) {
        if (wrong.keys() != null) {
            String keys =
                    wrong.keys().contains("file_path") ? wrong.keys() : "file_path = \"out/x.csv\"\n" + wrong.keys();
            List<Problem> problems = new FlowReader(UnaryOperator.identity())
                    .read("news.toml", "[properties.export]\n" + SOURCE + keys + "\n")
                    .problems();
            assertThat(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")))
                    .containsPattern("(^|\n)news.toml:\\d+: .*" + java.util.regex.Pattern.quote(wrong.flow()));
        }
        assertThatThrownBy(() -> start("waybill:begin/news?sourceDatasetId=orders"
                        + (wrong.options().matches(".*(filePath|deliveries)=.*") ? "" : "&filePath=out/x.csv") + "&"
                        + wrong.options()))
                .hasStackTraceContaining("waybill:begin/news: ")
                .hasStackTraceContaining(wrong.route());
    }

    private static void start(String uri) throws Exception {
        Producer producer =
                CamelContextHelper.getMandatoryEndpoint(harness.context(), uri).createProducer();
        try {
            ServiceHelper.startService(producer);
        } finally {
            ServiceHelper.stopService(producer);
        }
    }

    @Test
    void whatIsRightStarts() {
        for (String uri : List.of(
                "waybill:begin/news?sourceDatasetId=orders&filePath=out/x.csv",
                "waybill:begin/news?sourceDatasetId=orders&filePath=out/x.csv&limit=0&maxRowsPerFile=10000&parallelism=64",
                "waybill:begin/news?sourceDatasetId=orders&filePath=out/x.jsonl&format=jsonl&sinceLastExport=true&watermarkWait=500ms",
                "waybill:begin/news?sourceDatasetId=orders&deliveries=#stream&format=jsonl&lazyStartProducer=false",
                "waybill:mail/news?sizeLimit=5000000&link=https://x/{file}",
                "waybill:due/news?maxRows=10&maxDelay=500ms",
                "waybill:news?mode=batch&batchId=42",
                "waybill:stage/news")) {
            assertThatCode(() -> start(uri)).describedAs(uri).doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.CsvSource(
            delimiter = '|',
            value = {
                "waybill:news?mode=foo | waybill:news: mode: \"foo\" is not known; allowed: full, batch, incremental, changes_only",
                "waybill:news?mode=full&batchId=4 | waybill:news: batchId: is for mode \"batch\" alone, not for \"full\"",
                "waybill:news?format=json&maxRowsPerFile=5 | waybill:news: format: is an option of waybill:begin, not of waybill:<flow>",
                "waybill:news?format=json&maxRowsPerFile=5 | waybill:news: maxRowsPerFile: is an option of waybill:begin, not of waybill:<flow>",
                "waybill:news?mod=full | waybill:news: mod: is not an option of waybill:<flow>; allowed: batchId, mode; did you mean \"mode\"?",
                "waybill:stage/news?limit=5 | waybill:stage/news: limit: is an option of waybill:begin, not of waybill:stage",
                "waybill:stage/news?foo=5 | waybill:stage/news: foo: is not an option of waybill:stage, which has none",
                "waybill:stag/news | waybill: \"stag\" is not a verb;",
                "waybill:begin/../news | waybill: \"../news\" is not an id; 1 to 100 letters, digits, _ and - are allowed",
                "waybill:my.news | waybill: \"my.news\" is not an id; 1 to 100 letters, digits, _ and - are allowed",
                "waybill:due/news?maxRows=1k | waybill:due/news: maxRows: \"1k\" is not a number;",
                "waybill:due/news?maxDelay=soon | waybill:due/news: maxDelay: \"soon\" is not a span of time;",
                "waybill:due/news?maxDelay=0s | waybill:due/news: maxDelay: 0 seconds is too short; at least 100 milliseconds",
                "waybill:mail/news?sizeLimit=20MB | waybill:mail/news: sizeLimit: \"20MB\" is not a number;",
                "waybill:mail/news?sizeLimit=0 | waybill:mail/news: sizeLimit: 0 is too small; at least 1 is allowed",
                "waybill:delivery/news | waybill:delivery/news: option delivery is missing",
                "rows:db?fetchSize=abc | rows:db: fetchSize: \"abc\" is not a number; a whole number is allowed",
                "rows:db?fetchSize=5m | rows:db: fetchSize: \"5m\" is not a number;",
                "rows:db?fetchSize=0 | rows:db: fetchSize: 0 is too small; at least 1 is allowed",
                "rows:db?fetchSize=4294967297 | rows:db: fetchSize: 4294967297 is too large;",
                "rows:db?reader=copi | rows: reader \"copi\" is not known; allowed: auto, jdbc, copy; did you mean \"copy\"?",
                "rows:db?readSize=5 | rows:db: readSize: is an option of jdbc:, and says nothing of a stream of rows",
                "rows:db?fetchsise=5 | rows:db: fetchsise: is not an option of it; did you mean \"fetchSize\"?",
                "rows:db?reader=copy&statement.maxRows=5 | rows:db: statement.*: COPY has no statement to set it of",
                "waybill-s3:lake?uploadThreads=abc | waybill-s3:lake: uploadThreads: \"abc\" is not a number;",
                "waybill-s3:lake?uploadAhead=5m | waybill-s3:lake: uploadAhead: \"5m\" is not a number;",
                "waybill-s3:lake?uploadThreads=0 | waybill-s3:lake: uploadThreads: 0 is too small; at least 1 is allowed",
                "waybill-s3:lake?partSize=abc | waybill-s3:lake: partSize: \"abc\" is not a number",
                "waybill-s3:lake?uploadThread=4 | waybill-s3:lake: uploadThread: is not an option of it; did you mean \"uploadThreads\"?",
                "waybill-sftp:host/x?uploadAhead=abc | waybill-sftp:host/x: uploadAhead: \"abc\" is not a number;",
                "waybill-sftp:host/x?connectTimeout=soon | connectTimeout: \"soon\" is not a number",
                "waybill-ftp:host/x?timeout=abc | timeout: \"abc\" is not a number",
                "waybill-ftps:host/x?timeout=abc | timeout: \"abc\" is not a number",
                "waybill-kinesis:news?maxRecordSize=1k | waybill-kinesis:news: maxRecordSize: \"1k\" is not a number;",
                "waybill-firehose:news?maxRecordSize=0 | waybill-firehose:news: maxRecordSize: 0 is too small;",
            })
    void anOptionThatIsNotUnderstoodStopsTheStart(String uri, String message) {
        assertThatThrownBy(() -> start(uri)).hasStackTraceContaining(message);
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.CsvSource({
        "io.waybill.route.DataSetBean, maxRows, 10k",
        "io.waybill.route.DataSetBean, maxRows, 5m",
        "io.waybill.route.DataSetBean, maxRow, 5",
        "io.waybill.format.JsonDataFormat, indent, 4294967297",
        "io.waybill.format.JsonDataFormat, jsonl, yes",
        "io.waybill.format.ParquetDataFormat, rowGroupSize, 64MB",
    })
    void aBeansPropertyThatIsNotUnderstoodStopsTheStart(String type, String property, String value) {
        var bean = new org.apache.camel.model.BeanFactoryDefinition<>();
        bean.setName("wrong");
        bean.setType("#class:" + type);
        bean.setProperties(new LinkedHashMap<>(Map.of(property, value)));

        assertThatThrownBy(() -> org.apache.camel.model.BeanModelHelper.newInstance(bean, harness.context()))
                .hasMessageContaining(property + "=" + value);
    }

    @Test
    void eachOptionOfTheEndpointBelongsToAVerb() {
        List<String> options = new java.util.ArrayList<>(harness.context()
                .getCamelContextExtension()
                .getEndpointUriFactory("waybill")
                .propertyNames());
        options.removeAll(List.of("name", "lazyStartProducer"));

        assertThat(java.util.Arrays.stream(Verb.values())
                        .flatMap(verb -> StepOptions.of(verb).stream())
                        .distinct()) // several verbs have some
                .containsExactlyInAnyOrderElementsOf(options);
    }
}
