package io.waybill.rows;

import io.waybill.WaybillException;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.camel.Endpoint;
import org.apache.camel.component.jdbc.JdbcComponent;
import org.apache.camel.component.jdbc.JdbcEndpoint;
import org.apache.camel.spi.annotations.Component;

/** The {@code rows:} component: camel-jdbc, handing on a stream of typed rows instead of a list of maps. */
@Component("rows")
public class RowsComponent extends JdbcComponent {

    /** Options of camel-jdbc that are about its list of maps, or about connections, which are made for reading here. */
    private static final List<String> NOT_FOR_ROWS = List.of(
            "readSize",
            "outputType",
            "outputClass",
            "beanRowMapper",
            "useJDBC4ColumnNameAndLabelSemantics",
            "useGetBytesForBlob",
            "transacted",
            "resetAutoCommit",
            "connectionStrategy");

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        // binds a data source of application.properties to the registry, where camel-jdbc looks for it
        DataSources.find(getCamelContext(), remaining);
        return super.createEndpoint(uri, remaining, parameters);
    }

    @Override
    protected JdbcEndpoint createEndpoint(String uri, JdbcComponent component, DataSource dataSource) {
        return new RowsEndpoint(uri, component, dataSource);
    }

    @Override
    protected void setProperties(Endpoint endpoint, Map<String, Object> parameters) throws Exception {
        for (String option : NOT_FOR_ROWS) {
            if (parameters.containsKey(option)) {
                throw WaybillException.refusal(endpoint.getEndpointBaseUri().replaceFirst("://", ":") + ": " + option
                        + ": is an option of jdbc:, and says nothing of a stream of rows");
            }
        }
        EndpointOptions.check(endpoint, parameters, Map.of("fetchSize", 1));
        super.setProperties(endpoint, parameters);
    }
}
