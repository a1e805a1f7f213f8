package io.waybill.cli;

import io.waybill.facts.ExpectationFacts;
import io.waybill.facts.ExpectationFacts.State;
import java.util.List;

/** What came of what was expected of a run, for people. */
record ExpectationsShown(List<ExpectationFacts> expectations) {

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
