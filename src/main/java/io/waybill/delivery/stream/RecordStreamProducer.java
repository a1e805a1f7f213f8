package io.waybill.delivery.stream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.delivery.Destinations;
import io.waybill.delivery.StagedFile;
import io.waybill.delivery.stream.RecordStream.Entry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;
import software.amazon.awssdk.retries.api.BackoffStrategy;

/**
 * Sends the lines of one file as records, in batches as large as the service takes. Of a batch that is taken in part, only the rest is
 * sent again; and when that goes on in vain, the exchange remembers how far it came, and redelivery begins there.
 */
final class RecordStreamProducer extends DefaultProducer {

    private static final String PROGRESS = "WaybillRecordProgress";

    /** How often a request is sent of which nothing is taken, before it is for the route to try again. */
    private static final int TRIES_IN_VAIN = 5;

    private static final BackoffStrategy BACKOFF =
            BackoffStrategy.exponentialDelay(Duration.ofMillis(100), Duration.ofSeconds(5));

    private static final JsonFactory JSON = new JsonFactory();

    private static final int LONGEST_KEY = 256;

    private final RecordStreamEndpoint endpoint;
    private volatile CountDownLatch stopping = new CountDownLatch(1);

    RecordStreamProducer(RecordStreamEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    protected void doStart() {
        stopping = new CountDownLatch(1);
    }

    @Override
    protected void doStop() {
        stopping.countDown();
    }

    /**
     * How far a file came.
     *
     * @param lines how many lines are read
     * @param open those of them that were not taken
     */
    private record Progress(long lines, List<Entry> open) {}

    @Override
    public void process(Exchange exchange) throws Exception {
        StagedFile file = StagedFile.of(exchange);
        String sha256 = exchange.getMessage().getHeader(Destinations.SHA256, "", String.class);
        RecordStream stream = endpoint.stream();
        Progress progress = exchange.getProperty(PROGRESS, Progress.class);
        if (progress == null) {
            checkAll(file, stream);
            progress = new Progress(0, List.of());
        }
        try (RecordLines lines = lines(file, stream)) {
            for (long i = 0; i < progress.lines(); i++) {
                lines.next();
            }
            long number = progress.lines();
            put(stream, progress.open(), number, exchange);
            List<Entry> batch = new ArrayList<>();
            long bytes = 0;
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                Entry entry = new Entry(key(line, sha256, number + 1), line);
                int size = stream.size(entry);
                if (batch.size() == RecordStream.MOST_RECORDS
                        || bytes + size > stream.terms().requestBytes()) {
                    put(stream, batch, number, exchange);
                    batch = new ArrayList<>();
                    bytes = 0;
                }
                batch.add(entry);
                bytes += size;
                number++;
            }
            put(stream, batch, number, exchange);
        }
        exchange.removeProperty(PROGRESS);
    }

    /** Before the first line is sent, all of them are looked at: one that no record takes would leave half a file there. */
    private void checkAll(StagedFile file, RecordStream stream) throws IOException {
        try (RecordLines lines = lines(file, stream)) {
            while (lines.next() != null) {
                // too long a line is thrown
            }
        }
    }

    private RecordLines lines(StagedFile file, RecordStream stream) throws IOException {
        int most = endpoint.getMaxRecordSize() > 0
                ? endpoint.getMaxRecordSize()
                : stream.terms().recordBytes();
        return new RecordLines(file, stream.terms().keepsLineEnds(), most);
    }

    /** @param lines how many lines are read, those of the batch included */
    private void put(RecordStream stream, List<Entry> batch, long lines, Exchange exchange)
            throws InterruptedException {
        List<Entry> open = batch;
        for (int inVain = 0; !open.isEmpty(); ) {
            exchange.setProperty(PROGRESS, new Progress(lines, open));
            List<String> failures = stream.put(open);
            List<Entry> left = new ArrayList<>();
            String failure = null;
            for (int i = 0; i < open.size(); i++) {
                if (failures.get(i) != null) {
                    left.add(open.get(i));
                    failure = failures.get(i);
                }
            }
            inVain = left.size() < open.size() ? 0 : inVain + 1;
            open = left;
            exchange.setProperty(PROGRESS, new Progress(lines, open));
            if (inVain == TRIES_IN_VAIN) {
                throw WaybillException.passing(
                        Stage.PUBLISH,
                        "of the first " + lines + " records, " + open.size() + " are not taken: " + failure);
            }
            if (!open.isEmpty()) {
                waitFor(BACKOFF.computeDelay(inVain + 1));
            }
        }
    }

    private void waitFor(Duration delay) throws InterruptedException {
        if (stopping.await(delay.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new InterruptedException("the endpoint is stopped");
        }
    }

    /** The value of the field, or what stays the same whenever the line is sent: the file's hash and its number there. */
    private String key(byte[] line, String sha256, long number) throws IOException {
        String field = endpoint.getPartitionKey();
        String value = field == null ? null : field(line, field);
        return value == null || value.isEmpty()
                ? sha256 + "-" + number
                : value.substring(0, Math.min(LONGEST_KEY, value.length()));
    }

    private static String field(byte[] line, String name) throws IOException {
        try (JsonParser parser = JSON.createParser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("option partitionKey is for files of JSON lines");
            }
            List<String> names = new ArrayList<>();
            for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
                JsonToken value = parser.nextToken();
                if (field.equals(name)) {
                    return value.isScalarValue() && value != JsonToken.VALUE_NULL ? parser.getText() : null;
                }
                names.add(field);
                parser.skipChildren();
            }
            throw new IllegalArgumentException("option partitionKey: the rows have no field \"" + name
                    + "\"; they have " + String.join(", ", names));
        }
    }
}
