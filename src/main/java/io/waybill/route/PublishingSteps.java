package io.waybill.route;

import io.waybill.WaybillException;
import io.waybill.delivery.Destinations;
import io.waybill.flow.Delivery;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ToDefinition;

/**
 * Where a flow's routes publish, as it is written there: with placeholders, so that a ledger or a dead letter that remembers it holds no
 * secret. A destination is said in the step that publishes to it; what is said a second time has to agree.
 */
public record PublishingSteps(CamelContext context, String flow) {

    /** Options that have other files lie there than those that were staged, and what is to be done instead. */
    private static final Map<String, String> REFUSED = Map.of(
            "fileName", "names the file, as the path of waybill:begin does; change it there",
            "keyName", "names the object, as the path of waybill:begin does; change it there",
            "flatten", "leaves the folders of a name out; leave them out of the path of waybill:begin",
            "charset", "writes other bytes than those that were staged; set encoding of the data format",
            "appendChars", "writes other bytes than those that were staged",
            "fileExist", "leaves a file there that is not what was staged; TryRename, Override and Fail do not");

    private static final List<String> SAFE_WHERE_FILES_EXIST = List.of("tryrename", "override", "fail", "move");

    /**
     * Where files of a delivery go.
     *
     * @param endpoint the endpoint of the step that publishes
     * @param place the place behind it
     */
    public record There(String endpoint, String place) {}

    /**
     * Where deliveries go, by their ids; without those whose route is not loaded, or whose step is no plain endpoint.
     *
     * @throws WaybillException when a route has no step that publishes, or has what would lose files
     */
    public Map<String, There> places(List<Delivery> deliveries) {
        Map<String, There> places = new HashMap<>();
        for (Delivery delivery : deliveries) {
            FlowSteps.of(context, flow)
                    .delivery(deliveries.size() == 1 ? null : delivery.id())
                    .flatMap(steps -> place(delivery, steps))
                    .ifPresent(there -> places.put(delivery.id(), there));
        }
        return places;
    }

    private Destinations destinations() {
        return new Destinations(context);
    }

    private Optional<There> place(Delivery delivery, DeliverySteps steps) {
        steps.parallelSplit().ifPresent(split -> {
            throw refusal(
                    steps,
                    FlowSteps.words(split) + " has parallelProcessing, and files go one after the other, in their"
                            + " order: who goes on after a crash has to know which are there; leave it out");
        });
        Predicate<String> ofKind = uri -> destinations().isOfKind(uri, delivery);
        Predicate<String> exact = uri -> agrees(delivery, uri);
        ProcessorDefinition<?> publisher = steps.publisher(ofKind, exact)
                .orElseThrow(() -> WaybillException.refusal("not delivered: route " + steps.route() + " has no step "
                        + steps.publishId() + ", and none behind waybill:part/" + flow + " that sends to "
                        + kindWords(delivery)));
        requireSends(steps, publisher);
        String uri = FlowSteps.uriOf(publisher);
        if (!(publisher instanceof ToDefinition) && destinations().saysNoFolder(delivery)) {
            throw refusal(
                    steps,
                    "step " + publisher.getId() + " says no folder, being no endpoint, and " + said(delivery)
                            + " says none either; write it there");
        }
        if (uri == null) { // somebody's own step, of which nothing can be read
            steps.waybillPublisher(ofKind, exact).ifPresent(waybill -> requireSends(steps, waybill));
            return Optional.empty();
        }
        String step = "step " + publisher.getId();
        check(delivery, steps, step, uri);
        if (publisher instanceof ToDefinition to && to.getVariableSend() != null) {
            throw refusal(
                    steps,
                    step + " sends the variable " + to.getVariableSend()
                            + " and not the body, which is the file; leave variableSend out");
        }
        String place = destinations().place(uri, delivery);
        String known = delivery.kind().keepsFiles() && !destinations().saysNoFolder(delivery)
                ? destinations().place(delivery) // as the ledger has it, however the step writes it
                : place;
        Optional<ProcessorDefinition<?>> waybillPublisher = steps.waybillPublisher(
                ofKind, other -> destinations().place(other, delivery).equals(place));
        waybillPublisher.ifPresent(waybill -> requireSends(steps, waybill));
        waybillPublisher
                .filter(ToDefinition.class::isInstance)
                .ifPresent(waybill -> requireSame(delivery, steps, publisher, waybill, place));
        return publisher instanceof ToDefinition ? Optional.of(new There(uri, known)) : Optional.empty();
    }

    /** A step of that id which does nothing with a file would have all of them count as delivered. */
    private void requireSends(DeliverySteps steps, ProcessorDefinition<?> step) {
        if (FlowSteps.uriOf(step) == null && !FlowSteps.maySend(step)) {
            throw refusal(
                    steps,
                    "step " + FlowSteps.words(step)
                            + " sends nothing; let it be the one that publishes, or give it another id");
        }
    }

    private void check(Delivery delivery, DeliverySteps steps, String step, String uri) {
        if (!destinations().isOfKind(uri, delivery)) {
            throw refusal(
                    steps,
                    step + " sends to " + schemeOf(uri) + ": and not to " + kindWords(delivery) + ", as "
                            + said(delivery) + " says; change both");
        }
        if (!delivery.kind().keepsFiles()) {
            if (!agrees(delivery, uri)) {
                throw refusal(
                        steps,
                        step + " sends to " + shown(uri) + ", and " + said(delivery) + " names " + delivery.shownUri()
                                + "; change both, so that the ledger tells where files went");
            }
            return;
        }
        Destinations.options(uri).forEach((option, value) -> {
            String why = REFUSED.get(option);
            boolean harmless = option.equals("flatten") && value.equalsIgnoreCase("false")
                    || option.equals("fileExist") && SAFE_WHERE_FILES_EXIST.contains(value.toLowerCase(Locale.ROOT));
            if (why != null && !harmless) {
                throw refusal(steps, step + ": option " + option + "=" + value + " " + why);
            }
        });
        if (!agrees(delivery, uri)) {
            throw refusal(
                    steps,
                    step + " publishes to " + destinations().place(uri, delivery) + ", and " + said(delivery)
                            + " leads to " + destinations().place(delivery)
                            + "; change both, or leave the folder out there: "
                            + belowFolder(delivery) + " is below where the step publishes");
        }
    }

    /** What a second step says of the same destination. */
    private void requireSame(
            Delivery delivery,
            DeliverySteps steps,
            ProcessorDefinition<?> publisher,
            ProcessorDefinition<?> waybill,
            String place) {
        String uri = FlowSteps.uriOf(waybill);
        String there = destinations().isOfKind(uri, delivery) ? destinations().place(uri, delivery) : shown(uri);
        if (!there.equals(place)) {
            throw refusal(
                    steps,
                    "step " + publisher.getId() + " publishes to " + place + ", and step " + waybill.getId()
                            + " publishes the waybill to " + there
                            + "; change both, since it tells of the files beside it");
        }
    }

    /** Whether an endpoint leads to where the settings of a delivery do, if they say. */
    private boolean agrees(Delivery delivery, String uri) {
        return destinations().agrees(uri, delivery);
    }

    private static String belowFolder(Delivery delivery) {
        String below = Destinations.below(delivery);
        return delivery.kind().isLocal() && !below.startsWith("./") ? "./" + below : below;
    }

    private WaybillException refusal(DeliverySteps steps, String why) {
        return WaybillException.refusal("not delivered: route " + steps.route() + ": " + why);
    }

    private String said(Delivery delivery) {
        return delivery.kind().isLocal() && delivery.id().equals("local")
                ? "filePath of waybill:begin/" + flow
                : "delivery \"" + delivery.id() + "\" of waybill:begin/" + flow;
    }

    private static String kindWords(Delivery delivery) {
        return delivery.kind().isLocal() ? "a folder" : delivery.scheme() + ":";
    }

    private static String schemeOf(String uri) {
        int colon = uri.indexOf(':');
        return colon < 0 ? uri : uri.substring(0, colon);
    }

    /** What placeholders stand for may be a secret. */
    private static String shown(String uri) {
        return FlowSteps.shown(uri).replaceAll("\\{\\{[^}]*}}", "…");
    }
}
