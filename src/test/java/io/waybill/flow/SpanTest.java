package io.waybill.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Period;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpanTest {

    @ParameterizedTest
    @CsvSource({
        "500ms, PT0.5S",
        "500 MS, PT0.5S",
        "1 millisecond, PT0.001S",
        "1500 milliseconds, PT1.5S",
        "0s, PT0S",
        "15m, PT15M",
        "15M, PT15M",
        "' 15   mins ', PT15M",
        "1 Minute, PT1M",
        "90sec, PT1M30S",
        "6 hours, PT6H",
        "2 d, PT48H",
        "1 week, PT168H",
        "PT5M, PT5M",
        "pt5m, PT5M",
        "PT0.5S, PT0.5S",
        "P1D, PT24H",
        "P1DT2H, PT26H",
    })
    void isReadExactly(String text, Duration span) {
        assertThat(Span.exact(text)).isEqualTo(span);
        assertThat(Span.exact(Span.text(span))).isEqualTo(span);
    }

    @Test
    void monthsAndYearsAreOfTheCalendar() {
        assertThat(Span.parse("3 months")).isEqualTo(Period.ofMonths(3));
        assertThat(Span.parse("P1Y2M")).isEqualTo(Period.of(1, 2, 0));
        assertThatThrownBy(() -> Span.exact("P1M"))
                .hasMessageStartingWith("\"P1M\" is longer or shorter by the calendar");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "5", "m", "5 m s", "500 mss", "5 hs", "1h30m", "5_000 s", "10,000", "P", "PT", "٣ days", "1e3 s"
            })
    void whatIsNotUnderstoodIsRefused(String text) {
        assertThatThrownBy(() -> Span.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("\"" + text + "\" ");
    }

    @Test
    void eachAnswerSaysWhatIsWrong() {
        assertThatThrownBy(() -> Span.parse("-5 minutes"))
                .hasMessage("\"-5 minutes\" is negative; a span of time is not");
        assertThatThrownBy(() -> Span.parse("PT-5M")).hasMessage("\"PT-5M\" is negative; a span of time is not");
        assertThatThrownBy(() -> Span.parse("1.5h"))
                .hasMessage(
                        "\"1.5h\" has a fraction; write a whole number of a smaller unit, for example \"90 minutes\"");
        assertThatThrownBy(() -> Span.parse("5 dais"))
                .hasMessage(
                        "\"5 dais\" is not a span of time: \"dais\" is not known; allowed: days, hours, minutes, months,"
                                + " ms, seconds, weeks, years; did you mean \"days\"?");
        assertThatThrownBy(() -> Span.parse("PT5X"))
                .hasMessageStartingWith("\"PT5X\" is not a span of time of ISO 8601; write for example \"PT15M\"");
        assertThatThrownBy(() -> Span.parse("PT0.0001S")).hasMessage("\"PT0.0001S\" is finer than a millisecond");
        assertThatThrownBy(() -> Span.positive("0 days")).hasMessage("\"0 days\" is no time at all");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1001 years",
                "999999999999999999 years",
                "999999999999999999 ms",
                "999999999999999999h",
                "2147483648 days",
                "999999999999 weeks",
                "PT99999999999H",
                "P9999Y"
            })
    void noSpanIsTooLongToCountWith(String text) {
        assertThatThrownBy(() -> Span.parse(text)).hasMessage("\"" + text + "\" is longer than 1000 years");
    }

    @Test
    void anExactSpanIsCountedInNanoseconds() {
        assertThat(Span.exact("36600 days").toNanos()).isPositive();
        assertThatThrownBy(() -> Span.exact("36601 days")).hasMessage("\"36601 days\" is longer than 100 years");
    }
}
