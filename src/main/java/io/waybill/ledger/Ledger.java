package io.waybill.ledger;

import io.waybill.WaybillException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;

/**
 * The record of all runs, in a database that processes may share: who runs what, how far it came, and how it ended. A flow is
 * held by one run at a time; who holds it renews its lease, and who has died loses it.
 */
public final class Ledger extends RunsUnderWay implements AutoCloseable {

    /** How long a flow stays held when its owner is not heard of. */
    public static final Duration LEASE = Duration.ofSeconds(60);

    private final LedgerDatabase database;
    private final Clock clock;
    private final Owner owner;
    private final AutoCloseable source;
    private final Audit audit;
    private final Watermarks watermarks;
    private final FlowLocks locks;
    private Ledger forCallers;

    private Ledger(
            LedgerDatabase database, Clock clock, Owner owner, AutoCloseable source, Audit audit, FlowLocks locks) {
        super(database, clock, owner, audit, locks);
        this.database = database;
        this.clock = clock;
        this.owner = owner;
        this.source = source;
        this.audit = audit;
        this.locks = locks;
        this.watermarks = new Watermarks(database, clock, audit, locks);
    }

    /** @param fences of the runs that it holds, or another for the same process does */
    private static Ledger over(
            LedgerDatabase database, Clock clock, Owner owner, AutoCloseable source, Map<String, Long> fences) {
        Audit audit = new Audit(database, clock, System.getProperty("user.name"));
        return new Ledger(database, clock, owner, source, audit, new FlowLocks(database, clock, owner, audit, fences));
    }

    /**
     * Opens the ledger of a database, whose tables are made, or brought up to date, where they are not.
     *
     * @param source closed with the ledger, or where it cannot be opened; null for one that its owner closes
     * @throws WaybillException when the database cannot be reached
     */
    public static Ledger open(DataSource dataSource, Clock clock, AutoCloseable source) {
        try {
            Owner owner = Owner.newOne();
            Map<String, Long> fences = new ConcurrentHashMap<>();
            Ledger ledger = over(LedgerDatabase.open(dataSource), clock, owner, source, fences);
            ledger.forCallers = over(ledger.database.takingTurns(dataSource), clock, owner, null, fences);
            return ledger;
        } catch (RuntimeException | Error e) {
            LedgerDatabase.close(source);
            throw e;
        }
    }

    /**
     * Opens the ledger that is a file, which is made where there is none.
     *
     * @throws WaybillException when it cannot be read or written, is damaged, or is not there any more
     */
    public static Ledger open(Path folder, Clock clock) {
        return LedgerFile.open(folder).ledger(clock);
    }

    /** The same, for callers of a server: they take turns among themselves, so that runs wait for none of them for long. */
    public Ledger forCallers() {
        return forCallers;
    }

    /** How far each flow has exported. */
    public Watermarks watermarks() {
        return watermarks;
    }

    /** Who changed or asked for what. */
    public Audit audit() {
        return audit;
    }

    /** What triggers have started runs for. */
    public Firings firings() {
        return new Firings(database);
    }

    /** What came of what was expected of runs, and those that are quarantined for it. */
    public Quarantine quarantine() {
        return new Quarantine(database, audit);
    }

    /** What is kept of those who come by the server. */
    public ServerRecords server() {
        return new ServerRecords(database, clock, audit);
    }

    /** The processes that share it. */
    public Nodes nodes() {
        return new Nodes(database, owner);
    }

    /** The runs whose columns marked {@code pii} have left as they are. */
    public UntreatedRuns untreated() {
        return new UntreatedRuns(database);
    }

    /** The runs that were asked for under a key. */
    public Requests requests() {
        return new Requests(database);
    }

    /** The runs whose rows several processes read. */
    public Divisions divisions() {
        return new Divisions(database, owner, locks);
    }

    /** The runs of flows that export many tables. */
    public TableRuns tables() {
        return new TableRuns(database);
    }

    /** What tells it from all other ledgers; others keep it beside what they know of its runs. */
    public String identity() {
        return new Identity(database).get();
    }

    /** Which flows are paused. */
    public Pauses pauses() {
        return new Pauses(database, clock, audit);
    }

    /** Forgets the oldest runs that ended before a time, but for those whose files are kept as a dead letter; answers how many. */
    public int forget(Instant endedBefore, int most) {
        return RunRows.forget(database, endedBefore, most);
    }

    /** @throws LedgerAwayException when its database is not there */
    public void require() {
        database.call(handle -> database.nowMs(handle));
    }

    @Override
    public void close() {
        LedgerDatabase.close(source);
    }
}
