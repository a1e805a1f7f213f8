package io.waybill.route;

import io.waybill.delivery.Destinations;
import io.waybill.flow.DataSet;
import io.waybill.flow.Delivery;
import io.waybill.flow.Engine;
import io.waybill.flow.Flow;
import io.waybill.flow.Form;
import io.waybill.flow.PathTemplate;
import io.waybill.flow.RunRules.Notification;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.model.BeanFactoryDefinition;
import org.apache.camel.model.BeanModelHelper;
import org.apache.camel.model.FilterDefinition;
import org.apache.camel.model.Model;
import org.apache.camel.model.MulticastDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SplitDefinition;
import org.apache.camel.model.TryDefinition;

/** Adds the routes of a flow to a Camel context: its triggers, and the route that they and everybody else start. */
final class FlowRouteBuilder extends RouteConfigurationBuilder {

    /** Logs what could not be sent to whoever asked to be told. */
    private static final String NOT_TOLD =
            "log:io.waybill.notice?level=ERROR&showBody=false&showBodyType=false&showCaughtException=true&showExchangePattern=false";

    private final Flow flow;
    private final FlowRoute parts;
    private final boolean withTriggers;
    private Verb first = Verb.BEGIN;
    private boolean deliveriesAlone;
    private boolean isPrinted;
    private BooleanSupplier redundant = () -> false;
    private Defined whenDefined = () -> {};

    FlowRouteBuilder(Flow flow, FlowRoute parts, boolean withTriggers) {
        this.flow = flow;
        this.parts = parts;
        this.withTriggers = withTriggers;
    }

    /**
     * One whose routes are defined, with its triggers, to be printed.
     *
     * @param dataSet the declared data set; null for one that is found by its name
     */
    static FlowRouteBuilder defined(CamelContext context, Flow flow, DataSet dataSet) throws Exception {
        FlowRouteBuilder builder = new FlowRouteBuilder(flow, FlowRoutesLoader.routeOf(context, flow, dataSet), true);
        builder.setCamelContext(context);
        builder.isPrinted = true;
        builder.configure();
        builder.configuration();
        return builder;
    }

    /** Has the route begin with another verb; what follows {@link Verb#TAKE} has the rows already. */
    FlowRouteBuilder beginningWith(Verb verb) {
        this.first = verb;
        return this;
    }

    FlowRoute parts() {
        return parts;
    }

    /** What is done when the routes are defined, before they are added. */
    @FunctionalInterface
    interface Defined {
        void run() throws Exception;
    }

    /** @param redundant asked when the routes are to be defined: whether others of the same file were, since it was read */
    void unless(BooleanSupplier redundant) {
        this.redundant = redundant;
    }

    void whenDefined(Defined action) {
        this.whenDefined = action;
    }

    /** Has it define the routes that deliver, and tell of runs, and no others. */
    void deliveriesAlone() {
        deliveriesAlone = true;
    }

    /** The route that it begins with, once it is defined. */
    RouteDefinition begin() {
        return getRouteCollection().getRoutes().stream()
                .filter(route -> flow.id().equals(route.getRouteId()))
                .findFirst()
                .orElseThrow();
    }

    /** The ids of its routes, once they are defined. */
    Set<String> ids() {
        return getRouteCollection().getRoutes().stream()
                .map(RouteDefinition::getRouteId)
                .collect(Collectors.toSet());
    }

    /** Where a run is under way, it ends in the routes that are there, and those of what the file says then come. */
    @Override
    public Set<String> updateRoutesToCamelContext(CamelContext context) throws Exception {
        Set<String> updated = new LinkedHashSet<>();
        IdleFlows.of(context)
                .change(
                        flow.id(),
                        () -> updated.addAll(super.updateRoutesToCamelContext(context)),
                        () -> FlowRoutesLoader.loadAgain(context, getResource()));
        return updated;
    }

    @Override
    public void configuration() {
        if (!deliveriesAlone) {
            new FailureRoutes(this, flow, parts).add();
        }
    }

    void tell(ProcessorDefinition<?> at, String name) {
        if (!flow.notifications().isEmpty()) {
            to(at, parts.direct("notify"), "tell" + name);
        }
    }

    @Override
    public void configure() throws Exception {
        if (redundant.getAsBoolean()) {
            return;
        }
        if (deliveriesAlone) {
            addDelivery();
            addNotify();
            return;
        }
        if (!isPrinted) { // a flow of that name may be running, with beans of its own
            bindBeans();
        }
        if (withTriggers) {
            TriggerRoutes triggers = new TriggerRoutes(this, parts);
            flow.triggers().forEach(triggers::add);
        }
        if (flow.feed() != null) {
            addFeed();
        } else {
            addExport();
            addRedrive();
            addDelivery();
        }
        addNotify();
        whenDefined.run();
    }

    /** One of its routes that others send to. */
    private RouteDefinition route(String name) {
        return from(parts.direct(name)).routeId(parts.step(name));
    }

    private RouteDefinition start() {
        return from(parts.start())
                .routeId(flow.id())
                .routeConfigurationId(parts.step("failure"))
                .description(flow.name());
    }

    /** A batch, and the flows that run when there are changes. */
    private void addFeed() {
        RouteDefinition route = start();
        to(route, parts.feed(), "feed");
        tell(route, "");
        if (flow.feed().then().isEmpty()) {
            return;
        }
        FilterDefinition changes = route.filter(simple("${exchangeProperty." + WaybillConstants.CHANGES + "} > 0"));
        changes.id(parts.step("if-changes"));
        flow.feed().then().forEach(next -> to(changes, "waybill:" + next, "then-" + next));
        to(changes, parts.verb(Verb.FOLLOWED), "followed");
        changes.end();
    }

    private void addExport() {
        RouteDefinition route = start();
        if (!flow.export().isOfManyTables()) {
            addRun(route);
            return;
        }
        to(route, parts.verb(Verb.TABLES), "tables");
        SplitDefinition tables = route.split(body())
                .streaming() // else Camel keeps what each table had in memory until the last is done
                .aggregationStrategy(parts.step(FlowRoute.AFTER_TABLES));
        tables.id(parts.step("each-table"));
        if (parts.tablesAtOnce() > 1) {
            tables.parallelProcessing().executorService(parts.step(FlowRoute.TABLES_AT_ONCE));
        }
        addRun(tables);
        tables.end();
        to(route, parts.verb(Verb.GATHER), "gather");
        tell(route, "-all");
    }

    /** From the plan to what was delivered: of a flow, or of one of its tables. */
    private void addRun(ProcessorDefinition<?> at) {
        to(at, parts.begin(first), "begin");
        if (first == Verb.BEGIN && flow.export().engine() == Engine.LOCAL) {
            to(at, parts.rows(), "rows");
        }
        to(at, parts.verb(Verb.STAGE), "stage");
        to(at, parts.direct("delivery"), "deliver");
    }

    private void addRedrive() {
        RouteDefinition route = route("redrive").routeConfigurationId(parts.step("failure"));
        to(route, parts.verb(Verb.REDRIVE), "take-up");
        to(route, parts.direct("delivery"), "deliver-again");
    }

    /** Who asked for it is told; that somebody cannot be told changes nothing of the run. */
    private void addNotify() {
        if (flow.notifications().isEmpty()) {
            return;
        }
        RouteDefinition route = route("notify");
        int number = 0;
        for (Notification told : flow.notifications()) {
            number++;
            ProcessorDefinition<?> toTell = route.filter(simple(told.events().stream()
                            .map(event -> "${exchangeProperty." + WaybillConstants.EVENTS + "} contains '"
                                    + Form.lower(event) + "'")
                            .sorted()
                            .collect(Collectors.joining(" || "))))
                    .id(parts.step("if-to-tell-" + number));
            TryDefinition sending = toTell.doTry().id(parts.step("try-to-tell-" + number));
            to(sending, parts.verb(Verb.NOTICE), "notice-" + number);
            to(sending, told.uri(), "notify-" + number);
            orLog(sending, "to-tell-" + number);
            toTell.end();
        }
        route.setBody(simple("${exchangeProperty." + WaybillConstants.RESULT + "}"))
                .id(parts.step("result"));
    }

    private void addDelivery() {
        RouteDefinition route = route("delivery").routeConfigurationId(parts.step("failure"));
        List<Delivery> deliveries = flow.export().deliveries();
        if (deliveries.size() == 1) {
            addFiles(route, deliveries.get(0), "");
        } else {
            // each has a failure of its own; the last step tells what has come of them all
            MulticastDefinition all =
                    route.multicast().parallelProcessing().aggregationStrategy(parts.step(FlowRoute.AFTERWARDS));
            all.id(parts.step("deliveries"));
            deliveries.forEach(delivery ->
                    all.to(parts.direct("to." + delivery.id())).id(parts.step("deliver-to-" + delivery.id())));
            all.end();
            deliveries.forEach(this::addDelivery);
        }
        to(route, parts.verb(Verb.COMPLETE), "complete");
        tell(route, "");
    }

    private void addDelivery(Delivery delivery) {
        String name = "-" + delivery.id();
        RouteDefinition route = route("to." + delivery.id()).routeConfigurationId(parts.step("undelivered"));
        to(route, parts.verb(Verb.DELIVERY) + "?delivery=" + delivery.id(), "turn-to" + name);
        addFiles(route, delivery, name);
        to(route, parts.verb(Verb.DELIVERED), "delivered" + name);
    }

    private void addFiles(RouteDefinition route, Delivery delivery, String name) {
        if (parts.mail(delivery) != null) {
            addMail(route, delivery, name);
        } else {
            SplitDefinition files = route.split(body()).streaming().stopOnException();
            files.id(parts.step("parts" + name));
            to(files, parts.verb(Verb.PART), "part" + name);
            addPublication(files, delivery, name);
            files.end();
        }
        to(route, parts.verb(Verb.MANIFEST), "manifest" + name);
        if (delivery.kind().keepsFiles()) {
            FilterDefinition published = route.filter(simple("${body} != null"));
            published.id(parts.step("if-delivered" + name));
            // where the files went, which their own step says
            published
                    .toD("${exchangeProperty." + WaybillConstants.ENDPOINT + "}")
                    .id(parts.step("publish-manifest" + name));
            published.end();
        }
    }

    private void addPublication(SplitDefinition files, Delivery delivery, String name) {
        addHeaders(files, delivery, name);
        String endpoint = endpoint(delivery);
        boolean varies = !delivery.kind().keepsFiles()
                && !new PathTemplate(endpoint).variables().isEmpty();
        if (varies) {
            files.toD(Destinations.simple(endpoint)).id(parts.step("publish" + name));
        } else {
            to(files, endpoint, "publish" + name);
        }
    }

    private String endpoint(Delivery delivery) {
        return parts.destinations().endpoint(delivery);
    }

    private void addMail(RouteDefinition route, Delivery delivery, String name) {
        to(route, parts.mail(delivery), "mail" + name);
        FilterDefinition mail = route.filter(simple("${body} != null"));
        mail.id(parts.step("if-mail" + name));
        addHeaders(mail, delivery, name);
        to(mail, endpoint(delivery), "publish" + name);
        mail.end();
    }

    private void addHeaders(ProcessorDefinition<?> at, Delivery delivery, String name) {
        parts.destinations()
                .headers(delivery, flow.name())
                .forEach((header, text) -> at.setHeader(header, simple(text))
                        .id(parts.step("header-" + header.toLowerCase(Locale.ROOT) + name)));
    }

    /** What cannot be sent is logged. */
    void orLog(TryDefinition sending, String name) {
        sending.doCatch(Exception.class)
                .id(parts.step("catch-" + name))
                .to(NOT_TOLD)
                .id(parts.step("log-" + name))
                .end();
    }

    void to(ProcessorDefinition<?> at, String uri, String step) {
        at.to(uri).id(parts.step(step));
    }

    private void bindBeans() throws Exception {
        CamelContext context = getContext();
        Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
        for (BeanFactoryDefinition<?> bean : parts.beans()) {
            context.getRegistry().unbind(bean.getName());
            context.getRegistry().bind(bean.getName(), BeanModelHelper.newInstance(bean, context));
            model.addCustomBean(bean);
        }
    }
}
