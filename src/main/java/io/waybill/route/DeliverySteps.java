package io.waybill.route;

import io.waybill.WaybillException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SplitDefinition;

/**
 * The steps of a route that deliver to one destination: {@code waybill:part} or {@code waybill:mail}, what publishes the file behind it,
 * {@code waybill:manifest}, and what publishes the waybill.
 */
public final class DeliverySteps {

    private final FlowSteps flow;
    private final RouteDefinition route;
    /** From the step on that hands a file over, in their order as written. */
    private final List<ProcessorDefinition<?>> steps;

    private final String publish;
    private final String ending;

    /**
     * @param steps those of this destination, from the one on that hands a file over
     * @param publish how the ids of the steps begin that publish, as they are printed
     * @param ending how they end, which tells several destinations apart
     */
    DeliverySteps(
            FlowSteps flow, RouteDefinition route, List<ProcessorDefinition<?>> steps, String publish, String ending) {
        this.flow = flow;
        this.route = route;
        this.steps = steps;
        this.publish = publish;
        this.ending = ending;
    }

    /** The route's id. */
    String route() {
        return route.getRouteId();
    }

    /** The id that the step which publishes files is printed with. */
    String publishId() {
        return publish + ending;
    }

    /**
     * The step that publishes files: the one of that id, else the only one that sends to an endpoint of that kind.
     *
     * @param ofKind whether an endpoint is of the destination's kind
     * @param exact whether it is the destination's, where several are of its kind
     * @return empty where none is
     * @throws WaybillException when several may be it
     */
    public Optional<ProcessorDefinition<?>> publisher(Predicate<String> ofKind, Predicate<String> exact) {
        return find(publishId(), behind(steps.get(0)), ofKind, exact);
    }

    /** Likewise, of the waybill. */
    public Optional<ProcessorDefinition<?>> waybillPublisher(Predicate<String> ofKind, Predicate<String> exact) {
        List<ProcessorDefinition<?>> behind = behindManifest();
        return behind.isEmpty() ? Optional.empty() : find(publish + "-manifest" + ending, behind, ofKind, exact);
    }

    private List<ProcessorDefinition<?>> behindManifest() {
        int manifest = FlowSteps.indexOf(steps, 0, step -> flow.is(step, Verb.MANIFEST));
        return manifest < 0 ? List.of() : behind(steps.get(manifest));
    }

    private Optional<ProcessorDefinition<?>> find(
            String id, List<ProcessorDefinition<?>> behind, Predicate<String> ofKind, Predicate<String> exact) {
        for (ProcessorDefinition<?> step : steps) {
            if (id.equals(step.getId())) {
                return Optional.of(step);
            }
        }
        List<ProcessorDefinition<?>> candidates = sending(behind, ofKind);
        List<ProcessorDefinition<?>> meant = candidates.size() > 1 ? sending(candidates, exact) : candidates;
        if (candidates.size() > 1 && meant.size() != 1) {
            throw WaybillException.refusal("route " + route() + ": "
                    + candidates.stream().map(FlowSteps::words).collect(Collectors.joining(", "))
                    + ": each may be the step that publishes; give the id " + id + " to the one that does");
        }
        return meant.stream().findFirst();
    }

    private static List<ProcessorDefinition<?>> sending(List<ProcessorDefinition<?>> steps, Predicate<String> to) {
        List<ProcessorDefinition<?>> found = new ArrayList<>();
        for (ProcessorDefinition<?> step : steps) {
            String uri = FlowSteps.uriOf(step);
            if (uri != null && to.test(uri)) {
                found.add(step);
            }
        }
        return found;
    }

    /** The steps that come behind one of Waybill's in the same block, or in blocks within that, until the next of Waybill's. */
    private List<ProcessorDefinition<?>> behind(ProcessorDefinition<?> own) {
        List<ProcessorDefinition<?>> behind = new ArrayList<>();
        ProcessorDefinition<?> parent = own.getParent() == null ? route : own.getParent();
        List<ProcessorDefinition<?>> block = FlowSteps.below(parent);
        for (int i = block.indexOf(own) + 1; i < block.size() && !FlowSteps.isVerb(block.get(i)); i++) {
            behind.add(block.get(i));
        }
        return behind;
    }

    /** The steps between the one that hands a file over and the one that publishes it, which may have changed the body, in words. */
    public Optional<String> before(ProcessorDefinition<?> publisher) {
        List<ProcessorDefinition<?>> behind = behind(steps.get(0));
        int at = behind.indexOf(publisher);
        return FlowSteps.words(behind.subList(0, Math.max(0, at)));
    }

    /**
     * Whether other steps than the one that publishes get to see a file.
     *
     * @param publisher the step that publishes it
     * @param isWaybill whether it is the waybill
     */
    public boolean hasOthers(Optional<ProcessorDefinition<?>> publisher, boolean isWaybill) {
        return (isWaybill ? behindManifest() : behind(steps.get(0)))
                .stream()
                        .anyMatch(step -> FlowSteps.mayTouchBody(step)
                                && publisher.filter(own -> own == step).isEmpty());
    }

    /** The split around the files, where it has several of them on their way at once. */
    Optional<SplitDefinition> parallelSplit() {
        for (ProcessorDefinition<?> around = steps.get(0).getParent(); around != null; around = around.getParent()) {
            if (around instanceof SplitDefinition split && isTrue(split.getParallelProcessing())) {
                return Optional.of(split);
            }
        }
        return Optional.empty();
    }

    private boolean isTrue(String value) {
        return value != null
                && flow.context().resolvePropertyPlaceholders(value).equalsIgnoreCase("true");
    }
}
