package io.waybill.route;

import io.waybill.flow.Flow;
import io.waybill.flow.Trigger;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.model.BeanFactoryDefinition;
import org.apache.camel.model.BeanModelHelper;
import org.apache.camel.model.Model;

/** Adds the routes of a flow to a Camel context: its triggers, and the route that they and everybody else start. */
final class FlowRouteBuilder extends RouteConfigurationBuilder {

    private final Flow flow;
    private final FlowRoute parts;
    private final boolean withTriggers;

    FlowRouteBuilder(Flow flow, FlowRoute parts, boolean withTriggers) {
        this.flow = flow;
        this.parts = parts;
        this.withTriggers = withTriggers;
    }

    @Override
    public void configuration() {
        routeConfiguration(parts.step("failure"))
                .onException(Exception.class)
                .to(parts.verb(Verb.FAIL))
                .id(parts.step("fail"));
    }

    @Override
    public void configure() throws Exception {
        bindBeans();
        if (withTriggers) {
            flow.triggers().stream()
                    .filter(trigger -> trigger.type() == Trigger.Type.SCHEDULE)
                    .forEach(this::addTrigger);
        }
        from(parts.start())
                .routeId(parts.id())
                .routeConfigurationId(parts.step("failure"))
                .description(flow.name())
                .to(parts.begin())
                .id(parts.step("begin"))
                .to(parts.rows())
                .id(parts.step("rows"))
                .to(parts.verb(Verb.STAGE))
                .id(parts.step("stage"))
                .split(body())
                .streaming()
                .stopOnException()
                .id(parts.step("parts"))
                .to(parts.verb(Verb.PART))
                .id(parts.step("part"))
                .to(parts.destination())
                .id(parts.step("publish"))
                .end()
                .to(parts.verb(Verb.MANIFEST))
                .id(parts.step("manifest"))
                .filter(simple("${body} != null"))
                .id(parts.step("if-delivered"))
                .to(parts.destination())
                .id(parts.step("publish-manifest"))
                .end()
                .to(parts.verb(Verb.COMPLETE))
                .id(parts.step("complete"));
    }

    private void addTrigger(Trigger trigger) {
        from(parts.trigger(trigger))
                .routeId(parts.triggerId(trigger))
                .autoStartup(trigger.enabled())
                .setHeader(WaybillConstants.TIMEZONE, constant(FlowRoute.zoneName(trigger.timezone())))
                .id(parts.step("zone-of-" + trigger.id()))
                .to(parts.start())
                .id(parts.step("start-by-" + trigger.id()));
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
