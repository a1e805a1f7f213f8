package io.waybill.form;

import io.waybill.flow.ExportKeys;
import io.waybill.flow.FileFormat;
import io.waybill.flow.FlowKeys;
import io.waybill.flow.Form;
import io.waybill.flow.Key;
import io.waybill.flow.SplitKeys;
import io.waybill.flow.Trigger;
import io.waybill.flow.TriggerKeys;
import io.waybill.flow.toml.TomlPath;
import io.waybill.flow.toml.TomlText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which keys stand where in the form. A key that nothing is said of here stands among the last. */
final class Layout {

    /**
     * What becomes a section.
     *
     * @param ofTheFlow keys of the file
     * @param ofTheExport keys of {@code [properties.export]}
     */
    record Part(String id, String title, List<Key<?>> ofTheFlow, List<Key<?>> ofTheExport) {}

    static final List<Key<?>> OF_ANY_FLOW = List.of(FlowKeys.NAME, FlowKeys.DESCRIPTION, FlowKeys.NAMESPACE);

    private static final List<Key<?>> WHAT = List.of(
            ExportKeys.SOURCE_DATASET_ID,
            ExportKeys.DATASOURCE,
            ExportKeys.SINCE_LAST_EXPORT,
            ExportKeys.EXPORT_MODE,
            ExportKeys.BATCH_ID,
            ExportKeys.SELECT,
            ExportKeys.COLUMNS,
            ExportKeys.EXCLUDE_COLUMNS,
            ExportKeys.FILTERS,
            ExportKeys.NOT_BEFORE,
            ExportKeys.LAST_DAYS,
            ExportKeys.ORDER_BY,
            ExportKeys.LIMIT);

    private static final List<Key<?>> HOW =
            List.of(ExportKeys.FORMAT, ExportKeys.EXPORTER_CONFIG, ExportKeys.COMPRESSION);

    private static final List<Key<?>> WHERE = List.of(
            ExportKeys.FILE_PATH,
            ExportKeys.DESTINATION,
            named("connection"),
            ExportKeys.IF_EXISTS,
            SplitKeys.MAX_ROWS_PER_FILE,
            SplitKeys.TARGET_FILE_SIZE_BYTES,
            SplitKeys.MAX_ROW_GROUPS_PER_FILE,
            SplitKeys.CHUNK_BY,
            SplitKeys.MAX_ARCHIVE_SIZE,
            ExportKeys.ENCRYPTION,
            ExportKeys.DELIVERY);

    static final List<Part> PARTS = List.of(
            new Part("what", "What", List.of(), WHAT),
            new Part("how", "How", List.of(), HOW),
            new Part("where", "Where", List.of(), WHERE),
            new Part("when", "When", List.of(FlowKeys.TRIGGERS), List.of(ExportKeys.OVERLAP)),
            new Part("more", "More", OF_ANY_FLOW, others()));

    private Layout() {}

    private static Key<?> named(String name) {
        return ExportKeys.all().stream()
                .filter(key -> key.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<Key<?>> others() {
        List<Key<?>> placed = new ArrayList<>(List.of(ExportKeys.OVERLAP));
        List.of(WHAT, HOW, WHERE).forEach(placed::addAll);
        return ExportKeys.all().stream()
                .filter(key -> key.isInFlows() && key.name().indexOf('.') < 0 && !placed.contains(key))
                .toList();
    }

    /** The keys of a table that are of use there: those of its type or format. */
    static List<Key<?>> useful(TomlText text, TomlPath table, Key<?> key, List<Key<?>> all) {
        if (key == FlowKeys.TRIGGERS) {
            return ofATrigger(text, table);
        }
        return key == ExportKeys.EXPORTER_CONFIG
                ? format(text, table.parent())
                        .<List<Key<?>>>map(
                                format -> List.copyOf(format.options().values()))
                        .orElse(all)
                : all;
    }

    /** Those, and what else the table has. */
    static List<Key<?>> keys(TomlText text, TomlPath table, Key<?> key, List<Key<?>> all) {
        List<Key<?>> useful = useful(text, table, key, all);
        List<Key<?>> shown = new ArrayList<>(useful);
        for (Key<?> other : all) {
            boolean isShown = shown.stream().anyMatch(each -> each.local().equals(other.local()));
            if (!isShown && text.value(table.then(other.local())).isPresent()) {
                shown.add(other);
            }
        }
        return shown;
    }

    private static List<Key<?>> ofATrigger(TomlText text, TomlPath trigger) {
        List<Key<?>> keys = new ArrayList<>(List.of(TriggerKeys.TYPE));
        text.value(trigger.then(TriggerKeys.TYPE.name()))
                .map(name -> name instanceof String type
                        ? Form.Choice.of(Trigger.Type.class).byName().get(type)
                        : null)
                .ifPresent(type -> keys.addAll(
                        TriggerKeys.of(type).stream().map(Layout::inWords).toList()));
        keys.addAll(List.of(TriggerKeys.TIMEZONE, TriggerKeys.ENABLED, TriggerKeys.ID, TriggerKeys.DESCRIPTION));
        return keys;
    }

    /** Of a type, some keys are declared anew without a word: what they are for, the list of all says. */
    private static Key<?> inWords(Key<?> key) {
        return key.means().isEmpty()
                ? TriggerKeys.ALL.stream()
                        .filter(each -> each.local().equals(key.local()))
                        .findFirst()
                        .<Key<?>>map(each -> key.meaning(each.means()))
                        .orElse(key)
                : key;
    }

    private static Optional<FileFormat> saidBy(Object config) {
        Map<String, Object> options = new LinkedHashMap<>();
        if (config instanceof Map<?, ?> table) {
            table.forEach((option, value) -> options.put(option.toString(), value));
        }
        return FileFormat.saidBy(options, null, List.of());
    }

    private static Optional<FileFormat> format(TomlText text, TomlPath export) {
        Map<String, FileFormat> byName =
                Form.Choice.of(FileFormat.all(), FileFormat::extension).byName();
        Optional<FileFormat> said = text.value(export.then(ExportKeys.EXPORTER_CONFIG.name()))
                .flatMap(Layout::saidBy)
                .or(() -> text.value(export.then(ExportKeys.FORMAT.name())).map(byName::get));
        return said.or(() -> text.value(export.then(ExportKeys.FILE_PATH.name()))
                .flatMap(path -> path instanceof String name ? FileFormat.ofFileName(name) : Optional.empty()));
    }
}
