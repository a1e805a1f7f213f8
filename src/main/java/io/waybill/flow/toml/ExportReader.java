package io.waybill.flow.toml;

import io.waybill.flow.Compression;
import io.waybill.flow.Delivery;
import io.waybill.flow.Export;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.ExportRules;
import io.waybill.flow.FileFormat;
import io.waybill.flow.Form;
import io.waybill.flow.FormatKind;
import io.waybill.flow.IfExists;
import io.waybill.flow.Key;
import io.waybill.flow.NearestName;
import io.waybill.flow.RunRules.Notification.Event;
import io.waybill.flow.RunRules.SchemaChange;
import io.waybill.flow.Values;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.tomlj.TomlTable;

/** Reads {@code [properties.export]}. */
record ExportReader(TomlSection section) {

    Export read() {
        Values values = section.values(ExportKeys.plain());
        // the rows of one run are not those of the next: neither may replace the other's
        List<Delivery> deliveries =
                new DeliveryReader(section).read(Export.isOfNewRows(values) ? IfExists.VERSION : IfExists.OVERWRITE);
        List<String> paths = deliveries.stream().map(Delivery::address).toList();
        Map<String, Object> config = readConfig();
        FileFormat format = readFormat(values.get(ExportKeys.FORMAT), deliveries, paths, config);
        Compression compression =
                values.has(ExportKeys.COMPRESSION) ? values.get(ExportKeys.COMPRESSION) : Compression.ofPaths(paths);
        List<String> columns = readColumns(values.get(ExportKeys.COLUMNS), config);
        Map<String, Object> options = format == null ? Map.of() : formatOptions(format, config);
        Export export = new Export(
                values.with(ExportKeys.FORMAT, format)
                        .with(ExportKeys.COMPRESSION, compression)
                        .with(ExportKeys.COLUMNS, columns),
                deliveries,
                options,
                FiltersReader.read(section, ExportKeys.FILTERS),
                TransformsReader.read(section),
                ReportReader.read(section),
                ExpectationsReader.read(section),
                NotificationsReader.read(section, ExportKeys.NOTIFICATIONS));
        checkNotify(export);
        ExportRules.check(export, key -> section.has(key.name())).forEach(section::problem);
        section.refuseUnknownKeys();
        return export;
    }

    private void checkNotify(Export export) {
        if (export.get(ExportKeys.SCHEMA_CHANGE) == SchemaChange.NOTIFY
                && export.notifications().stream()
                        .noneMatch(told -> told.events().contains(Event.SCHEMA_CHANGE))) {
            section.problem(
                    ExportKeys.SCHEMA_CHANGE,
                    "\"notify\" tells nobody: no [[properties.export.notifications]] is on \"schema_change\"");
        }
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
        Optional<FileFormat> said = FileFormat.saidBy(config, given, deliveries);
        if (said.isPresent()) {
            section.has(ExportKeys.FORMAT);
            return said.get();
        }
        if (section.has(ExportKeys.FORMAT)) {
            return given == null ? null : given.kind().meant(given, config);
        }
        boolean records = !deliveries.isEmpty()
                && deliveries.stream().allMatch(delivery -> delivery.kind().takesRecords());
        boolean tables = !deliveries.isEmpty()
                && deliveries.stream().allMatch(delivery -> delivery.kind().takesTableFiles());
        Stream<FileFormat> guessed = records || tables
                ? Stream.of(FileFormat.of(tables ? "parquet" : "jsonl"))
                : paths.stream().map(FileFormat::ofFileName).flatMap(Optional::stream);
        Optional<FileFormat> format = guessed.findFirst();
        if (format.isEmpty() && !paths.isEmpty()) {
            section.problem(
                    ExportKeys.FORMAT,
                    "is missing, and \"" + paths.get(0) + "\" has no extension that says it; allowed: "
                            + FileFormat.names());
        }
        return format.map(known -> known.kind().meant(known, config)).orElse(null);
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

    private Map<String, Object> formatOptions(FileFormat format, Map<String, Object> config) {
        Map<String, Object> options = new TreeMap<>();
        Map<String, String> keys = new HashMap<>();
        TomlSection configSection = section.section(ExportKeys.EXPORTER_CONFIG);
        Map<String, Key<?>> known = format.options();
        config.forEach((key, value) -> {
            Key<?> option = known.get(key);
            String wrong = option == null ? unknownOption(key, format, known) : problem(option, value);
            if (wrong != null) {
                configSection.problem(key, wrong);
            } else if (value instanceof Map<?, ?> table) {
                table.forEach((name, each) -> options.put(option.option() + "." + name, TomlSection.plain(each)));
            } else if (!key.equals("columns")) { // the query selects them
                options.put(option.option(), value);
            }
        });
        format.presets().forEach(options::putIfAbsent);
        known.forEach((key, option) -> {
            String same = config.containsKey(key) ? keys.putIfAbsent(option.option(), key) : null;
            if (same != null) {
                configSection.problem(
                        key, "is there beside " + same + ", which is the same option; one of them is allowed");
            }
        });
        if (configSection != null) {
            format.kind().together(format, options).forEach(configSection::problem);
        }
        return options;
    }

    private static String problem(Key<?> option, Object value) {
        if (option.form() instanceof Form.Table) {
            return value instanceof Map ? null : TomlSection.describe(value) + "; a table is expected";
        }
        return option.problem(value);
    }

    private static String unknownOption(String key, FileFormat format, Map<String, Key<?>> known) {
        String own = format.kind().unknown(key);
        if (own != null) {
            return own;
        }
        for (FileFormat other : FileFormat.all()) {
            if (other.options().containsKey(key)) {
                return "is not for " + format.extension() + " files, but for " + other.extension();
            }
        }
        for (FormatKind other : FileFormat.kindsWithoutNames()) {
            Key<?> first = other.options().get(0);
            if (other.options().stream().anyMatch(option -> option.name().equals(key))) {
                return "is for " + first.name() + ", which is missing";
            }
        }
        return "is not an option of " + format.extension() + " files; allowed: " + String.join(", ", known.keySet())
                + NearestName.hint(key, known.keySet());
    }
}
