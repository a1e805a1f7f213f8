package io.waybill.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Names and paths that people are shown say nothing to their terminals. */
class PrintableTest {

    @Test
    void aNameIsText() {
        assertThat(FlowKeys.NAME.form().of("Zo\u00eb's orders")).isEqualTo("Zo\u00eb's orders");
        assertThat(FlowKeys.DESCRIPTION.form().of("two\r\nlines")).isEqualTo("two\r\nlines");
        assertThatThrownBy(() -> FlowKeys.NAME.form().of("a\u001b[2Jb"))
                .hasMessage("has the control character U+001B; what can be read is allowed");
    }

    @Test
    void aPathIsOneLineOfText() {
        assertThatThrownBy(() -> PathTemplate.parse("out/\u202egpj.csv"))
                .hasMessage("has the control character U+202E; what can be read is allowed");
        assertThatThrownBy(() -> PathTemplate.path("out/a\nb.csv"))
                .hasMessage("has a line break or a tab; a path is one line");
    }
}
