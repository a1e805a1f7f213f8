package io.waybill.database;

/** What holds of some products, and of the standard not. */
public enum Trait {

    /** An empty text is NULL. */
    EMPTY_IS_NULL,

    /** A UUID that is compared with a column of them is bound as such, and not as its text. */
    BINDS_UUIDS,

    /** MAX() of a time is asked for as text. */
    TIMES_AS_TEXT,

    /** Its driver calls a catalog what its users call a schema or a database. */
    SCHEMAS_ARE_CATALOGS,

    /** Closing a result that is not at its end first fetches all the rest, unless the statement is cancelled. */
    FETCHES_REST_ON_CLOSE,

    /** Results can be read by PostgreSQL's {@code COPY … TO STDOUT (FORMAT binary)}. */
    COPIES
}
