package io.waybill.query;

import io.waybill.flow.ColumnType.Kind;
import io.waybill.flow.SinceLast;
import io.waybill.flow.Span;
import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import io.waybill.rows.Database;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Finds how far an export of what is new may go: to the highest watermark below which no row will appear any more.
 *
 * <p>PostgreSQL shows which transactions are open. A column of instants is bounded by the start of the oldest, since
 * {@code now()} is no earlier in it. Other values say nothing of time. What was there when a transaction began lies below all that it
 * writes, as long as values grow; so the highest value holds once all have ended that were open when it was seen. That is waited for
 * a moment; where it takes longer, the value is kept for the next run, and this one goes up to what an earlier run has seen.
 *
 * <p>Other databases, and PostgreSQL's standbys, do not tell. There an export stays behind the clock by the lag that was declared.
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
    private final Dialect dialect;
    private final String quoted;

    /**
     * @param connection comes back as it was
     * @param column the watermark's column
     * @param lag how far to stay behind the clock; null for not at all
     * @throws WaybillException when the column's type has no order that time follows
     */
    public UpperBound(Connection connection, Source source, SourceColumn column, SinceLast since, Duration lag) {
        this.connection = connection;
        this.source = source;
        this.column = column;
        this.since = since;
        this.lag = lag;
        this.dialect = Dialect.of(source.database());
        this.quoted = dialect.quote(column.name());
        check();
    }

    private void check() {
        switch (column.type().kind()) {
            case INT16, INT32, INT64, DECIMAL, TEXT -> {
                if (lag != null) {
                    throw new WaybillException(
                            Stage.PLAN,
                            "watermark_lag: column " + column.name() + " is " + column.type()
                                    + ", and a lag goes with dates and times; leave it out, or take a watermark of time");
                }
            }
            case DATE, TIMESTAMP, INSTANT -> {}
            default ->
                throw new WaybillException(
                        Stage.PLAN,
                        "watermark: column " + column.name() + " is " + column.type()
                                + "; allowed: whole numbers, decimals, text, dates, timestamps");
        }
    }

    /**
     * How far the export may go.
     *
     * @param upTo the bound, as text; null where nothing may go out yet
     * @param guarantee what it promises of rows that are committed late, in words
     * @param heldBack why there may be rows beyond it, in words; null where nothing holds it back
     * @param seen a bound for a later run; null where there is none
     */
    public record Bound(String upTo, String guarantee, String heldBack, Seen seen) {}

    /**
     * Finds the bound.
     *
     * @param after the watermark, as text; null for none
     * @param earlier what an earlier run saw; null for nothing
     * @throws WaybillException when the database's clock is behind the watermark, or there are NULLs that must not be
     */
    public Bound find(String after, Seen earlier) throws SQLException {
        boolean utc = source.database().isMySqlFamily() && column.type().kind() == Kind.INSTANT;
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(true); // each look sees what is there then, whatever a platform's pool is set to
        if (utc) { // as rows are read
            execute("SET time_zone = '+00:00'");
        }
        try {
            refuseNulls();
            refuseClockSetBack(after);
            return source.database() == Database.POSTGRESQL && !isStandby() ? exact(earlier) : behindTheClock();
        } finally {
            if (utc) {
                execute("SET time_zone = DEFAULT");
            }
            connection.setAutoCommit(autoCommit);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private boolean isStandby() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_is_in_recovery()")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private void refuseNulls() throws SQLException {
        if (since.nulls() != SinceLast.Nulls.FAIL || !column.nullable()) {
            return;
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT COUNT(*) FROM " + source.relation() + " WHERE " + quoted + " IS NULL")) {
            row.next();
            if (row.getLong(1) > 0) {
                throw new WaybillException(
                        Stage.PLAN,
                        "watermark_nulls: " + row.getLong(1) + " rows of data set \"" + source.id() + "\" have no "
                                + column.name() + ", and watermark_nulls = \"fail\"");
            }
        }
    }

    /** What is written now would lie below the watermark, and never go out. */
    private void refuseClockSetBack(String after) throws SQLException {
        if (after == null || column.type().kind() != Kind.INSTANT) {
            return;
        }
        String sql = "SELECT MIN(" + dialect.clock(Kind.INSTANT, 0) + ") FROM (SELECT 1 AS x) q WHERE "
                + dialect.clock(Kind.INSTANT, 0) + " < ?";
        OffsetDateTime low = OffsetDateTime.parse(after);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setObject(1, source.database().isMySqlFamily() ? low.toLocalDateTime() : low);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                String clock = row.getString(1);
                if (clock != null) {
                    throw new WaybillException(
                            Stage.PLAN,
                            true,
                            "the clock of the database shows " + clock + ", and rows up to " + after
                                    + " are exported already: it was set back, and what is written now would be skipped;"
                                    + " set it right, or move the watermark (waybill watermark set)",
                            null);
                }
            }
        }
    }

    private Bound behindTheClock() throws SQLException {
        boolean timed = column.type().isTimed();
        String upTo = highest(timed ? dialect.clock(column.type().kind(), lagSeconds()) : null);
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

    private Bound exact(Seen earlier) throws SQLException {
        String guarantee = "exact: bounded below the oldest open transaction, for " + column.name()
                + " as the database or a sequence sets it"
                + (lag == null ? "" : "; " + Span.words(lag) + " behind the clock");
        if (column.type().kind() == Kind.INSTANT) {
            OffsetDateTime clock = clock();
            OpenTransactions open = OpenTransactions.of(connection);
            if (open.startsKnown()) {
                return new Bound(
                        highestBelow(limit(clock, open)), guarantee, waitsFor(open, clock.minus(SETTLED)), null);
            }
        }
        return observed(guarantee, earlier);
    }

    private OffsetDateTime clock() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT clock_timestamp()")) {
            row.next();
            return row.getObject(1, OffsetDateTime.class);
        }
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

    private Bound observed(String guarantee, Seen earlier) throws SQLException {
        String highest = highest(ceiling());
        if (highest == null) {
            return new Bound(null, guarantee, null, earlier);
        }
        if (column.type().kind() == Kind.TIMESTAMP) {
            LockSupport.parkNanos(this, SETTLED.toNanos());
        }
        Set<String> open = waitForEnd(OpenTransactions.of(connection).names());
        if (open.isEmpty()) {
            return new Bound(highest, guarantee, null, null);
        }
        String waits = open.size() + (open.size() == 1 ? " transaction is" : " transactions are") + " open; rows from "
                + column.name() + " " + highest + " on may wait for its end";
        Seen now = new Seen(highest, open);
        if (earlier == null) {
            return new Bound(null, guarantee, waits, now);
        }
        Set<String> left = OpenTransactions.of(connection).unended(earlier.open());
        return left.isEmpty()
                ? new Bound(earlier.bound(), guarantee, waits, now)
                : new Bound(null, guarantee, waits, new Seen(earlier.bound(), left));
    }

    /** A condition's right side that keeps out what later transactions may write as well; null where none is needed. */
    private String ceiling() {
        return switch (column.type().kind()) {
            case DATE -> dialect.clock(Kind.DATE, lagSeconds());
            case INSTANT -> dialect.clock(Kind.INSTANT, Math.max(lagSeconds(), SETTLED.toSeconds()));
            case TIMESTAMP -> lag == null ? null : dialect.clock(Kind.TIMESTAMP, lagSeconds());
            default -> null;
        };
    }

    /** Waits until transactions have ended, as long as patience lasts; answers those that have not. */
    private Set<String> waitForEnd(Set<String> transactions) throws SQLException {
        Set<String> open = transactions;
        long deadline = System.nanoTime() + since.patience().toNanos();
        while (!open.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(this, POLL_NANOS);
            open = OpenTransactions.of(connection).unended(open);
        }
        return open;
    }

    /** @param ceiling what the value must lie before, in SQL; null for any value */
    private String highest(String ceiling) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        highestSql() + (ceiling == null ? "" : " WHERE " + quoted + " < " + ceiling))) {
            row.next();
            return text(row);
        }
    }

    private String highestBelow(OffsetDateTime limit) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(highestSql() + " WHERE " + quoted + " < ?")) {
            statement.setObject(1, limit);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return text(row);
            }
        }
    }

    private String highestSql() {
        String highest = "MAX(" + quoted + ")";
        boolean asText = source.database().isMySqlFamily() && column.type().isTimed();
        // the driver would move a local time through the zone of this process
        return "SELECT " + (asText ? "CAST(" + highest + " AS CHAR)" : highest) + " FROM " + source.relation();
    }

    private String text(ResultSet row) throws SQLException {
        boolean asText = source.database().isMySqlFamily();
        return switch (column.type().kind()) {
            case DATE -> {
                LocalDate date = asText ? parsed(row, LocalDate::parse) : row.getObject(1, LocalDate.class);
                yield date == null ? null : date.toString();
            }
            case TIMESTAMP -> {
                LocalDateTime time =
                        asText ? parsed(row, UpperBound::localTime) : row.getObject(1, LocalDateTime.class);
                yield time == null ? null : time.toString();
            }
            case INSTANT -> {
                LocalDateTime utc = asText ? parsed(row, UpperBound::localTime) : null;
                OffsetDateTime time = asText
                        ? utc == null ? null : utc.atOffset(ZoneOffset.UTC)
                        : row.getObject(1, OffsetDateTime.class);
                yield time == null ? null : time.toInstant().toString();
            }
            case TEXT -> row.getString(1);
            default -> {
                BigDecimal number = row.getBigDecimal(1);
                yield number == null ? null : number.toPlainString();
            }
        };
    }

    private static LocalDateTime localTime(String text) {
        return LocalDateTime.parse(text.replace(' ', 'T'));
    }

    private static <T> T parsed(ResultSet row, java.util.function.Function<String, T> parser) throws SQLException {
        String text = row.getString(1);
        return text == null ? null : parser.apply(text);
    }
}
