package io.waybill.delivery.iceberg;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.delivery.DeliveryFailure;
import io.waybill.rows.Column;
import io.waybill.rows.RowDivider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFiles;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.ReplacePartitions;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expressions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A table, and the runs that it gets rows from: each as one snapshot, once. Who commits looks, in each try anew, whether the table has the
 * run already, or the run was taken back meanwhile; what the catalog does not answer is asked again.
 */
final class LakeTable {

    private static final Logger LOG = LoggerFactory.getLogger(LakeTable.class);

    /** How often a run is tried to be taken back while others of the table are. */
    private static final int MOST_TRIES = 4;

    private final IcebergEndpoint endpoint;
    private final OpenCatalog opened;
    private final TableIdentifier name;

    LakeTable(IcebergEndpoint endpoint, OpenCatalog opened) {
        this.endpoint = endpoint;
        this.opened = opened;
        this.name = TableIdentifier.parse(endpoint.getTable());
    }

    TableFiles files() {
        return opened.files();
    }

    /** What went wrong, without what others say of it for themselves. */
    static String reason(Throwable failure) {
        return DeliveryFailure.reason(failure);
    }

    /** The table as it is now; empty where it is not there. */
    Optional<Table> find() {
        try {
            return Optional.of(opened.catalog().loadTable(name));
        } catch (NoSuchTableException | NoSuchNamespaceException e) {
            return Optional.empty();
        }
    }

    /** @throws WaybillException when it is not there */
    Table load() {
        return find().orElseThrow(() -> missing("; set create = true in the delivery's options, and it is made"));
    }

    private WaybillException missing(String advice) {
        return WaybillException.refusal("iceberg: catalog " + endpoint.getCatalog() + " has no table " + name + advice);
    }

    static TableMetadata metadata(Table table) {
        return ((HasTableOperations) table).operations().current();
    }

    /** The numbers of columns in files that the table is to take; where it is not there, those that it will have. */
    Map<String, Integer> numbers(List<Column> columns) {
        Schema rows = TableColumns.of(columns);
        Optional<Table> table = find();
        if (table.isEmpty()) {
            if (!endpoint.isCreate()) {
                load();
            }
            PartitionTerms.spec(PartitionTerms.parse(endpoint.getPartitionBy()), rows);
            return TableColumns.numbers(rows, columns);
        }
        UpdateSchema update = table.get().updateSchema();
        requireAllowed(TableColumns.evolve(update, table.get().schema(), rows));
        return TableColumns.numbers(update.apply(), columns);
    }

    /** What divides rows among files of one partition each. */
    List<RowDivider> dividers(List<Column> columns) {
        Schema rows = TableColumns.of(columns);
        Optional<Table> table = find();
        if (table.isEmpty()) {
            return PartitionDivider.of(
                    PartitionTerms.spec(PartitionTerms.parse(endpoint.getPartitionBy()), rows), rows, columns);
        }
        UpdateSchema update = table.get().updateSchema();
        TableColumns.evolve(update, table.get().schema(), rows);
        return PartitionDivider.of(table.get().spec(), update.apply(), columns);
    }

    private void requireAllowed(List<String> changes) {
        if (!changes.isEmpty() && !endpoint.isEvolve()) {
            throw WaybillException.refusal("iceberg: table " + name + " does not take the rows as it is, and evolve ="
                    + " false: " + String.join("; ", changes));
        }
    }

    /** The table, which is made where it is not there and may be. */
    Table loadOrCreate(Schema rows) {
        Optional<Table> there = find();
        if (there.isPresent() || !endpoint.isCreate()) {
            return there.orElseGet(this::load);
        }
        PartitionSpec spec = PartitionTerms.spec(PartitionTerms.parse(endpoint.getPartitionBy()), rows);
        try {
            if (opened.catalog() instanceof SupportsNamespaces namespaces
                    && !namespaces.namespaceExists(name.namespace())) {
                createNamespace(namespaces);
            }
            return opened.catalog().createTable(name, rows, spec, Map.of(TableProperties.FORMAT_VERSION, "2"));
        } catch (AlreadyExistsException e) { // somebody else has just made it
            return load();
        }
    }

    private void createNamespace(SupportsNamespaces namespaces) {
        try {
            namespaces.createNamespace(name.namespace());
        } catch (AlreadyExistsException e) {
            LOG.debug("Namespace {} was made by somebody else", name.namespace());
        }
    }

    /**
     * A run that is to be committed.
     *
     * @param expected what the table said of the run before its files were uploaded
     * @param upTo up to where its rows go, as the ledger has it; null where they go up to nowhere
     * @param ledger the ledger's name, which no other has
     * @param rows its columns, with their numbers
     */
    record Committing(RunMark expected, String flow, String upTo, String ledger, Schema rows, List<Footer> files) {

        String property(String end) {
            return RunMark.PREFIX + ledger + "." + flow + end;
        }
    }

    /**
     * Commits the files of a run as a snapshot; does nothing where the table has the run already.
     *
     * @throws WaybillException when the run was taken back meanwhile, the table does not take the files, or nobody knows yet
     */
    void commit(Committing run) {
        Table table = load();
        Guard guard = new Guard(table, run.expected());
        if (guard.isThere()) {
            return;
        }
        try {
            transact(table, run, guard);
        } catch (CommitStateUnknownException e) {
            if (!RunMark.of(metadata(load()), run.expected().runId())
                    .equals(run.expected().committed())) {
                throw new WaybillException(
                        Stage.PUBLISH,
                        true,
                        "the catalog has not said whether table " + name + " has the snapshot, and it is not there: "
                                + reason(e),
                        e);
            }
        } catch (ValidationException e) {
            if (!guard.isThere()) {
                guard.requireOwn();
                throw e;
            }
        }
    }

    private void transact(Table table, Committing run, Guard guard) {
        guard.requireOwn();
        Transaction transaction = table.newTransaction();
        List<String> changes = TableColumns.evolve(table.updateSchema(), table.schema(), run.rows());
        requireAllowed(changes);
        Schema schema = table.schema();
        if (!changes.isEmpty()) {
            UpdateSchema update = transaction.updateSchema();
            TableColumns.evolve(update, table.schema(), run.rows());
            schema = update.apply();
            update.commit();
            LOG.info("Table {}: {}", name, String.join("; ", changes));
        }
        TableColumns.requireNumbers(schema, run.rows());
        List<DataFile> files = new ArrayList<>();
        for (Footer file : run.files()) {
            if (file.rows() > 0) {
                files.add(file.in(table, schema));
            }
        }
        SnapshotUpdate<?> snapshot = snapshot(transaction, files);
        snapshot.validateWith(guard);
        snapshot.set(RunMark.IN_SUMMARY, run.expected().token());
        snapshot.set(RunMark.PREFIX + "flow", run.flow());
        snapshot.set(RunMark.PREFIX + "ledger", run.ledger());
        if (run.upTo() != null) {
            snapshot.set(RunMark.PREFIX + "up-to", run.upTo());
        }
        snapshot.commit();
        var properties = transaction
                .updateProperties()
                .set(run.property(RunMark.RUN), run.expected().token());
        if (run.upTo() != null) {
            properties.set(run.property(RunMark.UP_TO), run.upTo());
        }
        properties.commit();
        transaction.commitTransaction();
    }

    private SnapshotUpdate<?> snapshot(Transaction transaction, List<DataFile> files) {
        String write = endpoint.getWrite();
        if (files.isEmpty() && write.equals(IcebergEndpoint.REPLACE_PARTITIONS)) {
            return transaction.newAppend(); // no rows are of no partition: nothing makes room for them
        }
        return switch (write) {
            case IcebergEndpoint.REPLACE -> {
                OverwriteFiles overwrite = transaction.newOverwrite().overwriteByRowFilter(Expressions.alwaysTrue());
                files.forEach(overwrite::addFile);
                yield overwrite;
            }
            case IcebergEndpoint.REPLACE_PARTITIONS -> {
                ReplacePartitions replace = transaction.newReplacePartitions();
                files.forEach(replace::addFile);
                yield replace;
            }
            default -> {
                AppendFiles append = transaction.newAppend();
                files.forEach(append::appendFile);
                yield append;
            }
        };
    }

    /**
     * Takes a run back: its rows, where the table has them, are removed by a snapshot of their own, and nobody who still works on the run
     * can commit it any more. Who takes another run of the table back meanwhile does not come in between.
     *
     * @throws ValidationException when the table says something else of the run by now
     */
    void withdraw(RunMark mark) {
        for (int tries = 1; ; tries++) {
            try {
                withdraw(load(), mark);
                return;
            } catch (ValidationException e) {
                boolean isAsItWas = RunMark.of(metadata(load()), mark.runId()).equals(mark);
                if (!isAsItWas || tries == MOST_TRIES) {
                    throw e;
                }
                LOG.debug("Table {} has changed while run {} was taken back", name, mark.runId(), e);
            }
        }
    }

    private void withdraw(Table table, RunMark mark) {
        Transaction transaction = table.newTransaction();
        DeleteFiles delete = transaction.newDelete();
        if (mark.isCommitted()) {
            Snapshot added = RunMark.find(metadata(table), mark.token());
            if (added == null) {
                throw WaybillException.undelivered("the rows of run " + mark.runId() + " are in table " + name
                        + ", and its snapshot is expired: nobody can tell which they are");
            }
            if (!added.removedDataFiles(table.io()).iterator().hasNext()) {
                added.addedDataFiles(table.io()).forEach(delete::deleteFile);
            } else {
                throw WaybillException.undelivered(
                        "the rows of run " + mark.runId() + " have taken the place of others in"
                                + " table " + name + ", and stay; the table is put back by rolling back to snapshot "
                                + added.parentId());
            }
        }
        TableOperations operations = ((HasTableOperations) table).operations();
        delete.validateWith(new Unchanged(operations, mark, table.properties().get(RunMark.WITHDRAWN)));
        delete.set(RunMark.PREFIX + "withdrawn-run", mark.runId());
        delete.commit();
        transaction
                .updateProperties()
                .set(RunMark.WITHDRAWN, mark.withdrawnToo(table.properties()))
                .commit();
        transaction.commitTransaction();
    }

    /** Looks at the table as each try of a commit finds it. */
    private static final class Guard implements SnapshotAncestryValidator {

        private final TableOperations operations;
        private final RunMark expected;

        Guard(Table table, RunMark expected) {
            this.operations = ((HasTableOperations) table).operations();
            this.expected = expected;
        }

        private RunMark now() {
            return RunMark.of(operations.current(), expected.runId());
        }

        boolean isThere() {
            return now().equals(expected.committed());
        }

        void requireOwn() {
            if (now().tries() != expected.tries()) {
                throw WaybillException.undelivered(
                        "run " + expected.runId()
                                + " was taken back by another process, which had taken it for dead; its files are not committed");
            }
        }

        @Override
        public boolean validate(Iterable<Snapshot> ancestry) {
            return now().equals(expected);
        }

        @Override
        public String errorMessage() {
            return "the table has run " + expected.runId() + " already, or it was taken back";
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
