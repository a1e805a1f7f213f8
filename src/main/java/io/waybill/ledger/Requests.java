package io.waybill.ledger;

import io.waybill.ledger.Occasion.Requested;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The runs that were asked for by the server, or by a message: by whom, and under which key, of which each has one run. */
public final class Requests {

    private final LedgerDatabase database;

    Requests(LedgerDatabase database) {
        this.database = database;
    }

    /**
     * What was asked for under a key before.
     *
     * @param runId the run that it has
     * @param sha256 the hash of what was asked for
     */
    public record Request(String runId, String sha256) {

        /** Whether the same is asked for again. */
        public boolean isFor(String request) {
            return sha256.equals(Tokens.sha256(request));
        }
    }

    /**
     * What the runs have come to that a token has asked for.
     *
     * @param exports runs, those under way among them
     * @param rows their rows
     * @param bytes the bytes of their files
     */
    public record Used(long exports, long rows, long bytes) {}

    /** The request of a key; empty where it is new. */
    public Optional<Request> find(String key) {
        return database.call(handle -> handle.select(
                        "SELECT run_id, request_sha256 FROM waybill_request WHERE key_sha256 = ?", Tokens.sha256(key))
                .map((row, context) -> new Request(row.getString(1), row.getString(2)))
                .findOne());
    }

    /** A name for a key that tells nothing of it. */
    public static String nameOf(String key) {
        return Tokens.sha256(key).substring(0, 24);
    }

    /** Has a key's next request begin a run anew: the one that it has came to nothing. */
    public void free(String key, String runId) {
        database.call(handle -> handle.execute(
                "UPDATE waybill_request SET key_sha256 = NULL WHERE key_sha256 = ? AND run_id = ?",
                Tokens.sha256(key),
                runId));
    }

    /** Whether a run was asked for by somebody, by the id of their token, or of them as a user. */
    public boolean isOf(String runId, String caller) {
        return database.call(handle -> handle.select(
                        "SELECT run_id FROM waybill_request WHERE run_id = ? AND token_id = ?", runId, caller)
                .mapTo(String.class)
                .findOne()
                .isPresent());
    }

    /** What a token has used since a time. */
    public Used used(String token, Instant since) {
        Map<String, Object> asked = Map.of("token", token, "since", since);
        return database.call(handle -> new Used(
                sum(handle, "COUNT(*)", "", asked),
                sum(handle, "SUM(r.row_count)", " JOIN waybill_run r ON r.run_id = q.run_id", asked),
                sum(handle, "SUM(f.byte_count)", " JOIN waybill_file f ON f.run_id = q.run_id", asked)
                        + sum(
                                handle,
                                "SUM(f.byte_count)",
                                " JOIN waybill_run t ON t.parent_run_id = q.run_id"
                                        + " JOIN waybill_file f ON f.run_id = t.run_id",
                                asked)));
    }

    private static long sum(Handle handle, String what, String joined, Map<String, Object> asked) {
        return handle.createQuery("SELECT COALESCE(" + what + ", 0) FROM waybill_request q" + joined
                        + " WHERE q.token_id = :token AND q.at_ms >= :since")
                .bindMap(asked)
                .mapTo(Long.class)
                .one();
    }

    /** The run of a message that has come to a flow before; empty where it is new. */
    public Optional<String> runOfMessage(String flow, String key) {
        return database.call(handle -> runOf(handle, ofMessage(flow, key)));
    }

    private static Optional<String> runOf(Handle handle, String sha256) {
        return handle.select("SELECT run_id FROM waybill_request WHERE key_sha256 = ?", sha256)
                .mapTo(String.class)
                .findOne();
    }

    /** A key is its flow's own; no caller of the server has one that begins so. */
    private static String ofMessage(String flow, String key) {
        return Tokens.sha256("\nmessage\n" + flow + "\n" + key);
    }

    /**
     * Notes the run of a message, in the transaction that begins it, where the one that it may have had came to nothing.
     *
     * @return the run that it had; empty where it is new
     * @throws FiredAlreadyException when it has one that has not
     */
    static Optional<String> begin(
            Handle transaction, String flow, Occasion.Message message, String runId, Instant now) {
        String sha256 = ofMessage(flow, message.key());
        Optional<String> before = runOf(transaction, sha256);
        if (before.isPresent()) {
            // one whose files are kept can still deliver them
            int freed = transaction.execute(
                    "UPDATE waybill_request SET key_sha256 = NULL WHERE key_sha256 = ? AND EXISTS (SELECT 1 FROM"
                            + " waybill_run r WHERE r.run_id = waybill_request.run_id AND (r.status = 'DISCARDED' OR"
                            + " r.status IN ('FAILED', 'INTERRUPTED') AND r.dead_letter IS NULL))",
                    sha256);
            if (freed != 1) {
                throw new FiredAlreadyException(flow, "the message");
            }
        }
        insert(transaction, null, sha256, null, runId, now);
        return before;
    }

    /** Notes a request, in the transaction that begins its run. */
    static void insert(Handle transaction, Requested request, String runId, Instant now) {
        insert(
                transaction,
                request.token(),
                request.key() == null ? null : Tokens.sha256(request.key()),
                request.key() == null ? null : Tokens.sha256(request.request()),
                runId,
                now);
    }

    private static void insert(
            Handle transaction, String token, String key, String request, String runId, Instant now) {
        Map<String, Object> row = new HashMap<>();
        row.put("runId", runId);
        row.put("token", token);
        row.put("now", now);
        row.put("key", key);
        row.put("request", request);
        transaction
                .createUpdate("INSERT INTO waybill_request (run_id, token_id, at_ms, key_sha256, request_sha256)"
                        + " VALUES (:runId, :token, :now, :key, :request)")
                .bindMap(row)
                .execute();
    }
}
