package io.waybill.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.facts.ExpectationFacts;
import io.waybill.facts.ExpectationFacts.State;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The one line that tells why a run is quarantined. */
class QuarantinedFilesTest {

    private static ExpectationFacts facts(String expectation, State state) {
        return new ExpectationFacts(expectation, state, 1, "1 row", List.of());
    }

    private static List<ExpectationFacts> violated(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> facts("e" + number, State.VIOLATED))
                .toList();
    }

    @Test
    void oneThatIsTheOnlyOneIsNotCounted() {
        assertThat(QuarantinedFiles.reason(violated(1))).isEqualTo("what was expected does not hold: e1 (1 row)");
    }

    @Test
    void severalAreCountedAmongAll() {
        List<ExpectationFacts> all = Stream.concat(
                        Stream.of(facts("held", State.HELD), facts("warned", State.WARNED)), violated(2).stream())
                .toList();

        assertThat(QuarantinedFiles.reason(all)).isEqualTo("2 of 4 expectations do not hold: e1 (1 row); e2 (1 row)");
        assertThat(QuarantinedFiles.reason(all.subList(0, 3)))
                .isEqualTo("1 of 3 expectations does not hold: e1 (1 row)");
    }

    @Test
    void manyAndLongOnesAreCutBetweenCharacters() {
        assertThat(QuarantinedFiles.reason(violated(12)))
                .isEqualTo("12 of 12 expectations do not hold: e1 (1 row); e2 (1 row); e3 (1 row); and 9 more");
        assertThat(QuarantinedFiles.reason(List.of(facts("😀".repeat(101), State.VIOLATED))))
                .isEqualTo("what was expected does not hold: " + "😀".repeat(100) + "… (1 row)");
    }
}
