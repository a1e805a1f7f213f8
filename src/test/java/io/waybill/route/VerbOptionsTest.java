package io.waybill.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.flow.Refusal;
import java.util.Map;
import java.util.Set;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Each verb takes its own options, and no other's. */
class VerbOptionsTest {

    private static DefaultCamelContext context;

    @BeforeAll
    static void start() {
        context = new DefaultCamelContext();
        context.start();
    }

    @AfterAll
    static void stop() throws Exception {
        context.close();
    }

    private static String uri(Verb verb) {
        return "waybill:" + (verb == Verb.RUN ? "" : verb.label() + "/") + "orders";
    }

    @ParameterizedTest
    @EnumSource(Verb.class)
    void refusesEachOptionOfAnotherVerbAndSaysWhose(Verb verb) {
        Set<String> own = StepOptions.of(verb);
        for (String option : StepOptions.all().keySet()) {
            if (own.contains(option)) {
                assertThat(StepOptions.check(verb, Map.of(option, "5")))
                        .extracting(Refusal::message)
                        .noneMatch(message -> message.contains("option of"));
            } else {
                assertThatThrownBy(() -> context.getEndpoint(uri(verb) + "?" + option + "=5"))
                        .describedAs("%s of %s", option, verb)
                        .hasStackTraceContaining(uri(verb) + ": " + option + ": is an option of waybill:")
                        .hasStackTraceContaining(", not of " + verb.shown());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Verb.class)
    void refusesAnOptionThatNoVerbHasAndSaysWhichItTakes(Verb verb) {
        Set<String> own = StepOptions.of(verb);

        assertThatThrownBy(() -> context.getEndpoint(uri(verb) + "?colour=blue"))
                .hasStackTraceContaining(uri(verb) + ": colour: is not an option of " + verb.shown()
                        + (own.isEmpty() ? ", which has none" : "; allowed: "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "waybill:begin/orders?limitt=5 | did you mean \"limit\"?",
                "waybill:begin/orders?limit=five | limit: \"five\" is",
                "waybill:mail/orders?sizeLimit=10k | sizeLimit: \"10k\"",
                "waybill:begim/orders | \"begim\" is not a verb; allowed: clock, listen,",
            })
    void saysWhatWouldBeRight(String uri, String message) {
        assertThatThrownBy(() -> context.getEndpoint(uri)).hasStackTraceContaining(message);
    }
}
