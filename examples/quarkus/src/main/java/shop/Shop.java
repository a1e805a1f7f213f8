package shop;

import io.quarkus.runtime.Quarkus;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.spi.CamelEvent;

/** Runs the flow once the application has started, says what came of it, and ends. */
@ApplicationScoped
public class Shop {

    @Inject
    ProducerTemplate camel;

    void run(@Observes CamelEvent.CamelContextStartedEvent started) {
        try {
            System.out.println(camel.requestBody("waybill:orders", (Object) null));
            Quarkus.asyncExit(0);
        } catch (RuntimeException e) {
            e.printStackTrace();
            Quarkus.asyncExit(1);
        }
    }
}
