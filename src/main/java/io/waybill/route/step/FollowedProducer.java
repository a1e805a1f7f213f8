package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.ledger.RunResult;
import io.waybill.route.Verb;
import io.waybill.route.WaybillConstants;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code waybill:followed}: the flows behind a feed have run after its batches so far; the body becomes the feed's result again. */
final class FollowedProducer extends VerbProducer {

    private static final Logger LOG = LoggerFactory.getLogger(FollowedProducer.class);

    FollowedProducer(WaybillEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    public void process(Exchange exchange) {
        RunResult result = exchange.getProperty(WaybillConstants.RESULT, RunResult.class);
        WaybillEndpoint feed = component()
                .steps(Verb.FEED)
                .filter(step -> step.flow().equals(flow()))
                .findFirst()
                .orElse(null);
        if (result == null || feed == null || !result.flow().equals(flow())) {
            throw WaybillException.refusal(
                    "waybill:" + getEndpoint().getName() + ": waybill:feed/" + flow() + " has to come before it");
        }
        String notRun = exchange.getProperty(WaybillConstants.NOT_RUN, String.class);
        if (notRun == null) {
            Planning.ofFeed(feed, FeedProducer.options(feed)).followed((Long) result.batchId());
        } else {
            LOG.info(
                    "Flow {}: flow {} has not run after batch {}; the next batch starts it",
                    flow(),
                    notRun,
                    result.batchId());
        }
        exchange.getMessage().setBody(result);
    }
}
