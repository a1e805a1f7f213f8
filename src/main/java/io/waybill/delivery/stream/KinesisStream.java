package io.waybill.delivery.stream;

import java.util.List;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;

/** A Kinesis data stream; its limits are those of PutRecords. */
record KinesisStream(KinesisClient client, String name) implements RecordStream {

    private static final Terms TERMS = new Terms(5 << 20, 1 << 20, false);

    @Override
    public Terms terms() {
        return TERMS;
    }

    /** Keys count, in UTF-8: three bytes a character at most. */
    @Override
    public int size(Entry entry) {
        return entry.bytes().length + 3 * entry.key().length();
    }

    @Override
    public List<String> put(List<Entry> entries) {
        List<PutRecordsRequestEntry> records = entries.stream()
                .map(entry -> PutRecordsRequestEntry.builder()
                        .partitionKey(entry.key())
                        .data(SdkBytes.fromByteArrayUnsafe(entry.bytes()))
                        .build())
                .toList();
        return client.putRecords(request -> request.streamName(name).records(records)).records().stream()
                .map(result -> RecordStream.failure(result.errorCode(), result.errorMessage()))
                .toList();
    }

    @Override
    public String describe() {
        StreamDescriptionSummary summary = client.describeStreamSummary(request -> request.streamName(name))
                .streamDescriptionSummary();
        return summary.streamStatusAsString() + ", " + summary.openShardCount()
                + (summary.openShardCount() == 1 ? " shard" : " shards");
    }

    @Override
    public void close() {
        client.close();
    }
}
