package io.waybill.delivery.stream;

/** A stream of Amazon Data Firehose: a record each row. */
public final class FirehoseKind extends RecordKind {

    public FirehoseKind() {
        super("firehose");
    }
}
