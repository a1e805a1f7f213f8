package io.waybill.delivery.stream;

import java.util.List;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.model.Record;

/** A Firehose stream; its limits are those of PutRecordBatch. */
record FirehoseStream(FirehoseClient client, String name) implements RecordStream {

    private static final Terms TERMS = new Terms(4 << 20, 1000 << 10, true);

    @Override
    public Terms terms() {
        return TERMS;
    }

    @Override
    public int size(Entry entry) {
        return entry.bytes().length;
    }

    @Override
    public List<String> put(List<Entry> entries) {
        List<Record> records = entries.stream()
                .map(entry -> Record.builder()
                        .data(SdkBytes.fromByteArrayUnsafe(entry.bytes()))
                        .build())
                .toList();
        return client
                .putRecordBatch(request -> request.deliveryStreamName(name).records(records))
                .requestResponses()
                .stream()
                .map(result -> RecordStream.failure(result.errorCode(), result.errorMessage()))
                .toList();
    }

    @Override
    public String describe() {
        return client.describeDeliveryStream(request -> request.deliveryStreamName(name))
                .deliveryStreamDescription()
                .deliveryStreamStatusAsString();
    }

    @Override
    public void close() {
        client.close();
    }
}
