package io.waybill.delivery.endpoint;

import io.waybill.WaybillException;
import io.waybill.delivery.CamelKind;
import io.waybill.delivery.Connection;
import io.waybill.flow.Delivery;
import io.waybill.flow.PathTemplate;
import java.util.Map;
import org.apache.camel.CamelContext;

/** Any other Camel endpoint, of whose address nothing is known. */
public final class EndpointKind extends CamelKind {

    public EndpointKind() {
        super(ANY_SCHEME);
    }

    @Override
    public String pathProblem(PathTemplate path, String shown) {
        return null;
    }

    @Override
    public String endpoint(
            CamelContext context, Delivery delivery, Connection connection, Map<String, String> options) {
        String scheme = delivery.scheme();
        if (context.getComponent(scheme, true, false) == null) {
            throw WaybillException.refusal("delivery \"" + delivery.id() + "\": no Camel component \"" + scheme
                    + "\" is on the class path; put camel-" + scheme
                    + " and what it needs into lib beside waybill.jar");
        }
        return Delivery.beforeQuery(delivery.uri().text());
    }

    /** How its address is written is its component's own. */
    @Override
    protected boolean agrees(String endpoint, String own) {
        return Delivery.schemeOf(endpoint).equals(Delivery.schemeOf(own));
    }
}
