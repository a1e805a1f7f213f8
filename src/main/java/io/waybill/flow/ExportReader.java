package io.waybill.flow;

import io.waybill.flow.Selection.PiiPolicy;
import io.waybill.flow.Selection.Select;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/** Reads {@code [properties.export]}. */
final class ExportReader {

    private final TomlSection section;
    private final List<Problem> notYet;

    ExportReader(TomlSection section, List<Problem> notYet) {
        this.section = section;
        this.notYet = notYet;
    }

    Export read() {
        String source = section.requiredText("source_dataset_id");
        String datasource = section.text("datasource");
        boolean asked = section.flag("since_last_export", false);
        // the rows of one run are not those of the next: neither may replace the other's
        List<Delivery> deliveries = new DeliveryReader(section).read(asked ? IfExists.VERSION : IfExists.OVERWRITE);
        List<String> paths = deliveries.stream().map(Delivery::address).toList();
        ExportMode mode = section.choice("export_mode", ExportMode.class, ExportMode.FULL);
        Object batchId = readBatchId(mode);
        Map<String, Object> config = readConfig();
        FileFormat format = readFormat(deliveries, paths, config);
        Compression compression = readCompression(paths);
        Encryption encryption = new EncryptionReader(section).read(compression, paths);
        checkRecords(deliveries, format, compression != Compression.NONE || encryption != null, config.get("encoding"));
        List<String> columns = readColumns(config);
        Map<String, Object> options = format == null ? Map.of() : formatOptions(format, config);
        List<String> exclude = new ArrayList<>(section.texts("exclude_columns"));
        exclude.addAll(new LaterKeys(section, notYet).check());
        Select select = section.choice("select", Select.class, Select.ALL);
        if (!columns.isEmpty() && section.has("select")) {
            section.problem("select", "is there beside columns; one of them is allowed");
        }
        Selection selection = new Selection(columns, exclude, select, readPiiPolicy());
        SinceLast sinceLast = readSinceLast(asked, mode);
        Export export = new Export(
                source,
                datasource,
                deliveries.isEmpty() ? List.of(Delivery.local(new PathTemplate(""), IfExists.OVERWRITE)) : deliveries,
                mode,
                batchId,
                format == null ? FileFormat.CSV : format,
                options,
                selection,
                readFilters(),
                section.texts("order_by").stream().map(Order::parse).toList(),
                orZero(section.number("limit", 1)),
                readSplit(format, compression),
                compression,
                encryption,
                section.choice("reader", Export.Reader.class, null),
                readParallelism(),
                section.flag("skip_empty", false),
                sinceLast,
                section.flag("checksums", false),
                new RunRulesReader(section).read());
        section.refuseUnknownKeys();
        return export;
    }

    private SinceLast readSinceLast(boolean asked, ExportMode mode) {
        Duration lag = RunRulesReader.readSpan(section, "watermark_lag", null);
        Duration patience = RunRulesReader.readSpan(section, "watermark_wait", SinceLast.USUAL_PATIENCE);
        SinceLast.Nulls nulls = section.choice("watermark_nulls", SinceLast.Nulls.class, SinceLast.Nulls.EXCLUDE);
        if (!asked) {
            for (String key : List.of("watermark_lag", "watermark_wait", "watermark_nulls")) {
                if (section.has(key)) {
                    section.problem(key, "is for since_last_export = true alone");
                }
            }
            return null;
        }
        if (mode == ExportMode.BATCH) {
            section.problem("since_last_export", "does not go with export_mode \"batch\", which exports one batch");
        }
        if (section.has("limit")) {
            section.problem("limit", "does not go with since_last_export: the rows beyond it would never be exported");
        }
        return new SinceLast(lag, patience, nulls);
    }

    private int readParallelism() {
        Long readers = section.number("parallelism", 1);
        if (readers != null && readers > Export.MOST_READERS) {
            section.problem("parallelism", readers + " is too many; 1 to " + Export.MOST_READERS + " are allowed");
        }
        return readers == null ? 1 : (int) Math.min(readers, Export.MOST_READERS);
    }

    private static long orZero(Long number) {
        return number == null ? 0 : number;
    }

    private Object readBatchId(ExportMode mode) {
        Object batch = section.value("batch_id");
        if (batch == null) {
            if (mode == ExportMode.BATCH) {
                section.problem("batch_id", "is missing; export_mode \"batch\" exports one batch");
            }
            return null;
        }
        if (mode != ExportMode.BATCH) {
            section.problem("batch_id", "is for export_mode \"batch\" alone, not for \"" + mode.label() + "\"");
            return null;
        }
        if (batch instanceof String text) {
            return section.resolve("batch_id", text);
        }
        if (batch instanceof Long) {
            return batch;
        }
        section.problem("batch_id", TomlSection.describe(batch) + "; a number or text is expected");
        return null;
    }

    /** The values of exporter_config by key, unchecked; empty where there is none. */
    private Map<String, Object> readConfig() {
        Object value = section.value("exporter_config");
        if (value != null && !(value instanceof TomlTable)) {
            section.problem("exporter_config", TomlSection.describe(value) + "; a table is expected");
        }
        Map<String, Object> config = new LinkedHashMap<>();
        if (value instanceof TomlTable table) {
            table.keySet().forEach(key -> config.put(key, table.get(List.of(key))));
        }
        return config;
    }

    /** What takes records gets a line each: a CSV row may be several. */
    private void checkRecords(List<Delivery> deliveries, FileFormat format, boolean coded, Object encoding) {
        deliveries.stream()
                .filter(delivery -> delivery.kind().takesRecords())
                .findFirst()
                .ifPresent(delivery -> {
                    if (format != null && format != FileFormat.JSONL) {
                        section.problem(
                                "format",
                                "\"" + format.extension() + "\" does not go with " + delivery.scheme()
                                        + ", which takes a record each row; jsonl is allowed");
                    }
                    if (coded) {
                        section.problem(
                                section.has("encryption") ? "encryption" : "compression",
                                "does not go with " + delivery.scheme() + ", which takes records and not files");
                    }
                    if (encoding instanceof String name && !name.trim().equalsIgnoreCase("utf-8")) {
                        section.problem(
                                "exporter_config",
                                "encoding \"" + name + "\" does not go with " + delivery.scheme()
                                        + ", whose records are told apart in utf-8");
                    }
                });
    }

    private FileFormat readFormat(List<Delivery> deliveries, List<String> paths, Map<String, Object> config) {
        FileFormat format;
        boolean records = !deliveries.isEmpty()
                && deliveries.stream().allMatch(delivery -> delivery.kind().takesRecords());
        if (section.has("format")) {
            format = section.choice("format", FileFormat.class, null);
        } else if (records) {
            format = FileFormat.JSONL;
        } else {
            Optional<FileFormat> guessed = paths.stream()
                    .map(FileFormat::ofFileName)
                    .flatMap(Optional::stream)
                    .findFirst();
            if (guessed.isEmpty() && !paths.isEmpty()) {
                section.problem(
                        "format",
                        "is missing, and \"" + paths.get(0)
                                + "\" has no extension that says it; allowed: csv, tsv, json, jsonl, parquet");
            }
            format = guessed.orElse(null);
        }
        boolean lines = Boolean.TRUE.equals(config.get("jsonl"));
        return format == FileFormat.JSON && lines ? FileFormat.JSONL : format;
    }

    private Compression readCompression(List<String> paths) {
        Compression implied = Compression.NONE;
        for (Compression compression : Compression.values()) {
            if (compression != Compression.NONE
                    && paths.stream()
                            .anyMatch(path -> path.endsWith(compression.extension())
                                    || path.endsWith(compression.extension() + ".pgp"))) {
                implied = compression;
            }
        }
        Compression chosen = section.choice("compression", Compression.class, implied);
        if (implied != Compression.NONE && chosen != implied) {
            section.problem(
                    "compression",
                    "\"" + TomlSection.lower(chosen) + "\" does not go with the file's extension "
                            + implied.extension());
        }
        return chosen;
    }

    private List<String> readColumns(Map<String, Object> config) {
        List<String> columns = section.texts("columns");
        Object inConfig = config.get("columns");
        if (inConfig instanceof TomlArray array && array.toList().stream().allMatch(String.class::isInstance)) {
            if (columns.isEmpty()) {
                columns = array.toList().stream().map(String.class::cast).toList();
            } else if (!array.isEmpty()) {
                section.problem("columns", "is there beside exporter_config.columns; one of them is allowed");
            }
        }
        for (int i = 0; i < columns.size(); i++) {
            if (columns.indexOf(columns.get(i)) < i) {
                section.problem("columns", "\"" + columns.get(i) + "\" is there twice");
            }
        }
        return columns;
    }

    private PiiPolicy readPiiPolicy() {
        PiiPolicy policy = section.choice("pii_policy", PiiPolicy.class, PiiPolicy.EXCLUDE);
        if (policy != PiiPolicy.EXCLUDE && policy != PiiPolicy.ALLOW) {
            notYet.add(new Problem(
                    section.place("pii_policy"),
                    section.path("pii_policy"),
                    "\"" + TomlSection.lower(policy) + "\" cannot run yet; exclude and allow can"));
        }
        return policy;
    }

    private Map<String, Object> formatOptions(FileFormat format, Map<String, Object> config) {
        Map<String, Object> options = new TreeMap<>();
        TomlSection configSection = section.section("exporter_config", "exporter_config.");
        Map<String, FormatOption> known = FormatOption.of(format);
        config.forEach((key, value) -> {
            FormatOption option = known.get(key);
            String wrong = option == null
                    ? unknownOption(key, format, known)
                    : option.check().apply(value);
            if (wrong != null) {
                configSection.problem(key, wrong);
            } else if (!key.equals("columns")) { // the query selects them
                options.put(option.property(), value);
            }
        });
        if (format == FileFormat.TSV) {
            options.putIfAbsent("delimiter", "\t");
        }
        if (config.containsKey("header") && config.containsKey("include_header")) {
            configSection.problem(
                    "header", "is there beside include_header, which is the same option; one of them is allowed");
        }
        if (format == FileFormat.CSV || format == FileFormat.TSV) {
            checkPunctuation(options, configSection);
        }
        if (format == FileFormat.JSONL) {
            options.put("jsonl", true);
            if (options.containsKey("indent") && !options.get("indent").equals(0L)) {
                configSection.problem("indent", "is not for JSON lines, which hold one object a line");
            }
        }
        return options;
    }

    /** Characters of a CSV file that could not be told from each other. */
    private static void checkPunctuation(Map<String, Object> options, TomlSection config) {
        String delimiter = options.getOrDefault("delimiter", ",").toString();
        String quote = options.getOrDefault("quote", "\"").toString();
        if (quote.equals(delimiter)) {
            config.problem("quote", "\"" + quote + "\" is the delimiter as well");
        }
        if (delimiter.equals(options.get("escape"))) {
            config.problem("escape", "\"" + delimiter + "\" is the delimiter as well");
        }
        String nullString = options.getOrDefault("nullString", "").toString();
        if (nullString.contains(delimiter) || nullString.contains(quote) || nullString.matches("(?s).*[\r\n].*")) {
            config.problem("null_string", "holds a delimiter, a quote or a line break, and NULL stands without quotes");
        }
    }

    private static String unknownOption(String key, FileFormat format, Map<String, FormatOption> known) {
        for (FileFormat other : FileFormat.values()) {
            if (FormatOption.of(other).containsKey(key)) {
                return "is not for " + format.extension() + " files, but for " + other.extension();
            }
        }
        return "is not an option of " + format.extension() + " files; allowed: " + String.join(", ", known.keySet())
                + NearestName.hint(key, known.keySet());
    }

    private List<Filter> readFilters() {
        List<Filter> filters = new ArrayList<>();
        for (TomlSection filter : section.sections("filters")) {
            String column = filter.requiredText("column");
            filter.has("value");
            filter.has("values");
            List<FilterOperator> times = FilterOperator.times().stream()
                    .filter(time -> filter.has(time.symbol()))
                    .toList();
            int count = times.size() + (filter.has("op") ? 1 : 0);
            if (count != 1) {
                filter.problem(
                        "op",
                        count == 0
                                ? "is missing; allowed: " + String.join(", ", FilterOperator.symbols())
                                        + ", or one of the keys last, previous, on, hours"
                                : "stands beside another condition; one filter holds one");
            } else if (times.isEmpty()) {
                addComparison(filter, column, filters);
            } else {
                FilterOperator time = times.get(0);
                add(filter, time.symbol(), column, time, filter.values(time.symbol()), filters);
            }
            filter.refuseUnknownKeys();
        }
        return filters;
    }

    private static void addComparison(TomlSection filter, String column, List<Filter> filters) {
        String symbol = filter.text("op");
        List<Object> values = filter.has("values") ? filter.values("values") : filter.values("value");
        if (symbol == null) {
            return;
        }
        try {
            FilterOperator operator = FilterOperator.parse(symbol);
            add(filter, operator.mostValues() == 0 ? "op" : "value", column, operator, values, filters);
        } catch (IllegalArgumentException e) {
            filter.problem("op", e.getMessage() + NearestName.hint(symbol, FilterOperator.symbols()));
        }
    }

    private static void add(
            TomlSection filter,
            String key,
            String column,
            FilterOperator operator,
            List<Object> values,
            List<Filter> filters) {
        for (Object value : values) {
            if (value instanceof TomlTable || value instanceof TomlArray) {
                filter.problem(key, TomlSection.describe(value) + "; a single value is expected");
                return;
            }
            if (value instanceof String text && filter.resolve(key, text) == null) {
                return;
            }
        }
        try {
            filters.add(new Filter(column == null ? "" : column, operator, values));
        } catch (IllegalArgumentException e) {
            filter.problem(key, e.getMessage());
        }
    }

    private Split readSplit(FileFormat format, Compression compression) {
        Split split = new Split(
                orZero(section.number("max_rows_per_file", 1)),
                orZero(section.number("target_file_size_bytes", 1)),
                orZero(section.number("max_row_groups_per_file", 1)),
                orZero(section.number("max_archive_size", Split.LEAST_ARCHIVE_SIZE)),
                readChunks());
        if (split.maxArchiveSize() > 0 && compression != Compression.ZIP) {
            section.problem("max_archive_size", "is for compression = \"zip\" alone");
        }
        if (split.maxRowGroupsPerFile() > 0 && format != null && format != FileFormat.PARQUET) {
            section.problem(
                    "max_row_groups_per_file",
                    "is for parquet files alone; " + format.extension() + " has no row groups");
        }
        return split;
    }

    private Split.Chunks readChunks() {
        TomlSection chunks = section.section("chunk_by", "chunk_by.");
        if (chunks == null) {
            return null;
        }
        String column = chunks.requiredText("column");
        if (!chunks.has("every")) {
            chunks.problem("every", "is missing; allowed: hour, day, week, month, year");
        }
        Split.Period every = chunks.choice("every", Split.Period.class, Split.Period.DAY);
        chunks.refuseUnknownKeys();
        if (section.has("order_by") || section.has("limit")) {
            section.problem(
                    section.has("order_by") ? "order_by" : "limit",
                    "does not go with chunk_by, whose rows come in the order of their time");
        }
        return column == null ? null : new Split.Chunks(column, every);
    }
}
