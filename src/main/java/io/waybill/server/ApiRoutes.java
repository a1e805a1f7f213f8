package io.waybill.server;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.rest.RestDefinition;

/** The routes of the operations, by Camel's REST DSL; those whose answer is a stream are the listening part's own. */
final class ApiRoutes extends RouteBuilder {

    /** What the ids of all of them begin with. */
    static final String PREFIX = "waybill.api.";

    private final Api api;

    ApiRoutes(Api api) {
        this.api = api;
    }

    @Override
    public void configure() {
        restConfiguration().component("platform-http").clientRequestValidation(false);
        for (Operation operation : api.operations()) {
            if (operation.isStream()) {
                continue;
            }
            RestDefinition rest = rest();
            String path = operation.template();
            switch (operation.method()) {
                case "GET" -> rest.get(path);
                case "POST" -> rest.post(path);
                case "PUT" -> rest.put(path);
                case "DELETE" -> rest.delete(path);
                default -> throw new IllegalStateException(operation.method());
            }
            rest.id(PREFIX + operation.id()).description(operation.summary()).to("direct:" + PREFIX + operation.id());
            from("direct:" + PREFIX + operation.id())
                    .routeId(PREFIX + operation.id())
                    .process(new ApiStep(api, operation));
        }
    }
}
