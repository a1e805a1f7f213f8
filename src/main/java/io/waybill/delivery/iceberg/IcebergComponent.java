package io.waybill.delivery.iceberg;

import io.waybill.WaybillException;
import io.waybill.rows.EndpointOptions;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/** The {@code waybill-iceberg:} component: the files of a run as one snapshot of a table. */
@Component("waybill-iceberg")
public class IcebergComponent extends DefaultComponent {

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        IcebergLibrary.require();
        int slash = remaining.indexOf('/');
        int dot = remaining.indexOf('.', slash + 1);
        if (slash <= 0 || dot <= slash + 1 || dot == remaining.length() - 1) {
            throw WaybillException.refusal("waybill-iceberg: \"" + remaining
                    + "\" names no table; write waybill-iceberg:catalog/namespace.table");
        }
        IcebergEndpoint endpoint =
                new IcebergEndpoint(uri, this, remaining.substring(0, slash), remaining.substring(slash + 1));
        EndpointOptions.check(endpoint, parameters, Map.of());
        setProperties(endpoint, parameters);
        endpoint.check();
        return endpoint;
    }
}
