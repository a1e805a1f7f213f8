package io.waybill.facts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * What came of something that was expected of an export.
 *
 * @param expectation what, in words
 * @param state whether it holds
 * @param violations how many rows it does not hold of; of the export as a whole, 0
 * @param measured what was found, in words
 * @param rows the first rows that it does not hold of, by their keys or their numbers; empty where there are none, or they are not told
 */
public record ExpectationFacts(
        String expectation,
        State state,
        long violations,
        String measured,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> rows) {

    /** Whether something that was expected holds. */
    public enum State {
        HELD,
        /** It does not hold, and is only told. */
        WARNED,
        /** It does not hold, and nothing was delivered. */
        VIOLATED
    }

    public ExpectationFacts {
        rows = rows == null ? List.of() : List.copyOf(rows);
    }

    /** The same for whoever gets the files: without the rows. */
    public ExpectationFacts withoutRows() {
        return new ExpectationFacts(expectation, state, violations, measured, List.of());
    }

    public boolean isViolated() {
        return state == State.VIOLATED;
    }

    /** What was expected and what was found, for people. */
    public String words() {
        return expectation + " (" + measured + ")";
    }
}
