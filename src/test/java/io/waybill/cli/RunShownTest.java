package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people read of a run. */
class RunShownTest {

    private static ObjectNode limited() {
        return ResultJson.JSON
                .createObjectNode()
                .put("run_id", "20260115T000000-abcdef")
                .put("flow", "orders")
                .put("status", "done")
                .put("started_at", "2026-01-15T00:00:00Z")
                .put("ended_at", "2026-01-15T00:00:02Z")
                .put("mode", "full")
                .put("dataset", "orders")
                .putNull("batch_id")
                .put("window", "all rows")
                .put("first_day", "2025-01-01");
    }

    private static String shown(ObjectNode run) {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        new RunShown(run).print(new Terminal(out, false, Terminal.UNLIMITED), true);
        out.flush();
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"flow", "grant"})
    void tellsWhoLimitsTheDaysOfItsRows(String by) {
        assertThat(shown(limited().put("first_day_by", by)))
                .containsPattern("window +all rows; of these, rows from 2025-01-01 on, by the " + by + "\n");
    }

    @Test
    void claimsNothingOfRunsOfBeforeThatWasKept() {
        assertThat(shown(limited())).containsPattern("window +all rows; of these, rows from 2025-01-01 on\n");
    }
}
