package io.waybill.flow;

import java.util.List;

/**
 * Which columns an export takes.
 *
 * @param columns these, in this order; empty for those that {@code select} says
 * @param exclude not these
 * @param select which, where {@code columns} is empty
 * @param pii what happens to columns that are marked {@code pii}
 */
public record Selection(List<String> columns, List<String> exclude, Select select, PiiPolicy pii) {

    /** A choice of columns by what they are. */
    public enum Select {
        ALL,
        /** The primary key, what is NOT NULL, and what is declared required. */
        REQUIRED,
        /** All but those marked {@code pii}. */
        NO_PII
    }

    /** What happens to columns that identify a person. */
    public enum PiiPolicy {
        EXCLUDE,
        HASH,
        MASK,
        TOKENIZE,
        /** As EXCLUDE, and a run stops before a column that looks so and is not declared. */
        STRICT,
        ALLOW
    }

    public Selection {
        columns = List.copyOf(columns);
        exclude = List.copyOf(exclude);
    }
}
