package io.waybill.route.step;

import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/** A wire tap. What it taps goes on beside the route, and may read its file when that was published long ago. */
final class TappedStep extends DelegateAsyncProcessor {

    TappedStep(Processor target) {
        super(target);
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Handed handed = exchange.getProperty(Handed.PROPERTY, Handed.class);
        if (handed == null || handed.file() == null || exchange.getMessage().getBody() != handed.body()) {
            return super.process(exchange, callback);
        }
        exchange.getMessage().setBody(handed.file().bodyBeside());
        return super.process(exchange, doneSync -> {
            exchange.getMessage().setBody(handed.body());
            callback.done(doneSync);
        });
    }
}
