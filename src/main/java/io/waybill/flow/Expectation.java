package io.waybill.flow;

import java.util.List;

/**
 * What has to hold of an export before anything of it leaves: one of {@code [[properties.export.expect]]}.
 *
 * @param values those of {@link ExpectKeys}
 */
public record Expectation(Values values) {

    /** What happens where it does not hold. */
    public enum Severity {
        /** Nothing is delivered. */
        ERROR,
        /** It is told. */
        WARN
    }

    /** The value of a key of {@link ExpectKeys}, or what holds without it. */
    public <T> T get(Key<T> key) {
        return values.get(key);
    }

    public Severity severity() {
        return get(ExpectKeys.SEVERITY);
    }

    /** The columns that it is about; empty for the export as a whole. */
    public List<String> columns() {
        String column = get(ExpectKeys.COLUMN);
        return column == null ? get(ExpectKeys.COLUMNS) : List.of(column);
    }

    /** The values of a key that is a list; null where it is not there. */
    public Scalars list(Key<Object> key) {
        Object given = get(key);
        return given == null ? null : Scalars.of(given);
    }

    /** What is wrong with it; empty where nothing is. */
    public List<Refusal> refusals() {
        return ExpectationRules.check(this);
    }
}
