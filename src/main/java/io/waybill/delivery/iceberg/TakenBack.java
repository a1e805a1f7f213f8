package io.waybill.delivery.iceberg;

import io.waybill.WaybillException;
import java.util.Objects;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.util.SnapshotUtil;

/** A run that is taken back: what it has brought leaves the table by a snapshot of its own, and nobody commits it any more. */
record TakenBack(Table table, RunMark mark) {

    /** @throws org.apache.iceberg.exceptions.ValidationException when the table has changed meanwhile, or lacks files of the run */
    void commit() {
        Transaction transaction = table.newTransaction();
        SnapshotUpdate<?> update = mark.isCommitted() ? without(transaction, added()) : transaction.newDelete();
        TableOperations operations = ((HasTableOperations) table).operations();
        update.validateWith(new Unchanged(operations, mark, table.properties().get(RunMark.WITHDRAWN)));
        update.set(RunMark.PREFIX + "withdrawn-run", mark.runId());
        update.commit();
        transaction
                .updateProperties()
                .set(RunMark.WITHDRAWN, mark.withdrawnToo(table.properties()))
                .commit();
        transaction.commitTransaction();
    }

    private Snapshot added() {
        Snapshot added = RunMark.find(LakeTable.metadata(table), mark.token());
        if (added == null) {
            throw WaybillException.undelivered("the rows of run " + mark.runId() + " are in table " + table.name()
                    + ", and its snapshot is expired: nobody can tell which they are");
        }
        if (added.removedDataFiles(table.io()).iterator().hasNext()) {
            throw WaybillException.undelivered("the rows of run " + mark.runId() + " have taken the place of others in"
                    + " table " + table.name() + ", and stay; the table is put back by rolling back to snapshot "
                    + added.parentId());
        }
        return added;
    }

    /** Without what deletes by keys, the rows that were there before are there again, unless a later run has deleted them, too. */
    private RowDelta without(Transaction transaction, Snapshot added) {
        RowDelta delta = transaction.newRowDelta().validateDeletedFiles();
        for (DataFile file : added.addedDataFiles(table.io())) {
            delta.removeRows(file);
        }
        requireNoneRewritten(added);
        for (DeleteFile file : added.addedDeleteFiles(table.io())) {
            delta.removeDeletes(file);
        }
        return delta;
    }

    /** What was rewritten since has lost the rows that the run's keys delete: without these they would not be there again. */
    private void requireNoneRewritten(Snapshot added) {
        if (!added.addedDeleteFiles(table.io()).iterator().hasNext()) {
            return;
        }
        for (Snapshot later : SnapshotUtil.ancestorsBetween(
                table.currentSnapshot().snapshotId(), added.snapshotId(), table::snapshot)) {
            if (!DataOperations.REPLACE.equals(later.operation())) {
                continue;
            }
            for (DataFile file : later.removedDataFiles(table.io())) {
                if (file.dataSequenceNumber() == null || file.dataSequenceNumber() < added.sequenceNumber()) {
                    throw LakeTable.rewritten(
                            table.name(),
                            mark,
                            "snapshot " + later.snapshotId() + " has rewritten " + file.location(),
                            null);
                }
            }
        }
    }

    /**
     * Refuses to take back what has changed since it was looked at.
     *
     * @param withdrawn the property of the table then, which is written anew as a whole; null where there was none
     */
    private record Unchanged(TableOperations operations, RunMark mark, String withdrawn)
            implements SnapshotAncestryValidator {

        @Override
        public boolean validate(Iterable<Snapshot> ancestry) {
            TableMetadata now = operations.current();
            return RunMark.of(now, mark.runId()).equals(mark)
                    && Objects.equals(now.properties().get(RunMark.WITHDRAWN), withdrawn);
        }

        @Override
        public String errorMessage() {
            return "run " + mark.runId() + " has changed in the table while it was taken back";
        }
    }
}
