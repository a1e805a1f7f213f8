package io.waybill.contract;

import io.waybill.contract.Contract.Clause;
import io.waybill.facts.ExpectationFacts;
import io.waybill.facts.ExpectationFacts.State;
import io.waybill.flow.Expectation.Severity;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowSchema;
import java.io.IOException;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Measures what is expected of the rows of a run while they are staged: nothing is read again. */
public final class Checking implements AutoCloseable {

    private final Contract contract;
    private final List<Check> checks = new ArrayList<>();
    private long rows;

    /**
     * @param schema what the batches hold
     * @param scratch for what does not fit into memory
     */
    public Checking(Contract contract, RowSchema schema, ScratchFiles scratch) {
        this.contract = contract;
        RowNames names = new RowNames(contract.key(), schema);
        Deletions deletions = new Deletions(contract.recordType());
        for (Clause clause : contract.clauses()) {
            int number = checks.size() + 1;
            checks.add(clause.condition().check(new Condition.Means(names, deletions, contract, scratch, number)));
        }
    }

    /** Adds the next rows; the batch is not kept. */
    public void add(RowBatch batch) throws IOException {
        for (Check check : checks) {
            check.add(batch, rows);
        }
        rows += batch.rows();
    }

    /**
     * Asks the database what it is to be asked, once all rows are added.
     *
     * @param connection sees what the rows were read from, where it can
     * @param stop gets what stops it while it asks
     */
    public void ask(Connection connection, Consumer<Runnable> stop) {
        for (Check check : checks) {
            if (check instanceof NoRowsCheck query) {
                query.ask(connection, stop);
            }
        }
    }

    /** What was found, in the order of the contract. */
    public List<ExpectationFacts> result() throws IOException {
        List<ExpectationFacts> facts = new ArrayList<>();
        for (int i = 0; i < checks.size(); i++) {
            Clause clause = contract.clauses().get(i);
            Check.Found found = checks.get(i).found(rows);
            State state =
                    found.holds() ? State.HELD : clause.severity() == Severity.WARN ? State.WARNED : State.VIOLATED;
            facts.add(new ExpectationFacts(
                    clause.condition().words(), state, found.violations(), found.measured(), found.rows()));
        }
        return facts;
    }

    @Override
    public void close() {
        checks.forEach(Check::close);
    }
}
