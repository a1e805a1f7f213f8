package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What others have written steers no terminal. */
class ShownTextTest {

    @Test
    void whatWouldSteerATerminalIsSeen() {
        assertThat(ShownText.of("a\u001b]0;title\u0007b")).isEqualTo("a\uFFFD]0;title\uFFFDb");
        assertThat(ShownText.of("\u001b[2J\u001b[8mhidden\u001b[1;8m"))
                .isEqualTo("\uFFFD[2J\uFFFD[8mhidden\uFFFD[1;8m");
        assertThat(ShownText.of("done\rfailed\b\u009b1m\u202e")).isEqualTo("done\uFFFDfailed\uFFFD\uFFFD1m\uFFFD");
        assertThat(ShownText.of("\u001b\u001b[1mbold \u001b")).isEqualTo("\uFFFD\u001b[1mbold \uFFFD");
        assertThat(ShownText.of("\u001b[1111111111111111111111m")).startsWith("\uFFFD[11111");
    }

    @Test
    void linesTabsAndWaybillsOwnColoursPass() {
        for (String text :
                new String[] {"a\tb\nZo\u00eb \ud83d\ude00", "\u001b[1;31mred\u001b[0m", "\u001b[1mb\u001b[21m\u001b[0m"
                }) {
            assertThat(ShownText.of(text)).isEqualTo(text);
        }
    }
}
