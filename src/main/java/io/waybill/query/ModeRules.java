package io.waybill.query;

import io.waybill.flow.DataSetKind;
import io.waybill.flow.ExportMode;
import java.util.Optional;

/** Which mode goes with which kind of data set. */
public final class ModeRules {

    private ModeRules() {}

    /** Why changes of a data set cannot be found by comparing it; empty where they can. */
    public static Optional<String> refusalOfChanges(DataSetKind kind, String dataSet) {
        return kind.hasBatches()
                ? Optional.of("since_last_export: \"changes\" is refused: data set \"" + dataSet
                        + "\" has batches (xt_batch_id); allowed: true, which exports each of them once")
                : Optional.empty();
    }

    /**
     * Why a mode is refused for a kind of data set; empty where they go together.
     *
     * @param sinceLast whether what is new is told by a watermark
     */
    public static Optional<String> refusal(ExportMode mode, DataSetKind kind, String dataSet, boolean sinceLast) {
        boolean allowed = switch (mode) {
            case FULL -> true;
            case BATCH -> kind.hasBatches();
            case INCREMENTAL -> kind.hasBatches() || sinceLast;
            case CHANGES_ONLY -> kind == DataSetKind.CHANGE_FEED || kind == DataSetKind.DELTA_TRANSACTION;
        };
        if (allowed) {
            return Optional.empty();
        }
        String why = kind == DataSetKind.PLAIN
                ? "is a plain table or query, which has no batches; allowed: full"
                        + (mode == ExportMode.INCREMENTAL ? ", or since_last_export with a watermark column" : "")
                : "is batch tracked, which has no record types; allowed: full, incremental, batch";
        return Optional.of("export_mode: \"" + mode.label() + "\" is refused: data set \"" + dataSet + "\" " + why);
    }
}
