package io.waybill.flow;

import io.waybill.flow.Selection.PiiPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What goes together in an export and what does not. Each rule stands here once: for flow files, and for the options of a route that
 * was printed, edited or written by hand.
 */
public final class ExportRules {

    private final Export export;
    private final Predicate<String> given;
    private final List<Refusal> refusals = new ArrayList<>();

    private ExportRules(Export export, Predicate<String> given) {
        this.export = export;
        this.given = given;
    }

    /**
     * Checks an export.
     *
     * @param given tells of a key, as flows write it, whether it is set, be it to what holds without it
     * @return what is wrong; empty where nothing is
     */
    public static List<Refusal> check(Export export, Predicate<String> given) {
        ExportRules rules = new ExportRules(export, given);
        rules.checkBatch();
        rules.checkColumns();
        rules.checkSinceLast();
        rules.checkNumbers();
        rules.checkFiles();
        rules.checkRecords();
        return rules.refusals;
    }

    private void refuse(String key, String message) {
        refusals.add(new Refusal(key, message));
    }

    private void checkBatch() {
        if (export.mode() == ExportMode.BATCH) {
            if (export.batchId() == null && !given.test("batch_id")) {
                refuse("batch_id", "is missing; export_mode \"batch\" exports one batch");
            }
        } else if (given.test("batch_id")) {
            refuse("batch_id", batchOutside(export.mode()));
        }
    }

    /** Why a batch is refused beside another mode. */
    public static String batchOutside(ExportMode mode) {
        return "is for export_mode \"batch\" alone, not for \"" + mode.label() + "\"";
    }

    private void checkColumns() {
        List<String> columns = export.selection().columns();
        for (int i = 0; i < columns.size(); i++) {
            if (columns.indexOf(columns.get(i)) < i) {
                refuse("columns", "\"" + columns.get(i) + "\" is there twice");
            }
        }
        if (!columns.isEmpty() && given.test("select")) {
            refuse("select", "is there beside columns; one of them is allowed");
        }
    }

    private void checkSinceLast() {
        if (export.sinceLast() == null) {
            for (String key : List.of("watermark_lag", "watermark_wait", "watermark_nulls")) {
                if (given.test(key)) {
                    refuse(key, "is for since_last_export = true alone");
                }
            }
            return;
        }
        if (export.mode() == ExportMode.BATCH) {
            refuse("since_last_export", "does not go with export_mode \"batch\", which exports one batch");
        }
        if (export.limit() != 0) {
            refuse("limit", "does not go with since_last_export: the rows beyond it would never be exported");
        }
    }

    private void checkNumbers() {
        Split split = export.split();
        atLeastOne("limit", export.limit());
        atLeastOne("max_rows_per_file", split.maxRowsPerFile());
        atLeastOne("target_file_size_bytes", split.targetFileSizeBytes());
        atLeastOne("max_row_groups_per_file", split.maxRowGroupsPerFile());
        long archive = split.maxArchiveSize();
        if (archive != 0 && archive < Split.LEAST_ARCHIVE_SIZE) {
            refuse("max_archive_size", tooSmall(archive, Split.LEAST_ARCHIVE_SIZE));
        }
        if (export.parallelism() < 1) {
            refuse("parallelism", tooSmall(export.parallelism(), 1));
        } else if (export.parallelism() > Export.MOST_READERS) {
            refuse("parallelism", export.parallelism() + " is too many; 1 to " + Export.MOST_READERS + " are allowed");
        }
    }

    /** 0 stands for a limit that is not set. */
    private void atLeastOne(String key, long number) {
        if (number < 0) {
            refuse(key, tooSmall(number, 1));
        }
    }

    static String tooSmall(long number, long least) {
        return number + " is too small; a whole number of at least " + least + " is allowed";
    }

    private void checkFiles() {
        Split split = export.split();
        if (split.maxArchiveSize() != 0 && export.compression() != Compression.ZIP) {
            refuse("max_archive_size", "is for compression = \"zip\" alone");
        }
        if (split.maxRowGroupsPerFile() != 0 && export.format() != null && export.format() != FileFormat.PARQUET) {
            refuse(
                    "max_row_groups_per_file",
                    "is for parquet files alone; " + export.format().extension() + " has no row groups");
        }
        if (split.chunks() != null && (!export.orderBy().isEmpty() || export.limit() != 0)) {
            refuse(
                    export.orderBy().isEmpty() ? "limit" : "order_by",
                    "does not go with chunk_by, whose rows come in the order of their time");
        }
        Compression implied = Compression.ofPaths(addresses());
        if (implied != Compression.NONE && export.compression() != implied) {
            refuse(
                    "compression",
                    "\"" + TomlSection.lower(export.compression()) + "\" does not go with the file's extension "
                            + implied.extension());
        }
    }

    /** What is wrong with a policy that is known, and that nothing carries out so far; null where nothing is. */
    public static String piiNotYet(PiiPolicy policy) {
        return policy == PiiPolicy.EXCLUDE || policy == PiiPolicy.ALLOW
                ? null
                : "\"" + TomlSection.lower(policy) + "\" cannot run yet; exclude and allow can";
    }

    private List<String> addresses() {
        return export.deliveries().stream().map(Delivery::address).toList();
    }

    /** What takes records gets a line each: a CSV row may be several. */
    private void checkRecords() {
        Delivery delivery = export.deliveries().stream()
                .filter(candidate -> candidate.kind().takesRecords())
                .findFirst()
                .orElse(null);
        if (delivery == null) {
            return;
        }
        if (export.format() != null && export.format() != FileFormat.JSONL) {
            refuse(
                    "format",
                    "\"" + export.format().extension() + "\" does not go with " + delivery.scheme()
                            + ", which takes a record each row; jsonl is allowed");
        }
        if (export.compression() != Compression.NONE || export.encryption() != null) {
            refuse(
                    export.encryption() != null ? "encryption" : "compression",
                    "does not go with " + delivery.scheme() + ", which takes records and not files");
        }
        if (export.formatOptions().get("encoding") instanceof String name
                && !name.trim().equalsIgnoreCase("utf-8")) {
            refuse(
                    "exporter_config",
                    "encoding \"" + name + "\" does not go with " + delivery.scheme()
                            + ", whose records are told apart in utf-8");
        }
    }
}
