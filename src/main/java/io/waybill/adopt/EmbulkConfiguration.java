package io.waybill.adopt;

import io.waybill.database.Databases;
import io.waybill.database.JdbcDriver;
import io.waybill.database.Standard;
import io.waybill.flow.Place;
import io.waybill.flow.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A configuration of Embulk that reads a database by one of its JDBC inputs and writes files, as the plugins' own pages describe them
 * (<a href="https://github.com/embulk/embulk-input-jdbc">embulk-input-jdbc</a>): it becomes one flow.
 */
final class EmbulkConfiguration {

    private static final Pattern OF_ENVIRONMENT = Pattern.compile("\\{\\{\\s*env\\.([A-Za-z_][A-Za-z0-9_]*)\\s*}}");
    private static final Pattern LIQUID = Pattern.compile("\\{\\{|\\{%");

    /** Stands for a variable of the environment while the file is read as YAML. */
    private static final Pattern MARK = Pattern.compile("\u27E6env:([A-Za-z_][A-Za-z0-9_]*)\u27E7");

    private static final Pattern PLAIN_COLUMNS = Pattern.compile("\\s*[\"`\\w]+(\\s*,\\s*[\"`\\w]+)*\\s*");

    private static final Pattern SECRET = Pattern.compile("(?i)[?;&,](password|pwd|passwd)=.|//[^/@:]+:[^/@]+@");

    private static final Map<String, String> CHARSETS = Map.of("MS932", "windows-31j", "SJIS", "shift_jis");

    private final Adopted adopted;

    EmbulkConfiguration(Adopted adopted) {
        this.adopted = adopted;
    }

    /** The text of a file in which variables of the environment are marks, so that it is YAML. */
    static String withoutLiquid(String file, String text) {
        String marked = OF_ENVIRONMENT.matcher(text).replaceAll("\u27E6env:$1\u27E7");
        Matcher liquid = LIQUID.matcher(marked);
        if (liquid.find()) {
            int line = 1
                    + (int) marked.substring(0, liquid.start())
                            .chars()
                            .filter(c -> c == '\n')
                            .count();
            throw new ForeignFileException(new Problem(
                    new Place(file, line),
                    "",
                    "is a template: of Liquid, {{ env.NAME }} alone is read; put what comes of the rest in its place"));
        }
        return marked;
    }

    void read(YamlTable root) {
        YamlTable in = root.table("in");
        YamlTable out = root.table("out");
        String database = in.text("type");
        for (YamlTable filter : root.tables("filters")) {
            adopted.notTaken(
                    filter.problem(
                            "type",
                            "filter \"" + filter.text("type")
                                    + "\" is not taken over; columns, filters, transform of a flow do what many of these do (docs/flows.md, docs/privacy.md)"));
            filter.isKnown();
        }
        String table = plain(in.text("table"));
        ForeignFlow flow = adopted.flow(table != null ? table : "query_of_" + database);
        flow.comment("from Embulk");
        String dataSource = dataSource(in, database);
        if (dataSource == null || !rows(flow, in, table) || !files(flow, out)) {
            adopted.drop(flow);
            return;
        }
        flow.export("datasource", dataSource);
        incremental(flow, in);
    }

    /** The data source, whose settings are told of; null where its product is none that is read by JDBC here. */
    private String dataSource(YamlTable in, String type) {
        String host = plain(in.text("host"));
        String port = plain(in.text("port"));
        String database = plain(in.text("database"));
        String url = plain(in.text("url"));
        String user = plain(in.text("user"));
        String password = plain(in.text("password"));
        String jdbc = "jdbc".equals(type) ? url : url(type, host, port, database);
        if (jdbc == null) {
            adopted.notTaken(in.problem(
                    "type",
                    "\"" + type + "\" is no database that is read here; of Embulk's inputs, jdbc and "
                            + drivers().map(JdbcDriver::scheme).collect(Collectors.joining(", ")) + " are taken over"));
            return null;
        }
        String name =
                (database == null ? type : database).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]+", "_");
        String setting = "waybill.datasource." + name + ".";
        if (url != null && SECRET.matcher(url).find()) {
            // what is secret goes to no terminal
            adopted.notTaken(
                    in.problem("url", "holds a password; write it without, and the password by a placeholder"));
            adopted.setting(setting + "url = jdbc:…");
        } else {
            adopted.setting(setting + "url = " + (url == null ? jdbc : url));
        }
        if (user != null) {
            adopted.setting(setting + "username = " + user);
        }
        if (password != null) {
            // what is secret goes to no terminal
            adopted.setting(setting + "password = "
                    + (password.startsWith("{{env:")
                            ? password
                            : "{{env:" + name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]+", "_") + "_PASSWORD}}"));
        }
        return name;
    }

    /** The URL of a server, as its driver has it, which Embulk's input is named after; null where none is. */
    private static String url(String type, String host, String port, String database) {
        return drivers()
                .filter(driver -> driver.scheme().equals(type))
                .map(driver -> "jdbc:" + driver.scheme() + ":"
                        + driver.example()
                                .replaceFirst("host:(\\d+)", host + ":" + (port == null ? "$1" : port))
                                .replaceFirst("database$|service$", database == null ? "" : database))
                .findFirst()
                .orElse(null);
    }

    /** Those of servers: others are files. */
    private static Stream<JdbcDriver> drivers() {
        return Databases.all().stream()
                .map(Standard::driver)
                .filter(driver -> driver.example().contains("//host:"));
    }

    private boolean rows(ForeignFlow flow, YamlTable in, String table) {
        String query = plain(in.text("query"));
        String select = plain(in.text("select"));
        String where = plain(in.text("where"));
        String schema = plain(in.text("schema"));
        in.text("fetch_rows"); // rows move in batches by themselves
        if (query == null && table == null) {
            adopted.notTaken(in.problem("table", "is not there, and no query either"));
            return false;
        }
        String named = schema == null || table == null ? table : schema + "." + table;
        if (query != null
                && query.contains(":")
                && Pattern.compile("(?<!:):[A-Za-z_]\\w*").matcher(query).find()) {
            adopted.notTaken(
                    in.problem(
                            "query",
                            "has parameters, which Embulk fills; Waybill asks for what is new by itself, of a query without them"));
            return false;
        }
        boolean isPlain = query == null
                && where == null
                && (select == null || PLAIN_COLUMNS.matcher(select).matches());
        if (isPlain) {
            flow.export("source_dataset_id", named);
            flow.export("columns", select == null ? List.of() : columns(select));
        } else {
            flow.export("source_dataset_id", flow.id());
            flow.dataSet("id", flow.id())
                    .dataSet(
                            "query",
                            query != null
                                    ? query.strip()
                                    : "SELECT " + (select == null ? "*" : select.strip()) + " FROM " + named
                                            + (where == null ? "" : " WHERE " + where.strip()));
        }
        String order = plain(in.text("order_by"));
        if (order != null) {
            flow.export(
                    "order_by",
                    Arrays.stream(order.split(","))
                            .map(String::strip)
                            .map(column -> column.replaceAll("(?i)\\s+asc$", "").replaceAll("(?i)\\s+desc$", " desc"))
                            .toList());
        }
        return true;
    }

    private static List<String> columns(String select) {
        return Arrays.stream(select.split(","))
                .map(column -> column.strip().replaceAll("[\"`]", ""))
                .toList();
    }

    private void incremental(ForeignFlow flow, YamlTable in) {
        List<String> columns = in.texts("incremental_columns");
        if (!in.isTrue("incremental")) {
            return;
        }
        if (columns.size() != 1) {
            adopted.notTaken(in.problem(
                    columns.isEmpty() ? "incremental" : "incremental_columns",
                    "the flow exports all rows: what is new is told by one column, the watermark of the data set"));
            return;
        }
        if (in.has("last_record")) {
            adopted.notTaken(in.problem(
                    "last_record",
                    "is not taken over: `waybill watermark set " + flow.id() + " …` says where the flow begins"));
            in.texts("last_record");
        }
        if (!flow.declaresDataSet()) {
            String schema = plain(in.text("schema"));
            String table = plain(in.text("table"));
            flow.dataSet("id", flow.id()).dataSet("table", schema == null ? table : schema + "." + table);
            flow.export("source_dataset_id", flow.id());
        }
        flow.dataSet("watermark", columns.get(0));
        flow.export("since_last_export", true);
    }

    private boolean files(ForeignFlow flow, YamlTable out) {
        String type = plain(out.text("type"));
        String prefix = plain(out.text("path_prefix"));
        String sequence = out.text("sequence_format");
        String base = switch (type == null ? "" : type) {
            case "file" -> "";
            case "s3", "s3_parquet" -> "s3://" + plain(out.text("bucket")) + "/";
            case "sftp" ->
                "sftp://" + plain(out.text("host")) + (out.has("port") ? ":" + plain(out.text("port")) : "") + "/";
            default -> null;
        };
        if (base == null || prefix == null) {
            adopted.notTaken(out.problem(
                    base == null ? "type" : "path_prefix",
                    base == null
                            ? "\"" + type
                                    + "\" is no place for files that is taken over; of Embulk's outputs, file, s3 and sftp are"
                            : "is not there"));
            return false;
        }
        YamlTable formatter = out.table("formatter");
        String format = plain(formatter.text("type"));
        String ending = plain(out.text("file_ext"));
        if (!List.of("csv", "tsv", "jsonl", "json", "parquet").contains(format == null ? "" : format)) {
            adopted.notTaken(formatter.problem("type", "\"" + format + "\" is no format that Waybill writes"));
            return false;
        }
        String name = prefix.replaceAll("[-_.]+$", "");
        String compression = null;
        for (YamlTable encoder : out.tables("encoders")) {
            compression = plain(encoder.text("type"));
        }
        flow.export("file_path", base + (base.isEmpty() ? name : name.replaceAll("^/+", "")) + "." + format);
        flow.export("format", format);
        flow.export("compression", compression);
        adopted.notTaken(out.problem(
                out.has("sequence_format") ? "sequence_format" : "path_prefix",
                "Embulk numbers its files (" + prefix + (sequence == null ? ".000.00" : sequence)
                        + (ending == null ? "" : ending)
                        + "); Waybill writes one, " + name + "." + format
                        + (compression == null ? "" : " and the ending of its compression")));
        if (!base.isEmpty()) {
            String connection = type.startsWith("s3") ? "s3" : "sftp";
            flow.export("connection", connection);
            adopted.setting("waybill.connection." + connection
                    + ".… = …    (docs/delivery.md has what it takes; of what is secret, {{env:…}})");
            secrets(out);
        }
        options(flow, formatter, format);
        return true;
    }

    /** What belongs into settings, and is told to be missing there rather than printed. */
    private static void secrets(YamlTable out) {
        for (String key : List.of(
                "access_key_id",
                "secret_access_key",
                "endpoint",
                "region",
                "auth_method",
                "user",
                "password",
                "secret_key_file",
                "secret_key_passphrase")) {
            out.text(key);
        }
    }

    private void options(ForeignFlow flow, YamlTable formatter, String format) {
        if (!format.equals("csv") && !format.equals("tsv")) {
            return;
        }
        flow.exporter("include_header", formatter.flag("header_line"));
        if (format.equals("csv")) {
            flow.exporter("delimiter", formatter.text("delimiter"));
        }
        flow.exporter("quote", formatter.text("quote"));
        flow.exporter("null_string", formatter.text("null_string"));
        String charset = formatter.text("charset");
        flow.exporter(
                "encoding", charset == null ? null : CHARSETS.getOrDefault(charset, charset.toLowerCase(Locale.ROOT)));
        String policy = formatter.text("quote_policy");
        flow.exporter("quote_mode", policy == null ? null : policy.toLowerCase(Locale.ROOT));
        String newline = formatter.text("newline");
        // Embulk ends lines as Windows does where nothing is said
        flow.exporter("line_ending", newline == null ? "crlf" : newline.toLowerCase(Locale.ROOT));
    }

    private static String plain(String text) {
        return text == null ? null : MARK.matcher(text).replaceAll("{{env:$1}}");
    }
}
