package io.waybill.flow;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** What of an export goes with who writes its files: nobody else who writes them honours all that this process does. */
final class EngineRules {

    private static final String PUSHED = "does not go with engine = \"pushdown\"";

    private static final String BY_SPARK = "does not go with engine = \"spark\"";

    private final Export export;
    private final List<Refusal> refusals = new ArrayList<>();

    private EngineRules(Export export) {
        this.export = export;
    }

    /** @param given tells of a key whether it is set */
    static List<Refusal> check(Export export, Predicate<Key<?>> given) {
        EngineRules rules = new EngineRules(export);
        switch (export.engine()) {
            case LOCAL -> {}
            case PUSHDOWN -> rules.checkPushdown();
            case SPARK -> rules.checkSpark();
        }
        if (export.engine() != Engine.PUSHDOWN && given.test(ExportKeys.PUSHDOWN_ACCESS)) {
            rules.refuse(ExportKeys.PUSHDOWN_ACCESS, "is for engine = \"pushdown\" alone");
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
        export.deliveries().stream()
                .filter(delivery -> delivery.kind().takesTableFiles())
                .findFirst()
                .ifPresent(delivery -> refuse(
                        ExportKeys.ENGINE,
                        "\"pushdown\" does not go with " + delivery.scheme()
                                + ", whose tables know columns by ids in the files, which no database writes"));
        if (export.format() != null) {
            checkFormat(export.format());
        }
    }

    /** Its executors have this program's readers, transforms and encoders; what takes all rows in one place does not go with them. */
    private void checkSpark() {
        refuseOfSpark(
                !export.expectations().isEmpty(),
                ExportKeys.EXPECT,
                "what is expected is measured of all rows in one place, and executors have some each");
        refuseOfSpark(
                export.get(ExportKeys.CHECKSUMS),
                ExportKeys.CHECKSUMS,
                "columns are added up where all rows go by, and executors have some each");
        refuseOfSpark(
                export.split().chunks() != null,
                SplitKeys.CHUNK_BY,
                "spans of time are those of all rows, in their order");
        refuseOfSpark(
                export.compression() == Compression.ZIP,
                ExportKeys.COMPRESSION,
                "executors write no zip archives; gzip and zstd are allowed");
        refuseOfSpark(
                export.encryption() != null,
                ExportKeys.ENCRYPTION,
                "keys and passwords of files do not go to executors");
        refuseOfSpark(
                export.format() != null && !export.format().isNamed(),
                ExportKeys.FORMAT,
                "a data format of Camel's cannot be made anew by executors; allowed: csv, tsv, json, jsonl, parquet");
        refuseOfSpark(
                export.format() != null && export.format().extension().equals("xlsx"),
                ExportKeys.FORMAT,
                "\"xlsx\" is a workbook, which one process writes; allowed: csv, tsv, json, jsonl, parquet");
        export.deliveries().stream()
                .filter(delivery -> delivery.kind().takesTableFiles())
                .findFirst()
                .ifPresent(delivery -> refuse(
                        ExportKeys.ENGINE,
                        "\"spark\" does not go with " + delivery.scheme()
                                + ", whose tables know columns by ids in the files, which executors do not know"));
    }

    private void refuseOfSpark(boolean wrong, Key<?> key, String why) {
        if (wrong) {
            refuse(key, BY_SPARK + ": " + why);
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
        refuse(split.maxRowsPerFile() != 0, SplitKeys.MAX_ROWS_PER_FILE, why);
        refuse(split.targetFileSizeBytes() != 0, SplitKeys.TARGET_FILE_SIZE_BYTES, why);
        refuse(split.chunks() != null, SplitKeys.CHUNK_BY, why);
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
