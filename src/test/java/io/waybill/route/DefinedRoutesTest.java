package io.waybill.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.junit.jupiter.api.Test;

/** Runs look for their steps while others load, edit and remove routes. */
class DefinedRoutesTest {

    private static RouteBuilder route(String id, String to) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:" + id).routeId(id).to(to);
            }
        };
    }

    @Test
    void stepsAreFoundWhileRoutesComeAndGo() throws Exception {
        ExecutorService beside = Executors.newSingleThreadExecutor();
        try (CamelContext context = new DefaultCamelContext()) { // not started: routes come and go as fast as may be
            for (int i = 0; i < 10; i++) {
                context.addRoutes(route("before" + i, "mock:other"));
            }
            context.addRoutes(route("t", "waybill:part/t"));
            Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
            AtomicBoolean ended = new AtomicBoolean();
            CountDownLatch begun = new CountDownLatch(1);
            Future<?> changes = beside.submit(() -> {
                for (int i = 0; !ended.get(); i++) {
                    RouteDefinition first = model.getRouteDefinition("before" + i % 10);
                    model.removeRouteDefinition(first);
                    context.addRoutes(route(first.getRouteId(), "mock:other"));
                    begun.countDown();
                }
                return null;
            });
            begun.await();
            try {
                for (int i = 0; i < 10_000; i++) {
                    assertThat(FlowSteps.of(context, "t").delivery(null)).isPresent();
                }
            } finally {
                ended.set(true);
                changes.get();
            }
        } finally {
            beside.shutdownNow();
        }
    }
}
