package io.waybill.flow.toml;

import io.waybill.flow.Compression;
import io.waybill.flow.Delivery;
import io.waybill.flow.Encryption;
import io.waybill.flow.Export;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.ExportRules;
import io.waybill.flow.FileFormat;
import io.waybill.flow.Filter;
import io.waybill.flow.FilterKeys;
import io.waybill.flow.FilterOperator;
import io.waybill.flow.FormatOptions;
import io.waybill.flow.FormatRules;
import io.waybill.flow.IfExists;
import io.waybill.flow.Key;
import io.waybill.flow.NearestName;
import io.waybill.flow.PathTemplate;
import io.waybill.flow.Problem;
import io.waybill.flow.Selection.PiiPolicy;
import io.waybill.flow.Split;
import io.waybill.flow.Values;
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
        Values values = section.values(ExportKeys.plain());
        // the rows of one run are not those of the next: neither may replace the other's
        List<Delivery> deliveries = new DeliveryReader(section)
                .read(values.get(ExportKeys.SINCE_LAST_EXPORT) ? IfExists.VERSION : IfExists.OVERWRITE);
        List<String> paths = deliveries.stream().map(Delivery::address).toList();
        Map<String, Object> config = readConfig();
        FileFormat format = readFormat(values.get(ExportKeys.FORMAT), deliveries, paths, config);
        Compression compression =
                values.has(ExportKeys.COMPRESSION) ? values.get(ExportKeys.COMPRESSION) : Compression.ofPaths(paths);
        Encryption encryption = new EncryptionReader(section).read(compression, paths);
        List<String> exclude = new ArrayList<>(values.get(ExportKeys.EXCLUDE_COLUMNS));
        List<String> columns = readColumns(values.get(ExportKeys.COLUMNS), config);
        Map<String, Object> options = format == null ? Map.of() : formatOptions(format, config);
        exclude.addAll(new LaterKeys(section, notYet).check());
        checkPiiPolicy(values.get(ExportKeys.PII_POLICY));
        Export export = new Export(
                readChunks(values)
                        .with(ExportKeys.FORMAT, format)
                        .with(ExportKeys.COMPRESSION, compression)
                        .with(ExportKeys.COLUMNS, columns)
                        .with(ExportKeys.EXCLUDE_COLUMNS, exclude),
                deliveries.isEmpty() ? List.of(Delivery.local(new PathTemplate(""), IfExists.OVERWRITE)) : deliveries,
                options,
                readFilters(),
                encryption,
                new RunRulesReader(section).read(values));
        ExportRules.check(export, key -> section.has(key.name())).forEach(section::problem);
        section.refuseUnknownKeys();
        return export;
    }

    /** The values of exporter_config by key, unchecked; empty where there is none. */
    private Map<String, Object> readConfig() {
        Object value = section.value(ExportKeys.EXPORTER_CONFIG.name());
        if (value != null && !(value instanceof TomlTable)) {
            section.problem(ExportKeys.EXPORTER_CONFIG, TomlSection.describe(value) + "; a table is expected");
        }
        Map<String, Object> config = new LinkedHashMap<>();
        if (value instanceof TomlTable table) {
            table.keySet().forEach(key -> config.put(key, TomlSection.plain(table.get(List.of(key)))));
        }
        return config;
    }

    private FileFormat readFormat(
            FileFormat given, List<Delivery> deliveries, List<String> paths, Map<String, Object> config) {
        FileFormat format;
        boolean records = !deliveries.isEmpty()
                && deliveries.stream().allMatch(delivery -> delivery.kind().takesRecords());
        if (section.has(ExportKeys.FORMAT)) {
            format = given;
        } else if (records) {
            format = FileFormat.JSONL;
        } else {
            Optional<FileFormat> guessed = paths.stream()
                    .map(FileFormat::ofFileName)
                    .flatMap(Optional::stream)
                    .findFirst();
            if (guessed.isEmpty() && !paths.isEmpty()) {
                section.problem(
                        ExportKeys.FORMAT,
                        "is missing, and \"" + paths.get(0)
                                + "\" has no extension that says it; allowed: csv, tsv, json, jsonl, parquet");
            }
            format = guessed.orElse(null);
        }
        boolean lines = Boolean.TRUE.equals(config.get(FormatOptions.JSONL.name()));
        return format == FileFormat.JSON && lines ? FileFormat.JSONL : format;
    }

    private List<String> readColumns(List<String> given, Map<String, Object> config) {
        List<String> columns = given;
        Object inConfig = config.get(ExportKeys.COLUMNS.name());
        if (inConfig instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
            if (columns.isEmpty()) {
                columns = list.stream().map(String.class::cast).toList();
            } else if (!list.isEmpty()) {
                section.problem(ExportKeys.COLUMNS, "is there beside exporter_config.columns; one of them is allowed");
            }
        }
        return columns;
    }

    private void checkPiiPolicy(PiiPolicy policy) {
        String notYetRun = ExportRules.piiNotYet(policy);
        if (notYetRun != null) {
            String key = ExportKeys.PII_POLICY.name();
            notYet.add(new Problem(section.place(key), section.path(key), notYetRun));
        }
    }

    private Map<String, Object> formatOptions(FileFormat format, Map<String, Object> config) {
        Map<String, Object> options = new TreeMap<>();
        TomlSection configSection = section.section(ExportKeys.EXPORTER_CONFIG);
        Map<String, Key<?>> known = FormatOptions.of(format);
        config.forEach((key, value) -> {
            Key<?> option = known.get(key);
            String wrong = option == null ? unknownOption(key, format, known) : option.problem(value);
            if (wrong != null) {
                configSection.problem(key, wrong);
            } else if (!key.equals("columns")) { // the query selects them
                options.put(option.option(), value);
            }
        });
        if (format == FileFormat.TSV) {
            options.putIfAbsent("delimiter", "\t");
        }
        if (config.containsKey("header") && config.containsKey("include_header")) {
            configSection.problem(
                    "header", "is there beside include_header, which is the same option; one of them is allowed");
        }
        if (format == FileFormat.JSONL) {
            if (Boolean.FALSE.equals(options.put("jsonl", true))) {
                configSection.problem(FormatOptions.JSONL, "is false, and format = \"jsonl\" says otherwise");
            }
        }
        if (configSection != null) {
            FormatRules.together(format, options).forEach(configSection::problem);
        }
        return options;
    }

    private static String unknownOption(String key, FileFormat format, Map<String, Key<?>> known) {
        for (FileFormat other : FileFormat.values()) {
            if (FormatOptions.of(other).containsKey(key)) {
                return "is not for " + format.extension() + " files, but for " + other.extension();
            }
        }
        return "is not an option of " + format.extension() + " files; allowed: " + String.join(", ", known.keySet())
                + NearestName.hint(key, known.keySet());
    }

    private List<Filter> readFilters() {
        List<Filter> filters = new ArrayList<>();
        for (TomlSection filter : section.sections(ExportKeys.FILTERS)) {
            String column = filter.get(FilterKeys.COLUMN);
            filter.has(FilterKeys.VALUE);
            filter.has(FilterKeys.VALUES);
            List<FilterOperator> times = FilterOperator.times().stream()
                    .filter(time -> filter.has(time.symbol()))
                    .toList();
            int count = times.size() + (filter.has(FilterKeys.OP) ? 1 : 0);
            if (count != 1) {
                filter.problem(
                        FilterKeys.OP,
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
        String symbol = filter.get(FilterKeys.OP);
        List<Object> values =
                filter.values(filter.has(FilterKeys.VALUES) ? FilterKeys.VALUES.name() : FilterKeys.VALUE.name());
        if (symbol == null) {
            return;
        }
        try {
            FilterOperator operator = FilterOperator.parse(symbol);
            add(filter, operator.mostValues() == 0 ? "op" : "value", column, operator, values, filters);
        } catch (IllegalArgumentException e) {
            filter.problem(FilterKeys.OP, e.getMessage() + NearestName.hint(symbol, FilterOperator.symbols()));
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

    private Values readChunks(Values values) {
        TomlSection chunks = section.section(ExportKeys.CHUNK_BY);
        if (chunks == null) {
            return values;
        }
        String column = chunks.requiredText(ExportKeys.CHUNK_COLUMN.local());
        if (!chunks.has(ExportKeys.CHUNK_EVERY)) {
            chunks.problem(ExportKeys.CHUNK_EVERY, "is missing; allowed: hour, day, week, month, year");
        }
        Split.Period every = chunks.get(ExportKeys.CHUNK_EVERY);
        chunks.refuseUnknownKeys();
        return values.with(ExportKeys.CHUNK_COLUMN, column).with(ExportKeys.CHUNK_EVERY, every);
    }
}
