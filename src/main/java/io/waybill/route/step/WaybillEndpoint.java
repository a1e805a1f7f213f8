package io.waybill.route.step;

import io.waybill.flow.Refusal;
import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import io.waybill.route.ExportConfiguration;
import io.waybill.route.Verb;
import io.waybill.route.WaybillConstants;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/** Export data sets: run a flow, or be a step of its route. */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "waybill",
        title = "Waybill",
        syntax = "waybill:name",
        category = {Category.DATABASE, Category.FILE},
        producerOnly = true,
        headersClass = WaybillConstants.class)
public class WaybillEndpoint extends DefaultEndpoint {

    private final Verb verb;
    private final String flow;

    @UriPath(
            description =
                    "The flow to run; or a verb, a slash and the flow: due, begin, stage, delivery, part, mail, manifest,"
                            + " delivered, undelivered, complete, fail, letter, redrive or notice.")
    @Metadata(required = true)
    private String name;

    @UriParam
    private ExportConfiguration configuration = new ExportConfiguration();

    @UriParam(description = "The destination that waybill:delivery turns to, where a flow has several.")
    private String delivery;

    @UriParam(
            defaultValue = "20000000",
            description = "How many bytes of files a mail takes; more are linked to, where link says how, or refused.")
    private long sizeLimit = MailProducer.USUAL_LIMIT;

    @UriParam(description = "Where a file can be had that is too large for a mail, with {file} for its name.")
    private String link;

    @UriParam(description = "How many new rows waybill:due lets a stream's next batch begin for at once; 0 for none.")
    private long maxRows;

    @UriParam(defaultValue = "10s", description = "How long, about, waybill:due keeps new rows waiting.")
    private String maxDelay = "10s";

    WaybillEndpoint(String uri, WaybillComponent component, Verb verb, String flow) {
        super(uri, component);
        this.verb = verb;
        this.flow = flow;
        this.name = verb == Verb.RUN ? flow : verb.label() + "/" + flow;
    }

    @Override
    public Producer createProducer() {
        return switch (verb) {
            case DUE -> new DueProducer(this);
            case BEGIN -> new BeginProducer(this);
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
            case RUN -> new RunProducer(this);
        };
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException("waybill: is a step to send to; a flow's triggers start it");
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
            throw new WaybillException(
                    Stage.PLAN,
                    refusals.stream()
                            .map(refusal -> "waybill:" + name + ": " + refusal)
                            .collect(Collectors.joining("\n")));
        }
    }

    public String getName() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
    }

    public String getDelivery() {
        return delivery;
    }

    /** The destination that waybill:delivery turns to, where a flow has several. */
    public void setDelivery(String delivery) {
        this.delivery = delivery;
    }

    public long getSizeLimit() {
        return sizeLimit;
    }

    /** How many bytes of files a mail takes; more are linked to, where link says how, or refused. */
    public void setSizeLimit(long sizeLimit) {
        this.sizeLimit = sizeLimit;
    }

    public String getLink() {
        return link;
    }

    /** Where a file can be had that is too large for a mail, with {file} for its name. */
    public void setLink(String link) {
        this.link = link;
    }

    public long getMaxRows() {
        return maxRows;
    }

    /** How many new rows waybill:due lets a stream's next batch begin for at once; 0 for none. */
    public void setMaxRows(long maxRows) {
        this.maxRows = maxRows;
    }

    public String getMaxDelay() {
        return maxDelay;
    }

    /** How long, about, waybill:due keeps new rows waiting. */
    public void setMaxDelay(String maxDelay) {
        this.maxDelay = maxDelay;
    }

    public ExportConfiguration getConfiguration() {
        return configuration;
    }

    public void setConfiguration(ExportConfiguration configuration) {
        this.configuration = configuration;
    }
}
