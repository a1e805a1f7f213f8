package io.waybill.route.step;

import io.waybill.delivery.Destination;
import io.waybill.delivery.Destinations;
import io.waybill.flow.ExportedTable;
import io.waybill.route.DeliverySteps;
import io.waybill.route.FlowSteps;
import io.waybill.route.WaybillConstants;
import io.waybill.run.ActiveRun;
import io.waybill.run.DeliveryUnderWay;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.spi.InterceptSendToEndpoint;

/**
 * The steps of a route that publish the files of a run at a destination, and its waybill.
 *
 * @param steps those that deliver there; empty where no route has them
 */
record Publisher(CamelContext context, DeliveryUnderWay delivery, Optional<DeliverySteps> steps) {

    static Publisher of(CamelContext context, ActiveRun run, DeliveryUnderWay delivery) {
        FlowSteps flow = FlowSteps.of(context, ExportedTable.flow(run.flow()));
        boolean only = run.staged().deliveries().size() == 1;
        // a run that is delivered again may have one destination left of several
        return new Publisher(
                context,
                delivery,
                flow.delivery(delivery.id()).or(() -> only ? flow.delivery(null) : Optional.empty()));
    }

    private Predicate<String> ofKind() {
        String endpoint = delivery.destination().endpoint();
        return uri -> new Destinations(context).isOfSameKind(uri, endpoint);
    }

    private Predicate<String> exact() {
        Destination destination = delivery.destination();
        return uri -> destination.keepsFiles()
                ? new Destinations(context).leadsTo(uri, destination.place())
                : uri.equals(destination.endpoint());
    }

    /** The step that publishes files. */
    Optional<ProcessorDefinition<?>> ofFiles() {
        return steps.flatMap(found -> found.publisher(ofKind(), exact()));
    }

    /** The step that publishes the waybill. */
    Optional<ProcessorDefinition<?>> ofWaybill() {
        return steps.flatMap(found -> found.waybillPublisher(ofKind().or(Publisher::isWhereFilesWent), exact()));
    }

    static boolean isWhereFilesWent(String uri) {
        return uri.contains("exchangeProperty." + WaybillConstants.ENDPOINT);
    }

    /** Whether other steps may read a file, before it is published or after. */
    boolean hasOtherReaders(boolean ofWaybill) {
        return steps.map(found -> found.hasOthers(ofWaybill ? ofWaybill() : ofFiles(), ofWaybill))
                .orElse(true);
    }

    /** The endpoint that files are published to, as the route has it. */
    String endpoint() {
        return ofFiles()
                .map(FlowSteps::endpointOf)
                .orElse(delivery.destination().endpoint());
    }

    /** Whether nothing of what is sent to that endpoint comes to it, whatever is sent: an interceptor, or a mock, skips it. */
    boolean isSkipped() {
        return ofFiles()
                .map(FlowSteps::endpointOf)
                .flatMap(uri -> skipping(context, uri))
                .filter(interceptor -> interceptor.getOnWhen() == null)
                .isPresent();
    }

    /** What skips an endpoint; it may do so on a condition. */
    static Optional<InterceptSendToEndpoint> skipping(CamelContext context, String uri) {
        return context.hasEndpoint(context.resolvePropertyPlaceholders(uri)) instanceof InterceptSendToEndpoint found
                        && found.isSkip()
                ? Optional.of(found)
                : Optional.empty();
    }

    /** The step that publishes files, for people. */
    String words() {
        return ofFiles().map(step -> "step " + FlowSteps.wordsOf(step)).orElse("the route");
    }

    /** What stands before a step that publishes files and may have changed what it publishes, in words. */
    Optional<String> before(ProcessorDefinition<?> step) {
        return steps.flatMap(found -> found.before(step));
    }
}
