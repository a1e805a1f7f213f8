package io.waybill.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.flow.toml.FlowReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The times that triggers fire at; where clocks are changed, those of the table in {@code docs/triggers.md}. */
class TimesTest {

    private static Trigger trigger(String keys) {
        String toml = "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"t.csv\"\n[[triggers]]\n"
                + keys.replace("; ", "\n") + "\n";
        return new FlowReader(UnaryOperator.identity())
                .read("t.toml", toml)
                .orThrow()
                .triggers()
                .get(0);
    }

    private static List<Instant> times(Times times, Instant after, Instant before) {
        List<Instant> found = new ArrayList<>();
        Optional<Instant> next = times.next(after);
        while (next.isPresent() && next.get().isBefore(before)) {
            found.add(next.get());
            next = times.next(next.get());
        }
        return found;
    }

    /** A line of the documentation's table. */
    record Changed(String zone, String trigger, String days, String fires) {}

    static List<Changed> changed() throws IOException {
        String page = Files.readString(Path.of("docs/triggers.md"));
        String table = page.substring(page.indexOf("<!-- clocks -->"), page.indexOf("<!-- end -->"));
        return table.lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| zone") && !line.startsWith("| ---"))
                .map(line -> Arrays.stream(line.split("\\|")).map(String::trim).toList())
                .map(cells -> new Changed(cells.get(1), cells.get(2).replace("`", ""), cells.get(3), cells.get(4)))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("changed")
    void firesAsDocumentedWhereClocksAreChanged(Changed line) {
        ZoneId zone = ZoneId.of(line.zone());
        Instant from = Instant.from(
                java.time.LocalDateTime.parse(line.days().substring(0, 16).replace(' ', 'T'))
                        .atZone(zone));
        Instant to = Instant.from(java.time.LocalDateTime.parse(
                        line.days().substring(line.days().length() - 16).replace(' ', 'T'))
                .atZone(zone));
        Times times = trigger(line.trigger() + "; timezone = \"" + line.zone() + "\"")
                .times()
                .orElseThrow();

        List<Instant> fires = times(times, from, to);

        DateTimeFormatter shown = DateTimeFormatter.ofPattern("dd'.' HH:mmxxx", Locale.ROOT);
        assertThat(fires.stream().map(time -> time.atZone(zone).format(shown)).reduce((a, b) -> a + ", " + b))
                .contains(line.fires());
        for (Instant time : fires) { // what is fired is what is looked back at
            assertThat(times.latest(time)).contains(time);
            assertThat(times.latest(time.minusMillis(1))).isEqualTo(previous(times, time));
        }
    }

    private static Optional<Instant> previous(Times times, Instant time) {
        List<Instant> before = times(times, time.minus(Duration.ofDays(40)), time);
        return before.isEmpty() ? Optional.empty() : Optional.of(before.get(before.size() - 1));
    }

    /** From 2026-01-30T12:00Z on. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "type = \"daily\"; at = \"13:00\" | 2026-01-30T13:00Z 2026-01-31T13:00Z 2026-02-01T13:00Z",
                "type = \"daily\"; at = 12:00:00 | 2026-01-31T12:00Z 2026-02-01T12:00Z 2026-02-02T12:00Z",
                "type = \"weekly\"; at = \"02:00\"; on = [\"monday\", \"thursday\"] | 2026-02-02T02:00Z 2026-02-05T02:00Z 2026-02-09T02:00Z",
                "type = \"monthly\"; at = \"02:00\"; day = 1 | 2026-02-01T02:00Z 2026-03-01T02:00Z 2026-04-01T02:00Z",
                "type = \"monthly\"; at = \"02:00\"; day = 30 | 2026-02-28T02:00Z 2026-03-30T02:00Z 2026-04-30T02:00Z",
                "type = \"monthly\"; at = \"02:00\"; day = 31 | 2026-01-31T02:00Z 2026-02-28T02:00Z 2026-03-31T02:00Z",
                "type = \"monthly\"; at = \"02:00\"; day = \"last\" | 2026-01-31T02:00Z 2026-02-28T02:00Z 2026-03-31T02:00Z",
                "type = \"once\"; at = \"2026-02-01T02:00+01:00\" | 2026-02-01T01:00Z",
                "type = \"once\"; at = 2026-02-01T02:00:00Z | 2026-02-01T02:00Z",
                "type = \"once\"; at = \"2026-01-30T12:00\" | none",
                "type = \"interval\"; every = \"15m\" | 2026-01-30T12:15Z 2026-01-30T12:30Z 2026-01-30T12:45Z",
                "type = \"interval\"; every = \"7h\"; start_at = \"2026-01-30T11:00\" | 2026-01-30T18:00Z 2026-01-31T01:00Z 2026-01-31T08:00Z",
                "type = \"interval\"; every = \"1 day\"; start_at = 2026-03-01T08:30:00Z | 2026-03-01T08:30Z 2026-03-02T08:30Z 2026-03-03T08:30Z",
                "type = \"interval\"; every = \"2 weeks\"; start_at = \"2025-12-31T06:00\" | 2026-02-11T06:00Z 2026-02-25T06:00Z 2026-03-11T06:00Z",
                "type = \"interval\"; every = \"1 month\"; start_at = \"2025-12-31T06:00\" | 2026-01-31T06:00Z 2026-02-28T06:00Z 2026-03-31T06:00Z",
                "type = \"interval\"; every = \"P1M1D\"; start_at = \"2026-01-01T00:00\" | 2026-02-02T00:00Z 2026-03-03T00:00Z 2026-04-04T00:00Z",
                "type = \"interval\"; every = \"1h\"; start_at = \"2026-01-30T11:00\"; repeat = 3 | 2026-01-30T13:00Z",
                "type = \"interval\"; every = \"1h\"; end_at = \"2026-01-30T14:00\" | 2026-01-30T13:00Z 2026-01-30T14:00Z",
                "type = \"interval\"; every = \"1h\"; start_at = \"2026-01-01T00:00\"; repeat = 5 | none",
                "type = \"schedule\"; schedule = \"0 2 29 2 *\" | 2028-02-29T02:00Z 2032-02-29T02:00Z 2036-02-29T02:00Z",
            })
    void firesAtItsTimesAlone(String keys, String expected) {
        Times times = trigger(keys).times().orElseThrow();
        List<String> found = new ArrayList<>();
        Instant after = Instant.parse("2026-01-30T12:00:00Z");
        for (int i = 0; i < 3; i++) {
            Optional<Instant> next = times.next(after);
            if (next.isEmpty()) {
                break;
            }
            after = next.get();
            found.add(after.atZone(java.time.ZoneOffset.UTC).toString());
            assertThat(times.latest(after)).contains(after);
        }
        assertThat(found.isEmpty() ? "none" : String.join(" ", found)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "type = \"daily\"; at = \"13:00\" | 2026-01-29T13:00:00Z",
                "type = \"monthly\"; at = \"02:00\"; day = \"last\" | 2025-12-31T02:00:00Z",
                "type = \"once\"; at = \"2026-01-30T12:00\" | 2026-01-30T12:00:00Z",
                "type = \"once\"; at = \"2026-01-30T12:01\" | none",
                "type = \"interval\"; every = \"1h\"; start_at = \"2026-01-30T12:30\" | none",
                "type = \"interval\"; every = \"1h\"; start_at = \"2026-01-01T00:30\"; repeat = 5 | 2026-01-01T04:30:00Z",
                "type = \"interval\"; every = \"1h\"; end_at = \"2026-01-01T00:30\" | 2026-01-01T00:00:00Z",
                "type = \"schedule\"; schedule = \"*/7 * * * *\" | 2026-01-30T12:00:00Z",
                "type = \"schedule\"; schedule = \"0 2 * * 1\" | 2026-01-26T02:00:00Z",
                "type = \"schedule\"; schedule = \"0 2 29 2 *\" | 2024-02-29T02:00:00Z",
                "type = \"schedule\"; schedule = \"0 0 2 1 1 ? 2030\" | none",
            })
    void looksBackAtTheLatestOfThem(String keys, String expected) {
        Optional<Instant> latest = trigger(keys).times().orElseThrow().latest(Instant.parse("2026-01-30T12:00:00Z"));

        assertThat(latest.map(Instant::toString).orElse("none")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "30 2 * * *   | Europe/Vienna       | leaves out 2026-03-29T02:30, which clocks of Europe/Vienna jump over; daily, weekly and monthly do not",
                "*/15 2 * * * | Europe/Vienna       | leaves out 2026-03-29T02:00, which clocks of Europe/Vienna jump over; daily, weekly and monthly do not",
                "15 2 * * *   | Australia/Lord_Howe | leaves out 2026-10-04T02:15, which clocks of Australia/Lord_Howe jump over; daily, weekly and monthly do not",
                "30 2 29 3 *  | Europe/Vienna       | leaves out 2026-03-29T02:30, which clocks of Europe/Vienna jump over; daily, weekly and monthly do not",
                "30 2 * * 1   | Europe/Vienna       | none",
                "*/15 * * * * | Europe/Vienna       | none",
                "0 6 * * *    | Europe/Vienna       | none",
                "30 2 * * *   | UTC                 | none",
            })
    void cronSaysWhatItLeavesOut(String cron, String zone, String words) {
        Trigger trigger = trigger("type = \"schedule\"; schedule = \"" + cron + "\"; timezone = \"" + zone + "\"");

        assertThat(trigger.leavesOut(Instant.parse("2026-01-15T00:00:00Z"))
                        .map(Refusal::message)
                        .orElse("none"))
                .isEqualTo(words);
    }

    /** Samoa left 2011-12-30 out. */
    @Test
    void aDayThatIsNotThereIsTheNextOne() {
        Times times = trigger("type = \"daily\"; at = \"02:00\"; timezone = \"Pacific/Apia\"")
                .times()
                .orElseThrow();
        ZonedDateTime before = ZonedDateTime.parse("2011-12-29T12:00-10:00[Pacific/Apia]");

        assertThat(times(times, before.toInstant(), before.toInstant().plus(Duration.ofDays(2))))
                .containsExactly(
                        ZonedDateTime.parse("2011-12-31T02:00+14:00[Pacific/Apia]")
                                .toInstant(),
                        ZonedDateTime.parse("2012-01-01T02:00+14:00[Pacific/Apia]")
                                .toInstant());
    }
}
