package io.waybill.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.page.Difference.Kind;
import org.junit.jupiter.api.Test;

class DifferenceTest {

    private static String shown(String before, String after) {
        StringBuilder shown = new StringBuilder();
        Difference.of(before, after)
                .lines()
                .forEach(line -> shown.append(line.sign()).append(line.text()).append('\n'));
        return shown.toString();
    }

    @Test
    void showsLinesAsTheyAreWhateverTheyHold() {
        assertThat(shown("a = \"<b> & \t\"\nb = 1\n", "a = \"<b> & \t\"\nb = 2\n"))
                .isEqualTo(" a = \"<b> & \t\"\n−b = 1\n+b = 2\n");
    }

    @Test
    void showsWhatIsRemovedBeforeWhatIsAdded() {
        assertThat(shown("a\nb\nc\n", "x\ny\nc\n")).isEqualTo("−a\n−b\n+x\n+y\n c\n");
    }

    @Test
    void leavesOutWhatIsFarFromAnyChange() {
        assertThat(shown("1\n2\n3\n4\n5\n6\n7\n", "1\n2\n3\n4\n5\n6\n8\n")).isEqualTo("…\n 4\n 5\n 6\n−7\n+8\n");
    }

    @Test
    void knowsWhenNothingDiffers() {
        assertThat(Difference.of("a\n", "a\n").isEmpty()).isTrue();
        assertThat(Difference.of("", "a\n").lines())
                .extracting(Difference.Line::kind)
                .containsExactly(Kind.ADDED);
    }

    @Test
    void showsThatALineBreakDiffers() {
        assertThat(shown("a\r\nb\n", "a\nb\n")).isEqualTo("−a␍\n+a\n b\n");
    }
}
