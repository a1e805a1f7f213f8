package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.Refusal;
import io.waybill.ledger.Occasion;
import io.waybill.route.StepOptions;
import io.waybill.run.NewData;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code waybill:look}: looks whether there is something new to start a run for. The body becomes true or false; a look is no run. */
final class LookProducer extends VerbProducer {

    private static final Logger LOG = LoggerFactory.getLogger(LookProducer.class);

    LookProducer(WaybillEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    protected void doInit() {
        if (option(StepOptions.TRIGGER) == null) {
            getEndpoint().refuse(List.of(new Refusal(StepOptions.TRIGGER.name(), StepOptions.TRIGGER.missing())));
        }
    }

    @Override
    public void process(Exchange exchange) {
        Optional<Occasion.News> news = Optional.empty();
        try {
            news = look();
        } catch (WaybillException e) {
            LOG.warn("Flow {}: nobody can say whether there is something new: {}", flow(), e.getMessage());
        }
        news.ifPresent(found -> exchange.setProperty(Firing.OCCASION, found));
        exchange.getMessage().setBody(news.isPresent());
    }

    private Optional<Occasion.News> look() {
        if (ledger().pauses().find(flow()).isPresent()
                || ledger().quarantine().runOf(flow()).isPresent()) {
            return Optional.empty();
        }
        WaybillEndpoint begin = component().beginning(flow(), getEndpoint().getName());
        return new NewData(Planning.of(begin), ledger())
                .look(
                        Firing.trigger(flow(), option(StepOptions.TRIGGER)),
                        now().atZone(ZoneId.of(begin.get(ExportKeys.TIMEZONE))));
    }
}
