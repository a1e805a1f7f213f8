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
        Object batchId = readBatchId();
        Map<String, Object> config = readConfig();
        FileFormat format = readFormat(deliveries, paths, config);
        Compression compression = section.choice("compression", Compression.class, Compression.ofPaths(paths));
        Encryption encryption = new EncryptionReader(section).read(compression, paths);
        List<String> columns = readColumns(config);
        Map<String, Object> options = format == null ? Map.of() : formatOptions(format, config);
        List<String> exclude = new ArrayList<>(section.texts("exclude_columns"));
        exclude.addAll(new LaterKeys(section, notYet).check());
        Select select = section.choice("select", Select.class, Select.ALL);
        Selection selection = new Selection(columns, exclude, select, readPiiPolicy());
        SinceLast sinceLast = readSinceLast(asked);
        Export export = new Export(
                source,
                datasource,
                deliveries.isEmpty() ? List.of(Delivery.local(new PathTemplate(""), IfExists.OVERWRITE)) : deliveries,
                mode,
                batchId,
                format,
                options,
                selection,
                readFilters(),
                section.texts("order_by").stream().map(Order::parse).toList(),
                orZero(section.number("limit", 1)),
                readSplit(),
                compression,
                encryption,
                section.choice("reader", Export.Reader.class, null),
                readParallelism(),
                section.flag("skip_empty", false),
                sinceLast,
                section.flag("checksums", false),
                new RunRulesReader(section).read());
        ExportRules.check(export, section::has).forEach(section::problem);
        section.refuseUnknownKeys();
        return export;
    }

    private SinceLast readSinceLast(boolean asked) {
        Duration lag = RunRulesReader.readSpan(section, "watermark_lag", null);
        Duration patience = RunRulesReader.readSpan(section, "watermark_wait", SinceLast.USUAL_PATIENCE);
        SinceLast.Nulls nulls = section.choice("watermark_nulls", SinceLast.Nulls.class, SinceLast.Nulls.EXCLUDE);
        return asked ? new SinceLast(lag, patience, nulls) : null;
    }

    private int readParallelism() {
        Long readers = section.number("parallelism", 1);
        return readers == null ? 1 : (int) Math.min(readers, Integer.MAX_VALUE);
    }

    private static long orZero(Long number) {
        return number == null ? 0 : number;
    }

    private Object readBatchId() {
        Object batch = section.value("batch_id");
        if (batch instanceof String text) {
            return section.resolve("batch_id", text);
        }
        if (batch == null || batch instanceof Long) {
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
                        "is missing, and \"" + paths.get(0) + "\" has no extension that says it; allowed: "
                                + FileFormat.names());
            }
            format = guessed.orElse(null);
        }
        boolean lines = Boolean.TRUE.equals(config.get("jsonl"));
        return format == FileFormat.JSON && lines ? FileFormat.JSONL : format;
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
        return columns;
    }

    private PiiPolicy readPiiPolicy() {
        PiiPolicy policy = section.choice("pii_policy", PiiPolicy.class, PiiPolicy.EXCLUDE);
        String notYetRun = ExportRules.piiNotYet(policy);
        if (notYetRun != null) {
            notYet.add(new Problem(section.place("pii_policy"), section.path("pii_policy"), notYetRun));
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
        format.presets().forEach(options::putIfAbsent);
        if (config.containsKey("header") && config.containsKey("include_header")) {
            configSection.problem(
                    "header", "is there beside include_header, which is the same option; one of them is allowed");
        }
        if (format == FileFormat.JSONL) {
            if (Boolean.FALSE.equals(options.put("jsonl", true))) {
                configSection.problem("jsonl", "is false, and format = \"jsonl\" says otherwise");
            }
        }
        if (configSection != null) {
            FormatRules.together(format, options).forEach(configSection::problem);
        }
        return options;
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

    private Split readSplit() {
        return new Split(
                orZero(section.number("max_rows_per_file", 1)),
                orZero(section.number("target_file_size_bytes", 1)),
                orZero(section.number("max_row_groups_per_file", 1)),
                orZero(section.number("max_archive_size", Split.LEAST_ARCHIVE_SIZE)),
                readChunks());
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
        return column == null ? null : new Split.Chunks(column, every);
    }
}
