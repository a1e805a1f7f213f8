package io.waybill.delivery.stream;

/** A data stream of Amazon Kinesis: a record each row. */
public final class KinesisKind extends RecordKind {

    public KinesisKind() {
        super("kinesis");
    }
}
