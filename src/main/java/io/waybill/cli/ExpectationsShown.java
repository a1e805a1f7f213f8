package io.waybill.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.facts.ExpectationFacts;
import io.waybill.facts.ExpectationFacts.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What came of what was expected of a run, for people. */
record ExpectationsShown(List<ExpectationFacts> expectations) {

    /** Those of a run, or of its result. */
    static ExpectationsShown of(JsonNode run) {
        List<ExpectationFacts> facts = new ArrayList<>();
        for (JsonNode each : run.path("expectations")) {
            List<String> rows = new ArrayList<>();
            each.path("rows").forEach(row -> rows.add(row.asText()));
            facts.add(new ExpectationFacts(
                    each.path("expectation").asText(),
                    State.valueOf(each.path("state").asText().toUpperCase(Locale.ROOT)),
                    each.path("violations").asLong(),
                    each.path("measured").asText(),
                    rows));
        }
        return new ExpectationsShown(facts);
    }

    /** All of them, those that do not hold first. */
    void print(Terminal out) {
        if (expectations.isEmpty()) {
            return;
        }
        out.line("");
        out.line(out.bold("expected"));
        for (State state : List.of(State.VIOLATED, State.WARNED, State.HELD)) {
            expectations.stream().filter(facts -> facts.state() == state).forEach(facts -> print(out, facts));
        }
    }

    /** Those that do not hold. */
    void printBroken(Terminal out) {
        expectations.stream().filter(facts -> facts.state() != State.HELD).forEach(facts -> print(out, facts));
    }

    private static void print(Terminal out, ExpectationFacts facts) {
        out.line("  " + word(facts.state()) + "  " + facts.expectation() + ": " + facts.measured());
        if (!facts.rows().isEmpty()) {
            long more = facts.violations() - facts.rows().size();
            out.line("            " + String.join("; ", facts.rows())
                    + (more > 0 ? "; and " + Terminal.count(more) + " more" : ""));
        }
    }

    private static String word(State state) {
        return switch (state) {
            case HELD -> "held    ";
            case WARNED -> "warning ";
            case VIOLATED -> "violated";
        };
    }
}
