package io.waybill.flow;

import io.waybill.flow.Transform.Method;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which columns an export takes.
 *
 * @param columns these, in this order; empty for those that {@code select} says
 * @param exclude not these
 * @param select which, where {@code columns} is empty
 * @param pii what happens to columns that are marked {@code pii}, and that no transform names
 * @param piiKey the id of the key that such columns are hashed or put into tokens with; null where the policy needs none
 * @param transforms what becomes of the values of some columns
 */
public record Selection(
        List<String> columns,
        List<String> exclude,
        Select select,
        PiiPolicy pii,
        String piiKey,
        List<Transform> transforms) {

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
        ALLOW;

        /** Whether it needs a key that is a secret. */
        public boolean isKeyed() {
            return this == HASH || this == TOKENIZE;
        }
    }

    public Selection {
        columns = List.copyOf(columns);
        exclude = List.copyOf(exclude);
        transforms = List.copyOf(transforms);
    }

    /** The names of the columns that transforms name, in any case. */
    public Set<String> transformed() {
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        transforms.forEach(transform -> names.addAll(transform.columns()));
        return names;
    }

    /** Without transforms. */
    public Selection(List<String> columns, List<String> exclude, Select select, PiiPolicy pii) {
        this(columns, exclude, select, pii, null, List.of());
    }

    /** Whether values of columns may be private without a mark: some leave in another form, or not at all. */
    boolean hidesValues() {
        return !transforms.isEmpty() || pii != PiiPolicy.EXCLUDE && pii != PiiPolicy.ALLOW;
    }

    /** The same, without other columns. */
    public Selection excluding(List<String> others) {
        return new Selection(columns, others, select, pii, piiKey, transforms);
    }

    /**
     * What becomes of a column that is marked {@code pii} and that no transform names; null where it goes out as it is. What the policy is not
     * for is left out.
     */
    public Transform ofPii(ColumnType type) {
        Transform meant = switch (pii) {
            case ALLOW -> null;
            case EXCLUDE, STRICT -> Transform.of(Method.EXCLUDE, null);
            case HASH -> Transform.of(Method.HASH, piiKey);
            case MASK -> Transform.of(Method.MASK, null);
            case TOKENIZE -> Transform.of(Method.TOKENIZE, piiKey);
        };
        return meant == null || meant.unfit(type).isEmpty() ? meant : Transform.of(Method.EXCLUDE, null);
    }

    /** The transform that names a column, in these letters. */
    public Optional<Transform> transform(String column) {
        return transforms.stream()
                .filter(transform -> transform.columns().contains(column))
                .findFirst();
    }
}
