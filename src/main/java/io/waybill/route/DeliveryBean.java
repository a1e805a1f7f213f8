package io.waybill.route;

import io.waybill.flow.Delivery;
import io.waybill.flow.DeliveryRules;
import io.waybill.flow.Form;
import io.waybill.flow.IfExists;
import io.waybill.flow.PathTemplate;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A {@link Delivery} as a bean of a route file: what waybill:begin has to know of a destination. */
public class DeliveryBean {

    private String id;
    private String uri;
    private String connection;
    private String ifExists = "overwrite";

    /** @throws IllegalArgumentException when it is none; the message says what is wrong */
    Delivery toDelivery() {
        if (id == null || uri == null) {
            throw new IllegalArgumentException(
                    (id == null ? "id" : "\"" + id + "\": uri") + " of a delivery bean is missing");
        }
        String wrong = DeliveryRules.idProblem(id);
        if (wrong != null) {
            throw new IllegalArgumentException(wrong);
        }
        try {
            return new Delivery(
                    id,
                    PathTemplate.parse(uri),
                    connection,
                    new Form.Choice<>(IfExists.class).parse(ifExists),
                    Map.of(),
                    Map.of());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("\"" + id + "\": " + e.getMessage(), e);
        }
    }

    /** The bean's properties for a delivery: not its options, since Camel puts values in the place of a bean's placeholders. */
    static Map<String, Object> properties(Delivery delivery) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("id", delivery.id());
        properties.put("uri", delivery.shownUri());
        if (delivery.connection() != null) {
            properties.put("connection", delivery.connection());
        }
        if (delivery.ifExists() != IfExists.OVERWRITE) {
            properties.put("ifExists", delivery.ifExists().name().toLowerCase(Locale.ROOT));
        }
        return properties;
    }

    public String getId() {
        return id;
    }

    public void setId(String id) {
        this.id = id;
    }

    public String getUri() {
        return uri;
    }

    public void setUri(String uri) {
        this.uri = uri;
    }

    public String getConnection() {
        return connection;
    }

    public void setConnection(String connection) {
        this.connection = connection;
    }

    public String getIfExists() {
        return ifExists;
    }

    public void setIfExists(String ifExists) {
        this.ifExists = ifExists;
    }
}
