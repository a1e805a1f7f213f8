package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.flow.Form;
import io.waybill.flow.Key;
import io.waybill.flow.Refusal;
import io.waybill.flow.Values;
import io.waybill.route.DescribedFlows;
import io.waybill.route.Verb;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;

/** Export data sets: run a flow, or be a step of its route. Its options are keys: {@link StepOptions}. */
public class WaybillEndpoint extends DefaultEndpoint {

    private final Verb verb;
    private final String flow;
    private final String name;
    private Values options = Values.NONE;

    WaybillEndpoint(String uri, WaybillComponent component, Verb verb, String flow) {
        super(uri, component);
        this.verb = verb;
        this.flow = flow;
        this.name = verb == Verb.RUN ? flow : verb.label() + "/" + flow;
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        if (verb == Verb.EXPORT || verb == Verb.SINK) {
            Verb first = verb == Verb.EXPORT ? Verb.BEGIN : Verb.TAKE;
            refuse(DescribedFlows.refusals(first, options));
            refuse(MessageKey.refusals(this));
            DescribedFlows.of(getCamelContext()).add(flow, getEndpointUri(), options, first);
        }
    }

    @Override
    public Producer createProducer() {
        return switch (verb) {
            case CLOCK, LISTEN ->
                throw new UnsupportedOperationException("waybill:" + name + ": a route begins there; none sends to it");
            case LOOK -> new LookProducer(this);
            case DUE -> new DueProducer(this);
            case BEGIN -> new BeginProducer(this);
            case TABLES -> new TablesProducer(this);
            case GATHER -> new GatherProducer(this);
            case TAKE -> new TakeProducer(this);
            case STAGE -> new StageProducer(this);
            case DELIVERY -> new DeliveryProducer(this);
            case DELIVERED -> new DeliveredProducer(this);
            case UNDELIVERED -> new UndeliveredProducer(this);
            case MAIL -> new MailProducer(this);
            case PART -> new PartProducer(this);
            case MANIFEST -> new ManifestProducer(this);
            case COMPLETE -> new CompleteProducer(this);
            case FAIL -> new FailProducer(this);
            case LETTER -> new LetterProducer(this);
            case NOTICE -> new NoticeProducer(this);
            case REDRIVE -> new RedriveProducer(this);
            case FEED -> new FeedProducer(this);
            case FOLLOWED -> new FollowedProducer(this);
            case RUN -> new RunProducer(this);
            case EXPORT, SINK -> new DescribedProducer(this);
        };
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        Consumer consumer = switch (verb) {
            case CLOCK -> new ClockConsumer(this, processor, new SecureRandom());
            case LISTEN -> new ListenConsumer(this, processor);
            default ->
                throw new UnsupportedOperationException(
                        "waybill:" + name + ": is a step to send to; a flow's triggers start it");
        };
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public WaybillComponent getComponent() {
        return (WaybillComponent) super.getComponent();
    }

    String flow() {
        return flow;
    }

    Verb verb() {
        return verb;
    }

    /** @throws WaybillException when there is something to refuse, a line each */
    void refuse(List<Refusal> refusals) {
        if (!refusals.isEmpty()) {
            throw WaybillException.refusal(refusals.stream()
                    .map(refusal -> "waybill:" + name + ": " + refusal)
                    .collect(Collectors.joining("\n")));
        }
    }

    /** The flow to run; or a verb, a slash and the flow. */
    public String getName() {
        return name;
    }

    /** The options that are set. */
    Values options() {
        return options;
    }

    /** The value of an option, or what holds without it. */
    <T> T get(Key<T> key) {
        return options.get(key);
    }

    /** @param value as it stands in the URI; or the bean, or the beans, that it refers to */
    @SuppressWarnings("unchecked") // of a table, whose form has no other
    <T> void set(Key<T> key, Object value) {
        options = options.with(key, key.form() instanceof Form.Table ? (T) value : key.parse(String.valueOf(value)));
    }
}
