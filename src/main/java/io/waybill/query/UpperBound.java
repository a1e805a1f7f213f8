package io.waybill.query;

import io.waybill.WaybillException;
import io.waybill.database.OpenTransactions;
import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.database.Standard;
import io.waybill.database.Transactions;
import io.waybill.database.ValueOrigin;
import io.waybill.facts.Seen;
import io.waybill.flow.ColumnType.Kind;
import io.waybill.flow.SinceLast;
import io.waybill.flow.Span;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Finds how far an export of what is new may go: to the highest watermark below which no row will appear any more.
 *
 * <p>Some databases show which transactions are open. A column of instants is bounded by the start of the oldest, since
 * {@code now()} is no earlier in it. Other values say nothing of time. What was there when a transaction began lies below all that it
 * writes, as long as values grow; so the highest value holds once all have ended that were open when it was seen. That is waited for
 * a moment; where it takes longer, the value is kept for the next run, and this one goes up to what an earlier run has seen.
 *
 * <p>Other databases, and standbys, do not tell. There an export stays behind the clock by the lag that was declared.
 */
public final class UpperBound {

    /** A transaction shows a little after it has got its time; so long after that, it surely does. */
    private static final Duration SETTLED = Duration.ofSeconds(1);

    private static final long POLL_NANOS = 50_000_000L;

    private final Connection connection;
    private final Source source;
    private final SourceColumn column;
    private final SinceLast since;
    private final Duration lag;
    private final Standard database;
    private final Highest highest;

    /**
     * @param connection comes back as it was
     * @param column the watermark's column
     * @param lag how far to stay behind the clock; null for not at all
     * @throws WaybillException when the column's type has no order that time follows
     */
    public UpperBound(Connection connection, Source source, SourceColumn column, SinceLast since, Duration lag)
            throws SQLException {
        this.connection = connection;
        this.source = source;
        this.column = column;
        this.since = since;
        this.lag = lag;
        this.database = source.database();
        check();
        this.highest = new Highest(connection, source, column);
    }

    private void check() {
        if (column.type().isTimed()) {
            return;
        }
        boolean ordered = column.type().kind() == Kind.TEXT
                || column.type().isNumber() && !column.type().isFloating();
        if (!ordered || database.hasOrderOfItsOwn(column)) {
            throw WaybillException.refusal("watermark: column " + column.name() + " is "
                    + (ordered ? "of type " + column.nativeType() : column.type())
                    + "; allowed: whole numbers, decimals, text, dates, timestamps");
        }
        if (lag != null) {
            throw WaybillException.refusal("watermark_lag: column " + column.name() + " is " + column.type()
                    + ", and a lag goes with dates and times; leave it out, or take a watermark of time");
        }
    }

    /**
     * What a flow has exported already.
     *
     * @param flow its id, for commands to copy
     * @param value the watermark, as text; null for none
     * @param isByHand whether a person set it
     */
    public record Reached(String flow, String value, boolean isByHand) {}

    /**
     * How far the export may go.
     *
     * @param upTo the bound, as text; null where nothing may go out yet
     * @param guarantee what it promises of rows that are committed late, in words
     * @param heldBack why there may be rows beyond it, in words; null where nothing holds it back
     * @param seen a bound for a later run; null where there is none
     * @param warnings what somebody should look after, in words
     */
    public record Bound(String upTo, String guarantee, String heldBack, Seen seen, List<String> warnings) {

        private Bound(String upTo, String guarantee, String heldBack, Seen seen) {
            this(upTo, guarantee, heldBack, seen, List.of());
        }

        private Bound with(List<String> found) {
            return new Bound(upTo, guarantee, heldBack, seen, List.copyOf(found));
        }
    }

    /**
     * Finds the bound.
     *
     * @param earlier what an earlier run saw; null for nothing
     * @throws WaybillException when the database's clock or its rows are behind the watermark, text has no order that time follows, or
     *     there are NULLs that must not be
     */
    public Bound find(Reached reached, Seen earlier) throws SQLException {
        boolean utc = column.type().kind() == Kind.INSTANT;
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(true); // each look sees what is there then, whatever a platform's pool is set to
        if (utc) { // as rows are read
            database.enterUtc(connection);
        }
        try {
            Transactions transactions = database.transactions(connection).orElse(null);
            ValueOrigin origin = transactions == null ? null : transactions.origin(source, column);
            List<String> warnings = new WatermarkCheck(connection, source, column, highest)
                    .check(reached, since.nulls() == SinceLast.Nulls.FAIL, origin);
            return (transactions == null ? behindTheClock() : exact(transactions, guarantee(origin), earlier))
                    .with(warnings);
        } finally {
            if (utc) {
                database.leaveUtc(connection);
            }
            connection.setAutoCommit(autoCommit);
        }
    }

    private Bound behindTheClock() throws SQLException {
        boolean timed = column.type().isTimed();
        String upTo = highest.below(timed ? database.clock(column.type().kind(), lagSeconds()) : null);
        String guarantee = lag != null
                ? "lagged " + Span.words(lag) + ": rows that are committed later than that after their " + column.name()
                        + " are not exported"
                : "best effort: rows that are committed after later ones were exported are not exported; "
                        + (timed
                                ? "watermark_lag gives them time"
                                : "a watermark of time, with watermark_lag, gives them time");
        return new Bound(upTo, guarantee, null, null);
    }

    private long lagSeconds() {
        return lag == null ? 0 : lag.plusMillis(999).toSeconds(); // what is shorter than a second is a second
    }

    private String guarantee(ValueOrigin origin) {
        return (origin.isOrdered()
                        ? "exact: bounded below the oldest open transaction, " + origin.words()
                        : "best effort: rows that are committed after later ones were exported are not exported: "
                                + origin.words())
                + (lag == null ? "" : "; " + Span.words(lag) + " behind the clock");
    }

    private Bound exact(Transactions transactions, String guarantee, Seen earlier) throws SQLException {
        if (column.type().kind() == Kind.INSTANT) {
            OffsetDateTime clock = transactions.clock();
            OpenTransactions open = transactions.open();
            if (open.startsKnown()) {
                return new Bound(
                        highest.before(limit(clock, open)), guarantee, waitsFor(open, clock.minus(SETTLED)), null);
            }
        }
        return observed(transactions, guarantee, earlier);
    }

    /** Down to a second, since a column may round its instants. */
    private OffsetDateTime limit(OffsetDateTime clock, OpenTransactions open) {
        OffsetDateTime limit = clock.minus(lag == null || lag.compareTo(SETTLED) < 0 ? SETTLED : lag);
        if (open.oldestStart() != null && open.oldestStart().isBefore(limit)) {
            limit = open.oldestStart();
        }
        return limit.truncatedTo(ChronoUnit.SECONDS);
    }

    private static String waitsFor(OpenTransactions open, OffsetDateTime clock) {
        return open.oldestStart() == null || !open.oldestStart().isBefore(clock)
                ? null
                : "a transaction is open since " + open.oldestStart().toInstant() + "; later rows wait for its end";
    }

    private Bound observed(Transactions transactions, String guarantee, Seen earlier) throws SQLException {
        String upTo = highest.below(ceiling(transactions));
        if (upTo == null) {
            return new Bound(null, guarantee, null, earlier);
        }
        if (column.type().kind() == Kind.TIMESTAMP) {
            LockSupport.parkNanos(this, SETTLED.toNanos());
        }
        Set<String> open = waitForEnd(transactions, transactions.open().names());
        if (open.isEmpty()) {
            return new Bound(upTo, guarantee, null, null);
        }
        String waits = open.size() + (open.size() == 1 ? " transaction is" : " transactions are") + " open; rows from "
                + column.name() + " " + upTo + " on may wait for its end";
        Seen now = new Seen(upTo, open);
        if (earlier == null) {
            return new Bound(null, guarantee, waits, now);
        }
        Set<String> left = transactions.open().unended(earlier.open());
        return left.isEmpty()
                ? new Bound(earlier.bound(), guarantee, waits, now)
                : new Bound(null, guarantee, waits, new Seen(earlier.bound(), left));
    }

    /** A condition's right side that keeps out what later transactions may write as well; null where none is needed. */
    private String ceiling(Transactions transactions) {
        return switch (column.type().kind()) {
            case DATE -> database.clock(Kind.DATE, lagSeconds());
            case INSTANT -> database.clock(Kind.INSTANT, Math.max(lagSeconds(), SETTLED.toSeconds()));
            case TIMESTAMP ->
                lag == null ? transactions.easternmostClock() : database.clock(Kind.TIMESTAMP, lagSeconds());
            default -> null;
        };
    }

    /** Waits until transactions have ended, as long as patience lasts; answers those that have not. */
    private Set<String> waitForEnd(Transactions transactions, Set<String> names) throws SQLException {
        Set<String> open = names;
        long deadline = System.nanoTime() + since.patience().toNanos();
        while (!open.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(this, POLL_NANOS);
            open = transactions.open().unended(open);
        }
        return open;
    }

    /** A watermark as a shell takes it, for commands to copy. */
    public static String argument(String value) {
        if (value.startsWith("-")) {
            return "-- " + value;
        }
        return value.matches("[-+.:\\w]+") ? value : "'" + value.replace("'", "'\\''") + "'";
    }
}
