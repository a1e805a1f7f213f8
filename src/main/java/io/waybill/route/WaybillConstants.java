package io.waybill.route;

import io.waybill.delivery.Destinations;
import io.waybill.run.ActiveRun;
import org.apache.camel.spi.Metadata;

/** Headers and properties of the {@code waybill:} component. */
public final class WaybillConstants {

    @Metadata(description = "The export mode of this run, instead of the flow's.", javaType = "String")
    public static final String MODE = "WaybillMode";

    @Metadata(description = "The batch of this run, for mode batch.", javaType = "Object")
    public static final String BATCH_ID = "WaybillBatchId";

    @Metadata(
            description = "The logical time of this run: what {ds} and {ts} stand for, and what filters count from.",
            javaType = "java.time.Instant")
    public static final String LOGICAL_TIME = "WaybillLogicalTime";

    @Metadata(
            description = "The time zone of this run's logical time, instead of the flow's; set by its triggers.",
            javaType = "String")
    public static final String TIMEZONE = "WaybillTimezone";

    @Metadata(
            description = "Of a flow that exports many tables, the one that this run exports alone, with its schema.",
            javaType = "String")
    public static final String TABLE = "WaybillTable";

    /** The exchange property that holds the {@link ActiveRun}. */
    public static final String RUN = "WaybillRun";

    /** The exchange property that holds the name of the file that is being delivered; its step is tried again when it fails. */
    public static final String DELIVERING = "WaybillDelivering";

    /** The exchange property that holds the endpoint that the files of a delivery were published to, for the waybill to go there. */
    public static final String ENDPOINT = "WaybillEndpoint";

    /** The exchange property that holds the id of the destination that is delivered to, where a flow has several. */
    public static final String DELIVERY = "WaybillDelivery";

    /** The exchange property that holds the undelivered files of a run that has failed, a list of them. */
    public static final String DEAD_LETTERS = "WaybillDeadLetters";

    /**
     * The exchange property, and the header of a notice, that say what there is to tell: success or failure, and schema_change, with
     * commas between.
     */
    @Metadata(description = "What a notice tells of: success or failure, and schema_change.", javaType = "String")
    public static final String EVENTS = "WaybillEvents";

    /** The exchange property that holds the result of a run that is done. */
    public static final String RESULT = "WaybillResult";

    @Metadata(
            description = "Whether this run takes columns that have changed, where schema_change = \"fail\".",
            javaType = "Boolean")
    public static final String ACCEPT_SCHEMA = "WaybillAcceptSchema";

    @Metadata(
            description = "Whether this batch of a feed may delete more rows than max_deletes allows.",
            javaType = "Boolean")
    public static final String ACCEPT_DELETES = "WaybillAcceptDeletes";

    @Metadata(
            description =
                    "Whether this batch of a feed compares the columns of all rows; a log that was lost is begun anew.",
            javaType = "Boolean")
    public static final String COMPARE_ALL = "WaybillCompareAll";

    /** The exchange property that holds how many changes of a feed there are that the flows behind it have not run after. */
    public static final String CHANGES = "WaybillChanges";

    /** The exchange property that holds the id of a flow that was to run and has not: it is paused, or waits. */
    public static final String NOT_RUN = "WaybillNotRun";

    @Metadata(
            description = "The beginning of the span of time whose rows this run exports, in ISO 8601; for backfills.",
            javaType = "String")
    public static final String FROM = "WaybillFrom";

    @Metadata(description = "The end of that span; what lies there does not belong to it.", javaType = "String")
    public static final String TO = "WaybillTo";

    @Metadata(
            description = "The column of that span; without it, that of chunk_by, or the data set's watermark.",
            javaType = "String")
    public static final String COLUMN = "WaybillColumn";

    @Metadata(description = "The id of an earlier run, whose rows this one exports again.", javaType = "String")
    public static final String RERUN = "WaybillRerun";

    @Metadata(
            description =
                    "What tells the message from all others that come to the flow: when it comes again, it has its run already.",
            javaType = "String")
    public static final String MESSAGE_KEY = "WaybillMessageKey";

    @Metadata(description = "The id of the run.", javaType = "String")
    public static final String RUN_ID = "WaybillRunId";

    @Metadata(description = "Why a quarantined run is released; kept with it.", javaType = "String")
    public static final String REASON = "WaybillReason";

    @Metadata(description = "The id of the flow.", javaType = "String")
    public static final String FLOW = "WaybillFlow";

    @Metadata(
            description = "What a receiver tells a file by that it has had before: flow, name and SHA-256.",
            javaType = "String")
    public static final String IDEMPOTENCY_KEY = Destinations.IDEMPOTENCY_KEY;

    @Metadata(description = "What stopped the run, in one line.", javaType = "String")
    public static final String ERROR = "WaybillError";

    private WaybillConstants() {}
}
