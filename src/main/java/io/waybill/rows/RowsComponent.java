package io.waybill.rows;

import java.util.Map;
import javax.sql.DataSource;
import org.apache.camel.Endpoint;
import org.apache.camel.component.jdbc.JdbcComponent;
import org.apache.camel.component.jdbc.JdbcEndpoint;
import org.apache.camel.spi.annotations.Component;

/** The {@code rows:} component: camel-jdbc, handing on a stream of typed rows instead of a list of maps. */
@Component("rows")
public class RowsComponent extends JdbcComponent {

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
}
