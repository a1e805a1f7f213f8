package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class JsonLogLinesTest {

    @AfterEach
    void forget() {
        MDC.clear();
    }

    private static JsonNode logged(boolean debug) throws IOException {
        LogRecord entry = new LogRecord(Level.WARNING, "it \"failed\"\nin two lines");
        entry.setLoggerName("io.waybill.route.step.FailProducer");
        entry.setThrown(new IllegalStateException("outer", new IOException("the disk is full\nand more")));
        String line = new JsonLogLines(debug).format(entry);
        assertThat(line).endsWith("}\n").hasLineCount(1);
        return new ObjectMapper().readTree(line);
    }

    @Test
    void aLineSaysWhichRunItIsAbout() throws IOException {
        MDC.put("run_id", "20260115T020000-abcdef");
        MDC.put("flow", "orders");
        JsonNode line = logged(false);
        assertThat(line.get("run_id").asText()).isEqualTo("20260115T020000-abcdef");
        assertThat(line.get("flow").asText()).isEqualTo("orders");
        assertThat(line.get("level").asText()).isEqualTo("WARN");
        assertThat(line.get("logger").asText()).isEqualTo("io.waybill.route.step.FailProducer");
        assertThat(line.get("message").asText()).isEqualTo("it \"failed\"\nin two lines");
        assertThat(line.get("time").asText()).endsWith("Z");
    }

    @Test
    void aFailureTellsItsReasonAndItsTraceWhereThatIsAskedForAlone() throws IOException {
        JsonNode line = logged(false);
        assertThat(line.has("run_id")).isFalse();
        assertThat(line.at("/exception/message").asText()).isEqualTo("the disk is full");
        assertThat(line.at("/exception").has("trace")).isFalse();
        assertThat(logged(true).at("/exception/trace").asText()).contains("Caused by: java.io.IOException");
    }
}
