package io.waybill.flow.toml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.flow.Key;
import io.waybill.flow.Problem;
import io.waybill.flow.Values;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A key that nobody else knows is read, checked, printed and read again by its declaration alone. */
class InventedKeyTest {

    private static final Key<Long> MAX_COLUMNS = Key.limit("max_columns", 1, "columns at most");
    private static final Key<Long> SHARDS = Key.number("shards", 1, 64, 1, "1 to 64");
    private static final Key<Duration> NAP = Key.time("nap", Duration.ofSeconds(10), "how long it sleeps");
    private static final Key<List<String>> GUESTS = Key.names("guests", "who comes");
    private static final List<Key<?>> KEYS = List.of(MAX_COLUMNS, SHARDS, NAP, GUESTS);

    private final List<Problem> problems = new ArrayList<>();

    private Values read(String text) {
        TomlSection section = TomlSection.parse("party.toml", text, problems, UnaryOperator.identity());
        Values values = section.values(KEYS);
        section.refuseUnknownKeys();
        return values;
    }

    private String problems() {
        return problems.stream().map(Problem::toString).collect(Collectors.joining("\n"));
    }

    @Test
    void isReadFromAFile() {
        Values values = read("max_columns = 5\nnap = \"2 minutes\"\nguests = [\"Ada\", \"a,b\"]\n");

        assertThat(problems()).isEmpty();
        assertThat(values.get(MAX_COLUMNS)).isEqualTo(5);
        assertThat(values.get(NAP)).isEqualTo(Duration.ofMinutes(2));
        assertThat(values.get(GUESTS)).containsExactly("Ada", "a,b");
        assertThat(values.has(SHARDS)).isFalse();
        assertThat(values.get(SHARDS)).isEqualTo(1);
    }

    @Test
    void isRefusedWithItsLineAndWhatIsAllowed() {
        read("max_columns = 0\nshards = 65\nnap = \"soon\"\nguest = \"Ada\"\n");

        assertThat(problems()).isEqualTo("""
                        party.toml:1: max_columns: 0 is too small; a whole number of at least 1 is allowed
                        party.toml:2: shards: 65 is too many; 1 to 64 are allowed
                        party.toml:3: nap: "soon" is not a span of time; write for example "30 days", "6 hours" or "3 months"
                        party.toml:4: guest: is not a key that is known here; did you mean "guests"?""");
    }

    @Test
    void isAnOptionInARoute() {
        assertThat(MAX_COLUMNS.option()).isEqualTo("maxColumns");
        assertThat(MAX_COLUMNS.parse("5")).isEqualTo(5);
        assertThat(MAX_COLUMNS.parse("0")).isZero();
        assertThatThrownBy(() -> MAX_COLUMNS.parse("5m")).hasMessageStartingWith("\"5m\" is not a number;");
        assertThatThrownBy(() -> SHARDS.parse("0")).hasMessageStartingWith("0 is too small;");
    }

    @Test
    void isPrintedWhereItSaysSomething() {
        assertThat(MAX_COLUMNS.print(0L)).isNull();
        assertThat(NAP.print(Duration.ofSeconds(10))).isNull();
        assertThat(NAP.parse(NAP.print(Duration.ofMinutes(2)))).isEqualTo(Duration.ofMinutes(2));
        assertThat(GUESTS.parse(GUESTS.print(List.of("Ada", "a,b")))).containsExactly("Ada", "a,b");
    }
}
