package io.waybill.ledger;

import io.waybill.WaybillException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * The processes that share a ledger and stay: each is a row, by an id of its own, which it renews as it renews its leases. All times are the
 * database's, whatever the clocks of the machines say.
 */
public final class Nodes {

    /** A process that was killed is forgotten after so long. */
    private static final Duration REMEMBERED = Duration.ofDays(1);

    private static final String UNPACKAGED = "(not packaged)";

    private final LedgerDatabase database;
    private final Owner owner;

    Nodes(LedgerDatabase database, Owner owner) {
        this.database = database;
        this.owner = owner;
    }

    /**
     * A process.
     *
     * @param id its own
     * @param version the program's
     * @param migration the latest migration of the ledger's tables that its version knows
     * @param triggers whether its triggers start runs
     * @param isHere whether it is the one that asks
     * @param gone why it is not there any more, in words; null where it is
     * @param runs the runs that it holds, by their flows
     */
    public record Node(
            String id,
            String host,
            long pid,
            String version,
            int migration,
            boolean triggers,
            boolean isHere,
            Instant startedAt,
            Instant seenAt,
            String gone,
            Map<String, String> runs) {

        public Node {
            runs = Map.copyOf(runs);
        }

        public boolean isThere() {
            return gone == null;
        }
    }

    /**
     * Who shares the work.
     *
     * @param id that of the process that asks
     * @param ids those that are there, and whose triggers start runs
     * @param behind how far the clock of the process that asks is behind the database's; negative where it is ahead
     */
    public record Neighbours(String id, List<String> ids, Duration behind) {

        /** Nobody but the process itself. */
        public static final Neighbours NONE = new Neighbours("", List.of(), Duration.ZERO);

        public Neighbours {
            ids = List.copyOf(ids);
        }
    }

    record Row(String nodeId, Owner owner, String version, int migration, int triggers, long startedMs, long seenMs) {

        String gone(long now) {
            if (owner.isDead()) {
                return "its process has ended";
            }
            return seenMs + Ledger.LEASE.toMillis() < now ? "it is not heard of any more" : null;
        }
    }

    /**
     * Says that this process is there.
     *
     * @param triggers whether its triggers start runs
     */
    public void seen(boolean triggers) {
        database.inTransaction(transaction -> {
            long now = database.nowMs(transaction);
            int seen = transaction
                    .createUpdate("UPDATE waybill_node SET seen_ms = :now, triggers = :triggers WHERE node_id = :id")
                    .bindMap(Map.of("now", now, "triggers", triggers ? 1 : 0, "id", owner.id()))
                    .execute();
            return seen == 1 ? seen : enter(transaction, triggers, now);
        });
    }

    private int enter(Handle transaction, boolean triggers, long now) {
        transaction.execute("DELETE FROM waybill_node WHERE seen_ms < ?", now - REMEMBERED.toMillis());
        return transaction
                .createUpdate("INSERT INTO waybill_node (node_id, owner, version, migration, triggers, started_ms,"
                        + " seen_ms) VALUES (:id, :owner, :version, :migration, :triggers, :now, :now)")
                .bindMap(Map.of("id", owner.id(), "owner", owner, "version", version()))
                .bindMap(Map.of("migration", database.migration(), "triggers", triggers ? 1 : 0, "now", now))
                .execute();
    }

    private static String version() {
        String version = Nodes.class.getPackage().getImplementationVersion();
        return version == null ? UNPACKAGED : version;
    }

    /** Says that this process ends. */
    public void leave() {
        database.call(handle -> handle.execute("DELETE FROM waybill_node WHERE node_id = ?", owner.id()));
    }

    /** @throws WaybillException when a later version has changed the tables so that this one cannot use them any more */
    public void requireUsable() {
        database.call(handle -> {
            database.requireUsable(handle);
            return null;
        });
    }

    /** All that are known: those that are there, and those that were killed a while ago. */
    public List<Node> all() {
        return database.call(handle -> {
            long now = database.nowMs(handle);
            Map<String, Map<String, String>> runs = runs(handle);
            List<Node> nodes = new ArrayList<>();
            for (Row row : rows(handle)) {
                nodes.add(new Node(
                        row.nodeId(),
                        row.owner().host(),
                        row.owner().pid(),
                        row.version(),
                        row.migration(),
                        row.triggers() == 1,
                        row.nodeId().equals(owner.id()),
                        Instant.ofEpochMilli(row.startedMs()),
                        Instant.ofEpochMilli(row.seenMs()),
                        row.gone(now),
                        runs.getOrDefault(row.nodeId(), Map.of())));
            }
            return nodes;
        });
    }

    /** The machines whose processes are there, start runs, and have files that are not, or may not be, those of this process. */
    public List<String> hostsElsewhere() {
        return database.call(handle -> {
            long now = database.nowMs(handle);
            return rows(handle).stream()
                    .filter(row -> row.triggers() == 1
                            && row.gone(now) == null
                            && !row.owner().sharesFiles())
                    .map(row -> row.owner().host())
                    .distinct()
                    .sorted()
                    .toList();
        });
    }

    private static List<Row> rows(Handle handle) {
        return handle.createQuery("SELECT * FROM waybill_node ORDER BY started_ms, node_id")
                .mapTo(Row.class)
                .list();
    }

    /** The runs that are held, by the ids of their processes and by their flows. */
    private static Map<String, Map<String, String>> runs(Handle handle) {
        Map<String, Map<String, String>> runs = new HashMap<>();
        handle.createQuery("SELECT * FROM waybill_lock")
                .mapTo(FlowLocks.Lock.class)
                .forEach(
                        lock -> runs.computeIfAbsent(String.valueOf(lock.owner().id()), id -> new HashMap<>())
                                .put(lock.flow(), lock.runId()));
        return runs;
    }

    /** Those among whom the times of triggers are spread. */
    public Neighbours neighbours(Instant clock) {
        return database.call(handle -> {
            long now = database.nowMs(handle);
            return new Neighbours(
                    owner.id(),
                    rows(handle).stream()
                            .filter(row -> row.triggers() == 1 && row.gone(now) == null)
                            .map(Row::nodeId)
                            .toList(),
                    Duration.ofMillis(now - clock.toEpochMilli()));
        });
    }
}
