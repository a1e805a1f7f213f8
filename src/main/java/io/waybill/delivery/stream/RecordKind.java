package io.waybill.delivery.stream;

import static io.waybill.settings.Setting.number;
import static io.waybill.settings.Setting.text;

import io.waybill.delivery.AwsKind;
import io.waybill.delivery.Connection;
import io.waybill.delivery.ConnectionCheck;
import io.waybill.flow.Delivery;
import io.waybill.flow.Key;
import io.waybill.flow.Library;
import io.waybill.flow.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;

/** A stream that takes rows as records, one by one. */
abstract class RecordKind extends AwsKind {

    private static final List<Key<?>> SETTINGS = List.of(
            text("stream", "for waybill check, where no flow says"),
            number("max-record-size", 1, Long.MAX_VALUE, "bytes", "where the stream is configured for more")
                    .option("maxRecordSize"));

    /** Camel has both in one. */
    private static final Library LIBRARY = new Library(
            "org.apache.camel:camel-aws2-kinesis",
            "org.apache.camel.component.aws2.firehose.KinesisFirehose2Component",
            List.of("waybill-kinesis", "waybill-firehose"));

    private final String scheme;

    RecordKind(String scheme) {
        super(scheme, scheme + "://stream", SETTINGS);
        this.scheme = scheme;
    }

    @Override
    public Optional<Library> library() {
        return Optional.of(LIBRARY);
    }

    @Override
    public boolean takesRecords() {
        return true;
    }

    @Override
    public Optional<String> probe(Connection connection) {
        return connection.value("stream").map(stream -> scheme + "://" + stream);
    }

    @Override
    public void check(ConnectionCheck check, Delivery delivery) {
        check.step("finds the stream", () -> {
            RecordStreamEndpoint endpoint =
                    check.context().getEndpoint(check.endpoint(delivery), RecordStreamEndpoint.class);
            return endpoint.stream().describe() + "; nothing was sent";
        });
    }

    @Override
    public List<Refusal> refusals(Delivery delivery, String key, Predicate<String> given) {
        List<Refusal> refusals = new ArrayList<>();
        if (given.test("headers")) {
            refusals.add(new Refusal("headers", "are for messages; a record has none"));
        }
        if (!delivery.address().matches("/*[^/]+")) {
            refusals.add(new Refusal(
                    key, "\"" + delivery.uri().text() + "\" names no stream; write " + scheme + "://stream"));
        }
        return refusals;
    }

    @Override
    public String endpoint(
            CamelContext context, Delivery delivery, Connection connection, Map<String, String> options) {
        putAccess(delivery, connection, options);
        return "waybill-" + scheme + ":" + delivery.address();
    }
}
