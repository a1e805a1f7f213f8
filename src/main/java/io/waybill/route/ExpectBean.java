package io.waybill.route;

import io.waybill.flow.ExpectKeys;
import io.waybill.flow.Expectation;
import io.waybill.flow.Refusal;
import io.waybill.flow.Scalars;
import io.waybill.flow.Values;
import java.util.Map;
import java.util.stream.Collectors;

/** An {@link Expectation} as a bean of a route file; its lists are written as TOML has them. */
public class ExpectBean extends KeyedBean {

    private static final String MATCHES = ExpectKeys.MATCHES.property();

    public ExpectBean() {
        super(ExpectKeys.ALL, null);
    }

    /** @throws IllegalArgumentException when it is none; the message says what is wrong */
    Expectation toExpectation() {
        Expectation expectation = new Expectation(values());
        String wrong = expectation.refusals().stream()
                .map(Refusal::asOption)
                .map(Refusal::toString)
                .collect(Collectors.joining("; "));
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException(wrong);
        }
        return expectation;
    }

    /** The bean's properties for an expectation. */
    static Map<String, Object> properties(Expectation expectation) {
        Values values = expectation.values();
        Scalars between = expectation.list(ExpectKeys.BETWEEN);
        Scalars in = expectation.list(ExpectKeys.IN);
        Map<String, Object> properties =
                values.with(ExpectKeys.BETWEEN, between).with(ExpectKeys.IN, in).properties(ExpectKeys.ALL);
        // what begins with a hash is the name of another bean to Camel
        properties.computeIfPresent(
                MATCHES, (key, pattern) -> pattern.toString().startsWith("#") ? "\\" + pattern : pattern);
        return properties;
    }
}
