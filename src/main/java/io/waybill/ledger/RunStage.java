package io.waybill.ledger;

/** The stages of a run, in their order. Each is recorded before it begins, so that whoever cleans up knows what may be there. */
public enum RunStage {
    /** The data set is looked up, and the query written. */
    PLAN,
    /** Rows are read into staged files. */
    STAGE,
    /** Something that must hold does not: nobody has seen its files, and nobody is to. */
    QUARANTINE,
    /** Files are moved to their names; some may be there, and the waybill of this run is not. */
    PUBLISH,
    /** The waybill is moved to its name. Once it is there, the export is complete. */
    COMMIT,
    /** It has ended. */
    END
}
