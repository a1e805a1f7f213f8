package io.waybill.delivery.stream;

import io.waybill.rows.EndpointOptions;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.component.aws2.firehose.KinesisFirehose2Component;
import org.apache.camel.component.aws2.firehose.KinesisFirehose2Configuration;
import org.apache.camel.spi.annotations.Component;

/** The {@code waybill-kinesis:} and {@code waybill-firehose:} components: the lines of a file as records of a stream. */
@Component("waybill-kinesis,waybill-firehose")
public class RecordStreamComponent extends KinesisFirehose2Component {

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        if (remaining == null || remaining.isBlank()) {
            throw new IllegalArgumentException(uri.substring(0, uri.indexOf(':') + 1) + " names no stream");
        }
        KinesisFirehose2Configuration configuration = getConfiguration().copy();
        configuration.setStreamName(remaining);
        RecordStreamEndpoint endpoint = new RecordStreamEndpoint(uri, configuration, this);
        EndpointOptions.check(endpoint, parameters, Map.of("maxRecordSize", 1));
        setProperties(endpoint, parameters);
        return endpoint;
    }
}
