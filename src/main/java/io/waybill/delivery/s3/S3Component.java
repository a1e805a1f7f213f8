package io.waybill.delivery.s3;

import io.waybill.rows.EndpointOptions;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.component.aws2.s3.AWS2S3Component;
import org.apache.camel.component.aws2.s3.AWS2S3Configuration;
import org.apache.camel.spi.annotations.Component;

/** The {@code waybill-s3:} component: camel-aws2-s3, storing files by parallel multipart uploads. */
@Component("waybill-s3")
public class S3Component extends AWS2S3Component {

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        if (remaining == null || remaining.isBlank()) {
            throw new IllegalArgumentException("waybill-s3: names no bucket");
        }
        AWS2S3Configuration configuration = getConfiguration().copy();
        configuration.setBucketName(remaining);
        S3Endpoint endpoint = new S3Endpoint(uri, this, configuration);
        EndpointOptions.check(endpoint, parameters, Map.of("uploadThreads", 1, "uploadAhead", -1));
        setProperties(endpoint, parameters);
        return endpoint;
    }
}
