package io.waybill.delivery.iceberg;

import java.util.List;
import java.util.Set;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.ReplacePartitions;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.expressions.Expressions;

/**
 * The snapshot that a run becomes.
 *
 * @param table before the run
 * @param schema with the columns that the run brings
 * @param files those of the run that have rows
 */
record RunSnapshot(Table table, Schema schema, List<RunFile> files) {

    /** @param write the option of that name */
    SnapshotUpdate<?> in(Transaction transaction, String write) {
        if (files.isEmpty() && !write.equals(IcebergEndpoint.REPLACE)) {
            return transaction.newAppend(); // no rows are of no partition, and of no key: nothing makes room for them
        }
        return switch (write) {
            case IcebergEndpoint.REPLACE -> {
                OverwriteFiles overwrite = transaction.newOverwrite().overwriteByRowFilter(Expressions.alwaysTrue());
                files.forEach(file -> overwrite.addFile(file.rows().in(table, schema)));
                yield overwrite;
            }
            case IcebergEndpoint.REPLACE_PARTITIONS -> {
                ReplacePartitions replace = transaction.newReplacePartitions();
                files.forEach(file -> replace.addFile(file.rows().in(table, schema)));
                yield replace;
            }
            case IcebergKind.UPSERT -> byKey(transaction.newRowDelta());
            default -> {
                AppendFiles append = transaction.newAppend();
                files.forEach(file -> append.appendFile(file.rows().in(table, schema)));
                yield append;
            }
        };
    }

    /** What deletes by keys deletes what was there before this snapshot, and nothing of it. */
    private RowDelta byKey(RowDelta delta) {
        for (RunFile file : files) {
            Set<Integer> key = file.rows().key();
            if (file.keys() == null) {
                delta.addDeletes(file.rows().deletingIn(table, schema, key));
            } else {
                delta.addRows(file.rows().in(table, schema));
                delta.addDeletes(file.keys().deletingIn(table, schema, key));
            }
        }
        return delta;
    }
}
