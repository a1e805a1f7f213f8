package io.waybill.delivery.stream;

import java.util.List;

/** A stream of records, of a service that takes several of them at a time. */
sealed interface RecordStream extends AutoCloseable permits KinesisStream, FirehoseStream {

    /**
     * A record.
     *
     * @param key its partition key; records of one key stay in their order where nothing fails
     * @param bytes what it holds
     */
    record Entry(String key, byte[] bytes) {}

    /** How many records a request may hold; both services say the same. */
    int MOST_RECORDS = 500;

    /**
     * What a service takes.
     *
     * @param requestBytes how many bytes a request may hold
     * @param recordBytes how many bytes a record may hold, where the stream is not configured for more
     * @param keepsLineEnds whether records are joined to files further on, and so have to hold the ends of their lines
     */
    record Terms(int requestBytes, int recordBytes, boolean keepsLineEnds) {}

    Terms terms();

    /** How much of a request's bytes a record takes. */
    int size(Entry entry);

    /**
     * Sends records in one request.
     *
     * @return why each was not taken, in their order; null for those that were
     * @throws software.amazon.awssdk.core.exception.SdkException when the request as a whole failed
     */
    List<String> put(List<Entry> entries);

    /** Why a record was not taken; null where it was. */
    static String failure(String errorCode, String errorMessage) {
        return errorCode == null ? null : errorCode + ": " + errorMessage;
    }

    /** What the service says of the stream, in words. */
    String describe();

    @Override
    void close();
}
