package io.waybill.delivery.nothing;

import io.waybill.delivery.CamelKind;
import io.waybill.delivery.Connection;
import io.waybill.flow.Delivery;
import io.waybill.flow.Refusal;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;

/** A destination that takes files and keeps nothing, {@code null:}: the example of how one is added. */
public final class NullKind extends CamelKind {

    public NullKind() {
        super("null");
    }

    @Override
    public List<Refusal> refusals(Delivery delivery, String key, Predicate<String> given) {
        return delivery.address().isEmpty()
                ? List.of()
                : List.of(new Refusal(key, "\"" + delivery.uri().text() + "\" names a place; write null:"));
    }

    @Override
    public String endpoint(
            CamelContext context, Delivery delivery, Connection connection, Map<String, String> options) {
        options.put("level", "OFF");
        return "log:io.waybill.null";
    }

    @Override
    public boolean isLasting(Throwable cause) {
        return cause instanceof UnsupportedOperationException;
    }
}
