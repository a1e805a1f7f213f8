package io.waybill.route;

import io.waybill.delivery.Destinations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.CatchDefinition;
import org.apache.camel.model.ChoiceDefinition;
import org.apache.camel.model.DynamicRouterDefinition;
import org.apache.camel.model.EnrichDefinition;
import org.apache.camel.model.FilterDefinition;
import org.apache.camel.model.FinallyDefinition;
import org.apache.camel.model.KameletDefinition;
import org.apache.camel.model.LoadBalanceDefinition;
import org.apache.camel.model.OtherwiseDefinition;
import org.apache.camel.model.PipelineDefinition;
import org.apache.camel.model.ProcessDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RecipientListDefinition;
import org.apache.camel.model.RemoveHeaderDefinition;
import org.apache.camel.model.RemoveHeadersDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RoutingSlipDefinition;
import org.apache.camel.model.SetHeaderDefinition;
import org.apache.camel.model.SetHeadersDefinition;
import org.apache.camel.model.SetPropertyDefinition;
import org.apache.camel.model.SetVariableDefinition;
import org.apache.camel.model.StepDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.model.TryDefinition;
import org.apache.camel.model.WhenDefinition;
import org.apache.camel.model.WireTapDefinition;

/**
 * The steps of a flow's routes as they stand in a Camel context now, edited or woven into. They are found by what they are: an id, of a
 * step or a route, is a name that its owner may change.
 */
public record FlowSteps(CamelContext context, String flow) {

    private static final Pattern STEP = Pattern.compile("waybill:(?://)?([a-z]+)/([^/?]+)(?:\\?(.*))?");

    /** What leaves a body as it is, but for the steps within. */
    private static final List<Class<?>> BESIDE = List.of(
            FilterDefinition.class,
            ChoiceDefinition.class,
            WhenDefinition.class,
            OtherwiseDefinition.class,
            TryDefinition.class,
            CatchDefinition.class,
            FinallyDefinition.class,
            PipelineDefinition.class,
            StepDefinition.class,
            SetHeaderDefinition.class,
            SetHeadersDefinition.class,
            SetPropertyDefinition.class,
            SetVariableDefinition.class,
            RemoveHeaderDefinition.class,
            RemoveHeadersDefinition.class);

    /** What is no endpoint and may send a message somewhere, be it by somebody's own code. */
    private static final List<Class<?>> SENDING = List.of(
            BeanDefinition.class,
            ProcessDefinition.class,
            RecipientListDefinition.class,
            RoutingSlipDefinition.class,
            DynamicRouterDefinition.class,
            EnrichDefinition.class,
            KameletDefinition.class,
            LoadBalanceDefinition.class);

    /** Those of a flow. */
    public static FlowSteps of(CamelContext context, String flow) {
        return new FlowSteps(context, flow);
    }

    /** All routes: first those that are called as they are printed, since there may be very many. */
    private List<RouteDefinition> routes() {
        Map<Boolean, List<RouteDefinition>> routes =
                DefinedRoutes.of(context).stream().collect(Collectors.partitioningBy(this::isCalledAsPrinted));
        return Stream.concat(routes.get(true).stream(), routes.get(false).stream())
                .toList();
    }

    private boolean isCalledAsPrinted(RouteDefinition route) {
        String id = route.getRouteId();
        return id != null && (id.equals(flow) || id.startsWith(flow + "."));
    }

    /**
     * The steps that deliver to a destination; empty where no route has them.
     *
     * @param delivery its id; null for the only one of a flow
     */
    public Optional<DeliverySteps> delivery(String delivery) {
        for (RouteDefinition route : routes()) {
            List<ProcessorDefinition<?>> steps = below(route);
            int from = delivery == null ? 0 : indexOf(steps, 0, step -> isTurnTo(step, delivery));
            int part = from < 0 ? -1 : indexOf(steps, from, step -> is(step, Verb.PART) || is(step, Verb.MAIL));
            int next = delivery == null || from < 0 ? -1 : indexOf(steps, from + 1, step -> is(step, Verb.DELIVERY));
            if (part >= 0 && (next < 0 || part < next)) {
                String ending = delivery == null ? "" : "-" + delivery;
                return Optional.of(new DeliverySteps(
                        this, route, steps.subList(part, next < 0 ? steps.size() : next), flow + ".publish", ending));
            }
        }
        return Optional.empty();
    }

    /** The steps that an owner has put before one of a flow's own, in words; empty where there are none. */
    public Optional<String> before(Verb verb) {
        for (RouteDefinition route : routes()) {
            List<ProcessorDefinition<?>> steps = below(route);
            int at = indexOf(steps, 0, step -> is(step, verb));
            if (at >= 0) {
                int from = at;
                while (from > 0 && !isOwn(steps.get(from - 1))) {
                    from--;
                }
                return words(steps.subList(from, at));
            }
        }
        return Optional.empty();
    }

    /** The endpoint that reads the rows of an export, where it is the only step between its plan and its files; empty where it is not. */
    public Optional<String> rows() {
        for (RouteDefinition route : routes()) {
            List<ProcessorDefinition<?>> steps = below(route);
            int begin = indexOf(steps, 0, step -> is(step, Verb.BEGIN));
            int stage = begin < 0 ? -1 : indexOf(steps, begin, step -> is(step, Verb.STAGE));
            if (stage >= 0) {
                List<ProcessorDefinition<?>> between = steps.subList(begin + 1, stage).stream()
                        .filter(FlowSteps::mayTouchBody)
                        .toList();
                return between.size() == 1
                        ? Optional.ofNullable(endpointOf(between.get(0))).filter(uri -> uri.startsWith("rows:"))
                        : Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** Steps that may do something to a body, in words; empty where there are none. */
    static Optional<String> words(List<ProcessorDefinition<?>> steps) {
        String words = steps.stream()
                .filter(FlowSteps::mayTouchBody)
                .map(FlowSteps::words)
                .collect(Collectors.joining(", "));
        return words.isEmpty() ? Optional.empty() : Optional.of(words);
    }

    /** A step, as its owner knows it. */
    static String words(ProcessorDefinition<?> step) {
        String uri = uriOf(step);
        String kind = step.getShortName() + (uri == null ? "" : " " + shown(uri));
        return step.getId() == null ? kind : step.getId() + " (" + kind + ")";
    }

    /** Whether a step that is no endpoint may send a message somewhere, and the route waits for it. */
    static boolean maySend(ProcessorDefinition<?> step) {
        return SENDING.stream().anyMatch(type -> type.isInstance(step));
    }

    static boolean mayTouchBody(ProcessorDefinition<?> step) {
        return BESIDE.stream().noneMatch(type -> type.isInstance(step));
    }

    /** All steps of one, those within others too, in the order in which they are written. */
    static List<ProcessorDefinition<?>> below(ProcessorDefinition<?> root) {
        List<ProcessorDefinition<?>> steps = new ArrayList<>();
        for (ProcessorDefinition<?> step : root.getOutputs()) {
            steps.add(step);
            steps.addAll(below(step));
        }
        return steps;
    }

    /** The endpoint that a step sends to, as it is written; null for other steps. A wire tap goes on beside the route. */
    public static String uriOf(ProcessorDefinition<?> step) {
        if (step instanceof ToDefinition to) {
            return to.getEndpointUri();
        }
        return step instanceof ToDynamicDefinition to && !(step instanceof WireTapDefinition<?>) ? to.getUri() : null;
    }

    /** Likewise, where it is known before a message comes; null for others. */
    public static String endpointOf(ProcessorDefinition<?> step) {
        return step instanceof ToDefinition to ? to.getEndpointUri() : null;
    }

    /** A step, as its owner knows it. */
    public static String wordsOf(ProcessorDefinition<?> step) {
        return words(step);
    }

    /** A URI without what may be a secret: its options, and the password of its user. */
    static String shown(String uri) {
        int query = uri.indexOf('?');
        return Destinations.withoutPassword(query < 0 ? uri : uri.substring(0, query));
    }

    /** Whether it is a step of a verb, of this flow. */
    boolean is(ProcessorDefinition<?> step, Verb verb) {
        Matcher matcher = own(step);
        return matcher != null
                && matcher.group(1).equals(verb.label())
                && matcher.group(2).equals(flow);
    }

    private boolean isTurnTo(ProcessorDefinition<?> step, String delivery) {
        return is(step, Verb.DELIVERY)
                && List.of(String.valueOf(own(step).group(3)).split("&"))
                        .contains(StepOptions.DELIVERY.option() + "=" + delivery);
    }

    /** Whether it is a step of Waybill's, or one that reads rows. */
    private static boolean isOwn(ProcessorDefinition<?> step) {
        String uri = uriOf(step);
        return uri != null && (uri.startsWith("rows:") || own(step) != null);
    }

    private static Matcher own(ProcessorDefinition<?> step) {
        if (!(step instanceof ToDefinition to) || to.getEndpointUri() == null) {
            return null;
        }
        Matcher matcher = STEP.matcher(to.getEndpointUri());
        return matcher.matches() ? matcher : null;
    }

    /** Whether a step is one of a verb of any flow. */
    static boolean isVerb(ProcessorDefinition<?> step) {
        return own(step) != null;
    }

    /** Tells whether a step is the one that is looked for. */
    @FunctionalInterface
    interface Wanted {
        boolean test(ProcessorDefinition<?> step);
    }

    /** -1 where none is. */
    static int indexOf(List<ProcessorDefinition<?>> steps, int from, Wanted wanted) {
        for (int i = from; i < steps.size(); i++) {
            if (wanted.test(steps.get(i))) {
                return i;
            }
        }
        return -1;
    }
}
