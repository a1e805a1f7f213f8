package io.waybill.ledger;

import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import io.waybill.ledger.RunEntry.FileEntry;
import io.waybill.ledger.RunEntry.Status;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.StatementException;

/**
 * The record of all runs, in a database that processes may share: who runs what, how far it came, and how it ended. A flow is
 * held by one run at a time; who holds it renews its lease, and who has died loses it.
 */
public final class Ledger implements AutoCloseable {

    /** How long a flow stays held when its owner is not heard of. */
    public static final Duration LEASE = Duration.ofSeconds(60);

    private static final String TABLES = "1";
    private static final int MOST_ERROR = 4000;

    private final Jdbi jdbi;
    private final Clock clock;
    private final Owner owner;
    private final AutoCloseable source;

    private Ledger(Jdbi jdbi, Clock clock, AutoCloseable source) {
        this.jdbi = jdbi;
        this.clock = clock;
        this.owner = Owner.current();
        this.source = source;
    }

    /**
     * Opens the ledger of a database, whose tables are made, or brought up to date, where they are not.
     *
     * @param source closed with the ledger; null for one that its owner closes
     * @throws WaybillException when the database cannot be reached
     */
    public static Ledger open(DataSource dataSource, Clock clock, AutoCloseable source) {
        try {
            Jdbi jdbi = Jdbi.create(dataSource);
            if (!isUpToDate(jdbi)) {
                Flyway.configure(Ledger.class.getClassLoader())
                        .dataSource(dataSource)
                        .locations("classpath:io/waybill/ledger")
                        .table("waybill_schema_history")
                        .baselineOnMigrate(true)
                        .baselineVersion("0")
                        .load()
                        .migrate();
            }
            return new Ledger(jdbi, clock, source);
        } catch (RuntimeException e) {
            throw failure("the ledger cannot be opened", e);
        }
    }

    /** Asks with a query of its own, since Flyway takes longer to start than a small export to run. */
    private static boolean isUpToDate(Jdbi jdbi) {
        try (Handle handle = jdbi.open()) {
            return hasTables(handle);
        }
    }

    private static boolean hasTables(Handle handle) {
        try {
            String quote = handle.getConnection().getMetaData().getIdentifierQuoteString();
            return handle.createQuery("SELECT \"version\" FROM \"waybill_schema_history\"".replace("\"", quote))
                    .mapTo(String.class)
                    .list()
                    .contains(TABLES);
        } catch (StatementException | SQLException e) {
            return false; // there is no such table yet
        }
    }

    private static WaybillException failure(String what, RuntimeException e) {
        Throwable root = e;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String reason = String.valueOf(root.getMessage()).lines().findFirst().orElse("");
        return new WaybillException(Stage.PLAN, true, what + ": " + reason, e);
    }

    private <T> T call(Function<Handle, T> work) {
        try (Handle handle = jdbi.open()) {
            return work.apply(handle);
        } catch (JdbiException e) {
            throw failure("the ledger failed", e);
        }
    }

    /** Who holds a flow. */
    private record Lock(String flow, String runId, Owner owner, Instant since, Instant leaseUntil) {}

    /**
     * Begins a run: holds the flow, and records it.
     *
     * @throws WaybillException when another run holds the flow; the message says who, and since when
     */
    public void begin(String flow, String runId) {
        Instant now = clock.instant();
        if (!insertLock(flow, runId, now)) {
            throw held(flow, call(handle -> lockOf(handle, flow)).orElse(null));
        }
        call(handle -> handle.createUpdate(
                        "INSERT INTO waybill_run (run_id, flow, owner, status, stage, row_count, started_ms)"
                                + " VALUES (?, ?, ?, ?, ?, 0, ?)")
                .bind(0, runId)
                .bind(1, flow)
                .bind(2, owner.toString())
                .bind(3, Status.RUNNING.name())
                .bind(4, RunStage.PLAN.name())
                .bind(5, now.toEpochMilli())
                .execute());
    }

    private static WaybillException held(String flow, Lock lock) {
        String holder = lock == null
                ? "being run by another process, which has ended just now"
                : "running since " + lock.since() + " (run " + lock.runId() + ", "
                        + lock.owner().words() + ")";
        return new WaybillException(
                Stage.PLAN, true, "flow \"" + flow + "\" is " + holder + "; a flow never runs twice at once", null);
    }

    private boolean isOver(Lock lock) {
        return lock.leaseUntil().isBefore(clock.instant()) || lock.owner().isDead();
    }

    private static Optional<Lock> lockOf(Handle handle, String flow) {
        return handle.createQuery("SELECT * FROM waybill_lock WHERE flow = ?")
                .bind(0, flow)
                .map((row, context) -> lock(row))
                .findOne();
    }

    private static Lock lock(ResultSet row) throws SQLException {
        return new Lock(
                row.getString("flow"),
                row.getString("run_id"),
                Owner.parse(row.getString("owner")),
                Instant.ofEpochMilli(row.getLong("since_ms")),
                Instant.ofEpochMilli(row.getLong("lease_until_ms")));
    }

    private boolean insertLock(String flow, String runId, Instant now) {
        try (Handle handle = jdbi.open()) {
            handle.createUpdate(
                            "INSERT INTO waybill_lock (flow, run_id, owner, since_ms, lease_until_ms) VALUES (?, ?, ?, ?, ?)")
                    .bind(0, flow)
                    .bind(1, runId)
                    .bind(2, owner.toString())
                    .bind(3, now.toEpochMilli())
                    .bind(4, now.plus(LEASE).toEpochMilli())
                    .execute();
            return true;
        } catch (JdbiException e) {
            if (e.getCause() instanceof SQLException failure
                    && String.valueOf(failure.getSQLState()).startsWith("23")) {
                return false; // another was quicker
            }
            throw failure("the ledger failed", e);
        }
    }

    /**
     * Takes over the flow of a run that was abandoned, to clean up after it; {@link #end} lets go of it.
     *
     * @return false when another process has done so meanwhile
     */
    public boolean takeOver(RunEntry run) {
        return call(handle -> handle.createUpdate(
                                "UPDATE waybill_lock SET owner = ?, lease_until_ms = ? WHERE run_id = ? AND owner = ?")
                        .bind(0, owner.toString())
                        .bind(1, clock.instant().plus(LEASE).toEpochMilli())
                        .bind(2, run.runId())
                        .bind(3, run.owner().toString())
                        .execute())
                == 1;
    }

    /** Renews the lease of a run. */
    public void renew(String runId) {
        call(handle -> handle.createUpdate("UPDATE waybill_lock SET lease_until_ms = ? WHERE run_id = ?")
                .bind(0, clock.instant().plus(LEASE).toEpochMilli())
                .bind(1, runId)
                .execute());
    }

    /** Records what a run was planned to do; it goes on to read. */
    public void planned(String runId, String mode, String dataset, String batchId, String root, String waybill) {
        call(handle -> handle.createUpdate(
                        "UPDATE waybill_run SET stage = ?, mode = ?, dataset = ?, batch_id = ?, root = ?,"
                                + " waybill = ? WHERE run_id = ?")
                .bind(0, RunStage.STAGE.name())
                .bind(1, mode)
                .bind(2, dataset)
                .bind(3, batchId)
                .bind(4, root)
                .bind(5, waybill)
                .bind(6, runId)
                .execute());
    }

    /** Records the staged files of a run; it goes on to publish them. */
    public void staged(String runId, List<FileEntry> files) {
        call(handle -> handle.inTransaction(transaction -> {
            for (int i = 0; i < files.size(); i++) {
                FileEntry file = files.get(i);
                transaction
                        .createUpdate("INSERT INTO waybill_file (run_id, number, name, row_count, byte_count, sha256)"
                                + " VALUES (?, ?, ?, ?, ?, ?)")
                        .bind(0, runId)
                        .bind(1, i + 1)
                        .bind(2, file.name())
                        .bind(3, file.rows())
                        .bind(4, file.bytes())
                        .bind(5, file.sha256())
                        .execute();
            }
            return transaction
                    .createUpdate("UPDATE waybill_run SET stage = ?, row_count = ? WHERE run_id = ?")
                    .bind(0, RunStage.PUBLISH.name())
                    .bind(1, files.stream().mapToLong(FileEntry::rows).sum())
                    .bind(2, runId)
                    .execute();
        }));
    }

    /** Records that the files of a run are published; its waybill comes next. */
    public void committing(String runId) {
        call(handle -> handle.createUpdate("UPDATE waybill_run SET stage = ? WHERE run_id = ?")
                .bind(0, RunStage.COMMIT.name())
                .bind(1, runId)
                .execute());
    }

    /**
     * Ends a run, and lets go of its flow, in one transaction.
     *
     * @param rows the rows that it wrote
     * @param error what stopped it; null where nothing did
     */
    public void end(String runId, Status status, long rows, String error) {
        call(handle -> handle.inTransaction(transaction -> {
            transaction
                    .createUpdate("UPDATE waybill_run SET status = ?, stage = ?, row_count = ?, ended_ms = ?, error = ?"
                            + " WHERE run_id = ? AND status = ?")
                    .bind(0, status.name())
                    .bind(1, RunStage.END.name())
                    .bind(2, rows)
                    .bind(3, clock.instant().toEpochMilli())
                    .bind(4, error == null || error.length() <= MOST_ERROR ? error : error.substring(0, MOST_ERROR))
                    .bind(5, runId)
                    .bind(6, Status.RUNNING.name())
                    .execute();
            return transaction
                    .createUpdate("DELETE FROM waybill_lock WHERE run_id = ?")
                    .bind(0, runId)
                    .execute();
        }));
    }

    /** The runs that hold a flow and whose process has ended, or has not been heard of for as long as a lease lasts. */
    public List<RunEntry> abandoned() {
        List<Lock> over = call(handle ->
                handle.createQuery("SELECT * FROM waybill_lock").map((row, context) -> lock(row)).list().stream()
                        .filter(this::isOver)
                        .toList());
        return over.stream().map(this::abandoned).toList();
    }

    /** A process may have ended between its lock and its record of the run. */
    private RunEntry abandoned(Lock lock) {
        RunEntry run = exactly(lock.runId())
                .orElse(new RunEntry(
                        lock.runId(),
                        lock.flow(),
                        lock.owner(),
                        Status.RUNNING,
                        RunStage.PLAN,
                        null,
                        null,
                        null,
                        null,
                        null,
                        0,
                        lock.since(),
                        null,
                        null,
                        List.of()));
        return run.heldBy(lock.owner());
    }

    private Optional<RunEntry> exactly(String runId) {
        return call(handle -> handle.createQuery("SELECT * FROM waybill_run WHERE run_id = ?")
                .bind(0, runId)
                .map((row, context) -> entry(row))
                .findOne()
                .map(run -> withFiles(handle, run)));
    }

    /**
     * Runs, the latest first.
     *
     * @param flow of that flow; null for all
     * @param status of that status; null for all
     * @param limit at most so many
     */
    public List<RunEntry> runs(String flow, Status status, int limit) {
        String sql = "SELECT * FROM waybill_run WHERE 1 = 1" + (flow == null ? "" : " AND flow = :flow")
                + (status == null ? "" : " AND status = :status") + " ORDER BY started_ms DESC, run_id DESC";
        return call(handle -> {
            Query query = handle.createQuery(sql).setMaxRows(limit);
            if (flow != null) {
                query.bind("flow", flow);
            }
            if (status != null) {
                query.bind("status", status.name());
            }
            return query.map((row, context) -> entry(row)).list().stream()
                    .map(run -> withFiles(handle, run))
                    .toList();
        });
    }

    /** The runs whose id it is, or begins with it or ends in it. */
    public List<RunEntry> find(String runId) {
        Optional<RunEntry> exact = exactly(runId);
        if (exact.isPresent()) {
            return List.of(exact.get());
        }
        return runs(null, null, Integer.MAX_VALUE).stream()
                .filter(run -> run.runId().startsWith(runId) || run.runId().endsWith(runId))
                .toList();
    }

    private static RunEntry entry(ResultSet row) throws SQLException {
        long ended = row.getLong("ended_ms");
        Instant endedAt = row.wasNull() ? null : Instant.ofEpochMilli(ended);
        return new RunEntry(
                row.getString("run_id"),
                row.getString("flow"),
                Owner.parse(row.getString("owner")),
                Status.valueOf(row.getString("status")),
                RunStage.valueOf(row.getString("stage")),
                row.getString("mode"),
                row.getString("dataset"),
                row.getString("batch_id"),
                row.getString("root"),
                row.getString("waybill"),
                row.getLong("row_count"),
                Instant.ofEpochMilli(row.getLong("started_ms")),
                endedAt,
                row.getString("error"),
                List.of());
    }

    private static RunEntry withFiles(Handle handle, RunEntry run) {
        List<FileEntry> files = handle.createQuery(
                        "SELECT name, row_count, byte_count, sha256 FROM waybill_file WHERE run_id = ? ORDER BY number")
                .bind(0, run.runId())
                .map((row, context) ->
                        new FileEntry(row.getString(1), row.getLong(2), row.getLong(3), row.getString(4)))
                .list();
        return run.withFiles(files);
    }

    @Override
    public void close() {
        if (source != null) {
            try {
                source.close();
            } catch (Exception e) {
                throw new IllegalStateException("the ledger cannot be closed", e);
            }
        }
    }
}
