package io.waybill.delivery.iceberg;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.delivery.DeliveryFailure;
import io.waybill.rows.RowDivider;
import io.waybill.rows.TableRows;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.PartitionSpec;
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
    Map<String, Integer> numbers(TableRows columns) {
        if (columns.key().isEmpty() && endpoint.isUpsert()) {
            throw WaybillException.refusal(
                    "iceberg: write = \"upsert\" needs the key of the rows, which this flow does" + " not know");
        }
        Schema rows = TableColumns.of(columns);
        Optional<Table> table = find();
        if (table.isEmpty()) {
            if (!endpoint.isCreate()) {
                load();
            }
            PartitionSpec spec = PartitionTerms.spec(PartitionTerms.parse(endpoint.getPartitionBy()), rows);
            if (endpoint.isUpsert()) {
                new RowKeys(name.toString(), rows.identifierFieldIds()).requireFit(spec, rows);
            }
            return TableColumns.numbers(rows, columns);
        }
        UpdateSchema update = table.get().updateSchema();
        requireAllowed(TableColumns.evolve(update, table.get().schema(), rows));
        Schema evolved = update.apply();
        if (endpoint.isUpsert()) {
            Set<Integer> key = columns.key().stream()
                    .map(column -> evolved.asStruct().field(column).fieldId())
                    .collect(Collectors.toSet());
            new RowKeys(name.toString(), key).requireFit(metadata(table.get()), files());
        }
        return TableColumns.numbers(evolved, columns);
    }

    /** What divides rows among files of one partition each. */
    List<RowDivider> dividers(TableRows columns) {
        Schema rows = TableColumns.of(columns);
        Optional<Table> table = find();
        if (table.isEmpty()) {
            return PartitionDivider.of(
                    PartitionTerms.spec(PartitionTerms.parse(endpoint.getPartitionBy()), rows), rows, columns.kept());
        }
        UpdateSchema update = table.get().updateSchema();
        TableColumns.evolve(update, table.get().schema(), rows);
        return PartitionDivider.of(table.get().spec(), update.apply(), columns.kept());
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
    record Committing(RunMark expected, String flow, String upTo, String ledger, Schema rows, List<RunFile> files) {

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
        Guard guard = new Guard(table, run.expected(), endpoint.isUpsert());
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
                guard.requirePartitions(name);
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
        if (endpoint.isUpsert()) {
            new RowKeys(name.toString(), run.files().get(0).rows().key()).requireFit(metadata(table), files());
        }
        List<RunFile> files =
                run.files().stream().filter(file -> file.rows().rows() > 0).toList();
        SnapshotUpdate<?> snapshot = new RunSnapshot(table, schema, files).in(transaction, endpoint.getWrite());
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

    /**
     * Takes a run back: its rows, where the table has them, are removed by a snapshot of their own, and nobody who still works on the run
     * can commit it any more. Who takes another run of the table back meanwhile does not come in between.
     *
     * @throws ValidationException when the table says something else of the run by now
     */
    void withdraw(RunMark mark) {
        for (int tries = 1; ; tries++) {
            try {
                new TakenBack(load(), mark).commit();
                return;
            } catch (ValidationException e) {
                boolean isAsItWas = RunMark.of(metadata(load()), mark.runId()).equals(mark);
                if (!isAsItWas) {
                    throw e;
                }
                if (tries == MOST_TRIES) {
                    throw mark.isCommitted() ? rewritten(name.toString(), mark, reason(e), e) : e;
                }
                LOG.debug("Table {} has changed while run {} was taken back", name, mark.runId(), e);
            }
        }
    }

    static WaybillException rewritten(String table, RunMark mark, String reason, ValidationException cause) {
        return new WaybillException(
                Stage.PUBLISH,
                false,
                "the rows of run " + mark.runId() + " are in table " + table
                        + ", and cannot be taken back: its files were rewritten or removed since (" + reason
                        + ")",
                cause);
    }

    /** Looks at the table as each try of a commit finds it. */
    private static final class Guard implements SnapshotAncestryValidator {

        private final TableOperations operations;
        private final RunMark expected;
        private final boolean byKey;
        private final int spec;

        /** @param byKey whether rows take the place of those with their key, in their own partition */
        Guard(Table table, RunMark expected, boolean byKey) {
            this.operations = ((HasTableOperations) table).operations();
            this.expected = expected;
            this.byKey = byKey;
            this.spec = table.spec().specId();
        }

        /** Rows that others have added by other partitions meanwhile would stay beside those that take their place. */
        private boolean hasItsPartitions() {
            return !byKey || operations.current().defaultSpecId() == spec;
        }

        void requirePartitions(TableIdentifier table) {
            if (!hasItsPartitions()) {
                throw WaybillException.undelivered("table " + table
                        + " was partitioned otherwise while the run was committed, and a file of keys deletes in its own"
                        + " partition alone; nothing was committed. Run the flow again");
            }
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
            return now().equals(expected) && hasItsPartitions();
        }

        @Override
        public String errorMessage() {
            return "the table has run " + expected.runId()
                    + " already, it was taken back, or the partitions are others";
        }
    }
}
