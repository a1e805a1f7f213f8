package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class LogLinesTest {

    private static String logged(boolean debug, boolean service) {
        LogRecord entry = new LogRecord(Level.WARNING, "Error processing exchange");
        entry.setLoggerName("org.apache.camel.component.timer.TimerConsumer");
        entry.setThrown(new IllegalStateException("outer", new IOException("the disk is full\nand more")));
        return new LogLines(debug, service).format(entry);
    }

    @Test
    void aFailureIsOneLineWithItsReason() {
        assertThat(logged(false, true))
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}(Z|[+-]\\d\\d:\\d\\d) WARN"
                        + " Error processing exchange: the disk is full\n");
        assertThat(logged(false, false)).isEqualTo("warning: Error processing exchange: the disk is full\n");
    }

    @Test
    void debugShowsStackTracesAndWhoSaysIt() {
        assertThat(logged(true, true))
                .contains(" WARN TimerConsumer - Error processing exchange\n")
                .contains("java.lang.IllegalStateException: outer\n\tat io.waybill.cli.LogLinesTest.logged")
                .contains("Caused by: java.io.IOException: the disk is full");
    }
}
