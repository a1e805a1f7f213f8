package io.waybill.flow;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** What of an export goes with who writes its files: no database that writes them honours all that this process does. */
final class EngineRules {

    private static final String PUSHED = "does not go with engine = \"pushdown\"";

    private final Export export;
    private final List<Refusal> refusals = new ArrayList<>();

    private EngineRules(Export export) {
        this.export = export;
    }

    /** @param given tells of a key whether it is set */
    static List<Refusal> check(Export export, Predicate<Key<?>> given) {
        EngineRules rules = new EngineRules(export);
        if (export.engine() == Engine.PUSHDOWN) {
            rules.checkPushdown();
        }
        return rules.refusals;
    }

    private void refuse(Key<?> key, String message) {
        refusals.add(new Refusal(key.name(), message));
    }

    private void refuse(boolean wrong, Key<?> key, String why) {
        if (wrong) {
            refuse(key, PUSHED + ": " + why);
        }
    }

    private void checkPushdown() {
        checkValues();
        checkSplit();
        refuse(
                export.get(ExportKeys.READER) != null,
                ExportKeys.READER,
                "the database writes the rows, and nobody reads them");
        refuse(
                export.get(ExportKeys.PARALLELISM) > 1,
                ExportKeys.PARALLELISM,
                "the database decides by how many threads it writes");
        refuse(
                export.compression() == Compression.ZIP,
                ExportKeys.COMPRESSION,
                "no database writes zip archives; gzip and zstd are allowed");
        refuse(export.encryption() != null, ExportKeys.ENCRYPTION, "the database writes files as they are");
        if (export.format() != null) {
            checkFormat(export.format());
        }
    }

    /** What is done to values, or measured, as they go by. */
    private void checkValues() {
        for (Transform transform : export.transforms()) {
            refuse(
                    transform.method() != Transform.Method.EXCLUDE,
                    ExportKeys.TRANSFORM,
                    "\"" + String.join("\", \"", transform.columns()) + "\" would be " + transform.words()
                            + " by this process, through which no value goes; the method exclude is allowed");
        }
        Selection.PiiPolicy policy = export.get(ExportKeys.PII_POLICY);
        refuse(
                policy.isKeyed() || policy == Selection.PiiPolicy.MASK,
                ExportKeys.PII_POLICY,
                "\"" + Form.lower(policy)
                        + "\" is done to values by this process, through which none goes; allowed: exclude, strict, allow");
        refuse(
                !export.expectations().isEmpty(),
                ExportKeys.EXPECT,
                "what is expected of rows is measured as they go by, and none does");
        refuse(
                export.get(ExportKeys.CHECKSUMS),
                ExportKeys.CHECKSUMS,
                "columns are added up as rows go by, and none does");
    }

    private void checkSplit() {
        Split split = export.split();
        String why = "no database ends a file just there; max_row_groups_per_file is allowed, of Parquet";
        refuse(split.maxRowsPerFile() != 0, ExportKeys.MAX_ROWS_PER_FILE, why);
        refuse(split.targetFileSizeBytes() != 0, ExportKeys.TARGET_FILE_SIZE_BYTES, why);
        refuse(split.chunks() != null, ExportKeys.CHUNK_BY, why);
    }

    private void checkFormat(FileFormat format) {
        Optional<List<Key<?>>> honoured = format.kind().writtenByDatabases(format);
        if (honoured.isEmpty()) {
            refuse(
                    ExportKeys.FORMAT,
                    "\"" + format.extension() + "\" " + PUSHED + ", since databases write csv, tsv, jsonl and parquet");
            return;
        }
        optionsBeside(format, export.formatOptions(), honoured.get())
                .forEach((option, value) -> refusals.add(new Refusal(
                        ExportKeys.EXPORTER_CONFIG.name() + "." + option.name(),
                        PUSHED + ": no database writes such files with it; leave it out")));
    }

    /** The options of a format that are not what holds without them, beside some. */
    private static Map<Key<?>, Object> optionsBeside(
            FileFormat format, Map<String, Object> options, List<Key<?>> honoured) {
        Map<Key<?>, Object> beside = new LinkedHashMap<>();
        for (Key<?> option : format.kind().options()) {
            Object value = options.get(option.option());
            boolean isUsual = value == null
                    || value.equals(format.presets().get(option.option()))
                    || value.toString().equalsIgnoreCase(String.valueOf(option.otherwise()));
            if (!isUsual && honoured.stream().noneMatch(known -> known.option().equals(option.option()))) {
                beside.putIfAbsent(option, value);
            }
        }
        return beside;
    }
}
