package io.waybill.route;

import io.waybill.delivery.Destinations;
import io.waybill.flow.Delivery;
import io.waybill.flow.DeliveryKeys;
import io.waybill.flow.IfExists;
import io.waybill.flow.PathTemplate;
import io.waybill.flow.Values;
import java.util.Map;

/** A {@link Delivery} as a bean of a route file: what waybill:begin has to know of a destination. */
public class DeliveryBean extends KeyedBean {

    public DeliveryBean() {
        super(DeliveryKeys.OF_A_BEAN, null);
    }

    /** @throws IllegalArgumentException when it is none; the message says what is wrong */
    Delivery toDelivery() {
        String id = get(DeliveryKeys.ID);
        String uri = get(DeliveryKeys.URI);
        if (id == null || uri == null) {
            throw new IllegalArgumentException(
                    (id == null ? "id" : "\"" + id + "\": uri") + " of a delivery bean is missing");
        }
        String wrong = Delivery.idProblem(id);
        if (wrong != null) {
            throw new IllegalArgumentException(wrong);
        }
        try {
            IfExists ifExists = get(DeliveryKeys.IF_EXISTS);
            return new Delivery(
                    id,
                    PathTemplate.path(uri),
                    get(DeliveryKeys.CONNECTION),
                    ifExists == null ? IfExists.OVERWRITE : ifExists,
                    Map.of(),
                    Map.of());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("\"" + id + "\": " + e.getMessage(), e);
        }
    }

    /** The bean's properties for a delivery: not its folder, which the step that publishes says, and not its options, since Camel puts values in the place of a bean's placeholders. */
    static Map<String, Object> properties(Delivery delivery) {
        return Values.NONE
                .with(DeliveryKeys.ID, delivery.id())
                .with(
                        DeliveryKeys.URI,
                        delivery.kind().keepsFiles() && delivery.kind().below() == null
                                ? Destinations.below(delivery)
                                : delivery.shownUri())
                .with(DeliveryKeys.CONNECTION, delivery.connection())
                .with(DeliveryKeys.IF_EXISTS, delivery.ifExists() == IfExists.OVERWRITE ? null : delivery.ifExists())
                .properties(DeliveryKeys.OF_A_BEAN);
    }
}
