package io.waybill.adopt;

import io.waybill.flow.TablePattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A replication of Sling whose target are files, as its documentation describes it
 * (<a href="https://docs.slingdata.io/concepts/replication/structure">Structure</a>): each stream becomes a flow.
 */
final class SlingReplication {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{?([A-Za-z_][A-Za-z0-9_]*)}?");
    private static final Pattern NAMED = Pattern.compile("\\{([A-Za-z_]+)}");
    private static final Pattern URI = Pattern.compile("[a-z][a-z0-9+.-]*://.*");
    private static final Pattern PLAIN_NAME =
            Pattern.compile("[A-Za-z_][A-Za-z0-9_$]*(\\.[A-Za-z_][A-Za-z0-9_$]*){0,2}");

    /** Formats by Sling's names, with the ending of their files. */
    private static final Map<String, String> FORMATS = Map.of(
            "csv", "csv", "tsv", "tsv", "parquet", "parquet", "json", "json", "jsonlines", "jsonl", "xlsx", "xlsx");

    private final Adopted adopted;
    private final String to;
    private final Map<String, String> environment = new HashMap<>();

    /** Keys of {@code defaults} that a stream has used: what none has is not taken over. */
    private YamlTable defaults;

    SlingReplication(Adopted adopted, String to) {
        this.adopted = adopted;
        this.to = to;
    }

    void read(YamlTable root) {
        YamlTable env = root.table("env");
        for (String name : env.keys()) {
            if (!name.startsWith("SLING_")) {
                environment.put(name, env.text(name));
            }
        }
        defaults = root.table("defaults");
        String source = root.text("source");
        String target = root.text("target");
        if (source == null || target == null) {
            throw new ForeignFileException(root.problem(
                    source == null ? "source" : "target",
                    "is not there; a replication has source, target and streams"));
        }
        YamlTable streams = root.table("streams");
        for (String name : streams.keys()) {
            read(name, streams, streams.table(name), source, target);
        }
    }

    private void read(String name, YamlTable streams, YamlTable stream, String source, String target) {
        if (isTrue("disabled", stream)) {
            adopted.notTaken(streams.problem(name, "is disabled; no flow is made of it"));
            return;
        }
        String sql = text("sql", stream);
        boolean isOfManyTables = sql == null && name.contains("*");
        if (isOfManyTables && text("where", stream) != null) {
            adopted.notTaken(streams.problem(
                    name, "has a condition for many tables, which filters say in a flow; no flow is made of it"));
            return;
        }
        ForeignFlow flow = adopted.flow(name);
        flow.comment("from Sling's stream " + name);
        if (isOfManyTables) {
            flow.export("exclude", streamsApart(name, streams));
        }
        flow.flow("description", text("description", stream));
        if (!what(flow, name, streams, stream, sql)
                || !where(flow, name, streams, stream, target)
                || !mode(flow, name, streams, stream)) {
            adopted.drop(flow);
            return;
        }
        String dataSource = connection(source);
        flow.export("datasource", dataSource);
        adopted.setting("waybill.datasource." + dataSource + ".url = jdbc:…");
        adopted.setting("waybill.datasource." + dataSource + ".username = …");
        adopted.setting(
                "waybill.datasource." + dataSource + ".password = {{env:" + environmentName(source) + "_PASSWORD}}");
        texts("schedule", stream).forEach(flow::schedule);
    }

    /** What has a stream of its own is none of the tables of a wildcard; nor is one whose stream is disabled. */
    private static List<String> streamsApart(String wildcard, YamlTable streams) {
        TablePattern pattern = TablePattern.parse(wildcard);
        return streams.keys().stream()
                .filter(other -> !other.contains("*"))
                .map(other -> other.replace("\"", ""))
                .filter(other -> other.indexOf('.') > 0
                        && pattern.fits(
                                other.substring(0, other.lastIndexOf('.')),
                                other.substring(other.lastIndexOf('.') + 1)))
                .toList();
    }

    /** Which rows: a table, or a query of its own where there is a condition or SQL. */
    private boolean what(ForeignFlow flow, String name, YamlTable streams, YamlTable stream, String sql) {
        String where = text("where", stream);
        List<String> columns = new ArrayList<>();
        List<String> without = new ArrayList<>();
        for (String column : texts("select", stream)) {
            if (column.startsWith("-")) {
                without.add(column.substring(1));
            } else if (!column.equals("*")) {
                columns.add(column);
            }
        }
        flow.export("source_dataset_id", name.replace("\"", ""));
        flow.export("columns", columns);
        flow.export("exclude_columns", without);
        if (sql != null || where != null) {
            String query = variables(sql != null ? sql.strip() : "SELECT * FROM " + name + " WHERE " + where.strip());
            if (query.startsWith("file://") || NAMED.matcher(query).find()) {
                adopted.notTaken(
                        streams.problem(
                                name,
                                query.startsWith("file://")
                                        ? "has its SQL in another file: put it in here, and import again"
                                        : "has a variable in its SQL, which is for Sling to fill: with update_key and no SQL, Waybill asks for what is new by itself"));
                return false;
            }
            flow.export("source_dataset_id", flow.id());
            flow.dataSet("id", flow.id()).dataSet("query", query);
        } else if (!PLAIN_NAME.matcher(name.replace("\"", "").replace('*', '_')).matches()) {
            adopted.notTaken(streams.problem(name, "is no name of a table; only databases are read"));
            return false;
        }
        return true;
    }

    /** Where files go, and what they are. */
    private boolean where(ForeignFlow flow, String name, YamlTable streams, YamlTable stream, String target) {
        YamlTable options = stream.table("target_options");
        YamlTable defaultOptions = defaults.table("target_options");
        String said = first("format", options, defaultOptions);
        String object = text("object", stream);
        if (object == null) {
            adopted.notTaken(streams.problem(name, "says no object, the file that it goes to"));
            return false;
        }
        String path = named(variables(object), name);
        String ending = ending(path);
        if (said != null && !FORMATS.containsKey(said) || said == null && !FORMATS.containsValue(ending)) {
            adopted.notTaken(streams.problem(
                    name,
                    said == null
                            ? "goes to \"" + object
                                    + "\", which is a table or has an ending that says no format; files are what Waybill writes"
                            : "goes to a file of format " + said + ", which Waybill does not write"));
            return false;
        }
        String format = said == null ? ending : FORMATS.get(said);
        if (!path.endsWith("/") && !ending.equals(format)) {
            path = path + "." + format;
        }
        String scheme = target.toLowerCase(Locale.ROOT);
        boolean isLocal = Stream.of("local", "file", "local://", "file://").anyMatch(scheme::equals);
        if (URI.matcher(path).matches()) {
            flow.export("file_path", path.startsWith("file://") ? path.substring("file://".length()) : path);
        } else if (isLocal) {
            flow.export("file_path", path);
        } else if (to != null) {
            flow.export("file_path", to.endsWith("/") ? to + path : to + "/" + path);
        } else {
            adopted.notTaken(streams.problem(
                    name,
                    "goes to the connection " + target
                            + ", whose place the file does not say; --to says it, such as --to s3://bucket/folder"));
            return false;
        }
        String filePath = URI.matcher(path).matches() ? path : to;
        if (!isLocal && filePath != null && URI.matcher(filePath).matches() && !filePath.startsWith("file:")) {
            flow.export("connection", connection(target));
            adopted.setting("waybill.connection." + connection(target) + ".… = …    (docs/delivery.md has what "
                    + filePath.substring(0, filePath.indexOf(':')) + " takes)");
        }
        flow.export("format", format);
        options(flow, format, options, defaultOptions);
        return true;
    }

    private void options(ForeignFlow flow, String format, YamlTable options, YamlTable defaultOptions) {
        String compression = first("compression", options, defaultOptions);
        if (compression != null && !compression.equals("auto")) {
            boolean inPages = format.equals("parquet");
            if (inPages) {
                flow.exporter("compression", compression);
            } else if (!compression.equals("none")) {
                flow.export("compression", compression);
            }
        }
        flow.export("max_rows_per_file", number("file_max_rows", options, defaultOptions));
        flow.export("target_file_size_bytes", number("file_max_bytes", options, defaultOptions));
        if (format.equals("csv")) {
            flow.exporter("delimiter", first("delimiter", options, defaultOptions));
            Boolean ofDefaults = defaultOptions.flag("header");
            flow.exporter("include_header", options.has("header") ? options.flag("header") : ofDefaults);
        }
    }

    /** A number above 0, which may have lines between its digits; null where there is none, and it is named where it is something else. */
    private Long number(String key, YamlTable first, YamlTable second) {
        String value = first(key, first, second);
        if (value == null) {
            return null;
        }
        String digits = value.replace("_", "");
        if (!digits.matches("[0-9]{1,18}")) {
            adopted.notTaken((first.has(key) ? first : second)
                    .problem(key, "\"" + value + "\" is no number of them, and is not taken over"));
            return null;
        }
        long number = Long.parseLong(digits);
        return number == 0 ? null : (Long) number;
    }

    private boolean mode(ForeignFlow flow, String name, YamlTable streams, YamlTable stream) {
        String mode = text("mode", stream);
        String updateKey = text("update_key", stream);
        List<String> primaryKey = texts("primary_key", stream);
        YamlTable options = stream.table("source_options");
        Long limit = number("limit", options, defaults.table("source_options"));
        switch (mode == null ? "full-refresh" : mode) {
            case "full-refresh", "truncate" -> flow.export("if_exists", "overwrite");
            case "snapshot" -> {
                flow.export("if_exists", "version");
                adopted.notTaken(streams.problem(
                        name,
                        "mode snapshot: each run has a file of its own; a column of when it was loaded is not added"));
            }
            case "incremental" -> {
                if (updateKey == null) {
                    adopted.notTaken(
                            streams.problem(
                                    name,
                                    "is incremental without update_key: what is new cannot be told; since_last_export = \"changes\" compares rows by their key (docs/flows.md)"));
                    return false;
                }
                flow.export("since_last_export", true);
            }
            default -> {
                adopted.notTaken(
                        streams.problem(
                                name,
                                "has mode " + mode
                                        + ", for which there is nothing in a flow; `waybill backfill` runs one for past times"));
                return false;
            }
        }
        flow.export("limit", limit);
        if (name.contains("*") && !flow.declaresDataSet()) {
            flow.export("watermark", updateKey); // of each of many tables
        } else if (updateKey != null || !primaryKey.isEmpty()) {
            if (!flow.declaresDataSet()) {
                flow.dataSet("id", flow.id()).dataSet("table", name.replace("\"", ""));
                flow.export("source_dataset_id", flow.id());
            }
            flow.dataSet("primary_key", primaryKey).dataSet("watermark", updateKey);
        }
        return true;
    }

    /** Sling's names of a stream's parts, and of times, by Waybill's. */
    private static String named(String object, String stream) {
        boolean isOfManyTables = stream.contains("*");
        String plain = isOfManyTables ? "{dataset}" : stream.replace("\"", "");
        int dot = plain.lastIndexOf('.');
        String table = isOfManyTables ? "{table}" : dot < 0 ? plain : plain.substring(dot + 1);
        String schema = isOfManyTables ? "{schema}" : dot < 0 ? "" : plain.substring(0, dot);
        Map<String, String> names = new HashMap<>(Map.of(
                "stream_name", plain,
                "stream_table", table,
                "stream_schema", schema,
                "run_timestamp", "{ts_nodash}",
                "YYYY", "{year}",
                "MM", "{month}",
                "DD", "{day}",
                "HH", "{hour}"));
        Matcher matcher = NAMED.matcher(object);
        StringBuilder path = new StringBuilder();
        while (matcher.find()) {
            String name = matcher.group(1);
            String value = name.endsWith("_lower") && names.containsKey(name.substring(0, name.length() - 6))
                    ? names.get(name.substring(0, name.length() - 6)).toLowerCase(Locale.ROOT)
                    : name.endsWith("_upper") && names.containsKey(name.substring(0, name.length() - 6))
                            ? names.get(name.substring(0, name.length() - 6)).toUpperCase(Locale.ROOT)
                            : names.getOrDefault(name, matcher.group());
            matcher.appendReplacement(path, Matcher.quoteReplacement(value));
        }
        return matcher.appendTail(path).toString();
    }

    private static String ending(String path) {
        String file = path.substring(path.lastIndexOf('/') + 1);
        return file.contains(".") ? file.substring(file.lastIndexOf('.') + 1) : "";
    }

    /** What the file's {@code env} says in the place of a variable, or else a placeholder of the environment. */
    private String variables(String text) {
        return VARIABLE.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(
                        environment.getOrDefault(found.group(1), "{{env:" + found.group(1) + "}}")));
    }

    private String text(String key, YamlTable stream) {
        return first(key, stream, defaults);
    }

    private boolean isTrue(String key, YamlTable stream) {
        boolean ofDefaults = defaults.isTrue(key);
        return stream.has(key) ? stream.isTrue(key) : ofDefaults;
    }

    private List<String> texts(String key, YamlTable stream) {
        List<String> ofDefaults = defaults.texts(key);
        return stream.has(key) ? stream.texts(key) : ofDefaults;
    }

    /** What the first of them says, and where it says nothing, the second. */
    private static String first(String key, YamlTable first, YamlTable second) {
        String ofSecond = second.text(key);
        return first.has(key) ? first.text(key) : ofSecond;
    }

    private static String connection(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]+", "_");
    }

    private static String environmentName(String name) {
        return name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]+", "_");
    }
}
