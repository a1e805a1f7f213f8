package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.flow.Refusal;
import io.waybill.route.StepOptions;
import io.waybill.route.WaybillConstants;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;

/**
 * What tells a message from all others that come to a step: a broker sends one again whose route has not answered for it, and that has
 * its run already.
 *
 * @param name the step, for messages
 * @param words as the option says it; null where it says nothing
 * @param expression of that
 */
record MessageKey(String name, String words, Expression expression) {

    private static final String LANGUAGE = "simple";

    static MessageKey of(WaybillEndpoint endpoint) {
        String words = endpoint.get(StepOptions.MESSAGE_KEY);
        return new MessageKey(
                endpoint.getName(),
                words,
                words == null
                        ? null
                        : endpoint.getCamelContext().resolveLanguage(LANGUAGE).createExpression(words));
    }

    /** What is wrong with the option. */
    static List<Refusal> refusals(WaybillEndpoint endpoint) {
        String words = endpoint.get(StepOptions.MESSAGE_KEY);
        String option = StepOptions.MESSAGE_KEY.option();
        if (words == null) {
            return List.of();
        }
        if (!words.contains("${")) {
            return List.of(new Refusal(
                    option,
                    "\"" + words
                            + "\" is the same for all messages, of which the first alone would be exported; what tells"
                            + " them apart is asked for, ${header.JMSMessageID} for example"));
        }
        try {
            of(endpoint).expression().init(endpoint.getCamelContext());
            return List.of();
        } catch (RuntimeException e) {
            return List.of(new Refusal(
                    option,
                    "\"" + words + "\" is none of Camel's simple language: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse("")));
        }
    }

    /**
     * Tells it to the exchange that the message starts.
     *
     * @throws WaybillException where the message has none: it would be exported as often as it comes
     */
    void tell(Exchange started, Exchange by) {
        if (expression == null) {
            return;
        }
        String key = expression.evaluate(by, String.class);
        if (key == null || key.isBlank()) {
            throw WaybillException.refusal("waybill:" + name + ": " + StepOptions.MESSAGE_KEY.option() + ": " + words
                    + " is nothing in this message, and nobody would know it again");
        }
        started.getMessage().setHeader(WaybillConstants.MESSAGE_KEY, key);
    }

    /**
     * That of an exchange that comes to a flow; null for none.
     *
     * @throws WaybillException where it is empty
     */
    static String of(Exchange exchange) {
        Object key = exchange.getMessage().getHeader(WaybillConstants.MESSAGE_KEY);
        if (key != null && key.toString().isBlank()) {
            throw WaybillException.refusal(WaybillConstants.MESSAGE_KEY + ": is empty");
        }
        return key == null ? null : key.toString();
    }
}
