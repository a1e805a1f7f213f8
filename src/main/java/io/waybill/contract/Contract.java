package io.waybill.contract;

import io.waybill.WaybillException;
import io.waybill.flow.Expectation.Severity;
import java.sql.Connection;
import java.util.List;

/**
 * What must hold of the rows of a run.
 *
 * @param clauses in the order in which the flow has them
 * @param key the columns by whose values rows are told of; empty where they are told of by their numbers
 * @param recordType the column that tells rows that are gone from others, by its index in the rows; negative where there is none
 * @param origins tells what of the key a query of the contract's own shows
 */
public record Contract(List<Clause> clauses, List<KeyColumn> key, int recordType, Origins origins) {

    /** Nothing is expected. */
    public static final Contract NONE = new Contract(List.of(), List.of(), -1, Origins.UNKNOWN);

    /** One thing that is expected, and what happens where it does not hold. */
    public record Clause(Condition condition, Severity severity) {

        /** For people. */
        public String words() {
            return condition.words() + (severity == Severity.WARN ? " (warn)" : "");
        }
    }

    /** A column of the key, and its index in the rows. */
    public record KeyColumn(String name, int index) {}

    public Contract {
        clauses = List.copyOf(clauses);
        key = List.copyOf(key);
    }

    /**
     * No two rows have one key.
     *
     * @param isPrivate whether rows are told of by their numbers, and not by the key
     */
    public static Contract ofKey(List<KeyColumn> key, boolean isPrivate) {
        Condition unique = new Condition.Unique(
                key.stream().map(KeyColumn::index).toList(),
                key.stream().map(KeyColumn::name).toList());
        return new Contract(
                List.of(new Clause(unique, Severity.ERROR)), isPrivate ? List.of() : key, -1, Origins.UNKNOWN);
    }

    /**
     * Has the database look at what it is to be asked; nothing is run.
     *
     * @throws WaybillException when it is no query, or not one of this database
     */
    public void prepare(Connection connection) {
        for (Clause clause : clauses) {
            if (clause.condition() instanceof Condition.NoRows query) {
                query.prepare(connection);
            }
        }
    }

    public boolean isEmpty() {
        return clauses.isEmpty();
    }

    /** Whether the database is asked besides, once the rows are read. */
    public boolean asksTheDatabase() {
        return clauses.stream().anyMatch(clause -> clause.condition() instanceof Condition.NoRows);
    }
}
