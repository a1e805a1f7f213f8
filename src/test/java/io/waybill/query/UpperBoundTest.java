package io.waybill.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.database.OpenTransactions;
import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.database.Standard;
import io.waybill.database.Transactions;
import io.waybill.database.ValueOrigin;
import io.waybill.facts.Seen;
import io.waybill.flow.ColumnType;
import io.waybill.flow.DataSetKind;
import io.waybill.flow.SinceLast;
import io.waybill.query.UpperBound.Bound;
import io.waybill.query.UpperBound.Reached;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How far an export of what is new goes: below what may still come. */
class UpperBoundTest {

    private static final OffsetDateTime CLOCK = OffsetDateTime.parse("2026-01-15T12:00:00Z");
    private static final ValueOrigin BY_SEQUENCE = new ValueOrigin(true, "for id as sequence ids sets it", "ids");
    private static final Reached NOTHING_YET = new Reached("flow", null, false);

    private HikariDataSource rows;
    private Connection connection;

    @BeforeEach
    void createRows() throws SQLException {
        rows = TestDatabases.h2();
        TestDatabases.execute(
                rows,
                "CREATE TABLE t (id integer, at timestamp(6) with time zone, l timestamp(6), raw varbinary(9))",
                "INSERT INTO t VALUES (1, TIMESTAMP WITH TIME ZONE '2026-01-15 10:00:00Z', LOCALTIMESTAMP - INTERVAL '2' HOUR,"
                        + " NULL)",
                "INSERT INTO t VALUES (2, TIMESTAMP WITH TIME ZONE '2026-01-15 11:00:00Z', LOCALTIMESTAMP + INTERVAL '2' HOUR,"
                        + " NULL)");
        connection = rows.getConnection();
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
        rows.close();
    }

    /** A database that tells of these open transactions, look by look; of the last for ever. */
    private static Standard telling(OpenTransactions... looks) {
        return new Standard() {

            private int look;

            @Override
            public Optional<Transactions> transactions(Connection connection) {
                return Optional.of(new Transactions() {

                    @Override
                    public ValueOrigin origin(Source source, SourceColumn column) {
                        return BY_SEQUENCE;
                    }

                    @Override
                    public OpenTransactions open() {
                        return looks[Math.min(look++, looks.length - 1)];
                    }

                    @Override
                    public OffsetDateTime clock() {
                        return CLOCK;
                    }

                    @Override
                    public String easternmostClock() {
                        return "LOCALTIMESTAMP";
                    }
                });
            }
        };
    }

    private static OpenTransactions open(String... names) {
        return new OpenTransactions(Set.of(names), null, true);
    }

    private UpperBound bound(Standard database, String name, ColumnType type, Duration lag) throws SQLException {
        return bound(database, name, type, lag, Duration.ZERO);
    }

    private UpperBound bound(Standard database, String name, ColumnType type, Duration lag, Duration patience)
            throws SQLException {
        SourceColumn column = new SourceColumn(name, type, type, type.toString(), true, false, false, false);
        Source source = new Source("t", DataSetKind.PLAIN, database, "t", "table t", List.of(), List.of(column));
        SinceLast since = new SinceLast(lag, patience, SinceLast.Nulls.EXCLUDE);
        return new UpperBound(connection, source, column, since, lag);
    }

    private Bound ofIds(Standard database, Seen earlier) throws SQLException {
        return bound(database, "id", ColumnType.INT32, null).find(NOTHING_YET, earlier);
    }

    @Test
    void whereNobodyTellsOfTransactionsItIsTheHighestValueThatIsThere() throws SQLException {
        Bound bound = ofIds(new Standard(), null);

        assertThat(bound.upTo()).isEqualTo("2");
        assertThat(bound.guarantee())
                .isEqualTo("best effort: rows that are committed after later ones were exported are not exported;"
                        + " a watermark of time, with watermark_lag, gives them time");
    }

    @Test
    void aLagStaysThatLongBehindTheClock() throws SQLException {
        Bound bound = bound(new Standard(), "l", ColumnType.timestamp(6), Duration.ofHours(1))
                .find(NOTHING_YET, null);

        assertThat(bound.upTo()).isNotNull().isEqualTo(text("SELECT MIN(l) FROM t"));
        assertThat(bound.guarantee())
                .isEqualTo("lagged 1 hour: rows that are committed later than that after their l are not exported");
    }

    private String text(String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getObject(1, java.time.LocalDateTime.class).toString();
        }
    }

    @Test
    void theHighestValueHoldsOnceNobodyWritesBelowIt() throws SQLException {
        Bound bound = bound(telling(open("3/17"), open()), "id", ColumnType.INT32, null, Duration.ofMinutes(5))
                .find(NOTHING_YET, null);

        assertThat(bound.upTo()).isEqualTo("2");
        assertThat(bound.heldBack()).isNull();
        assertThat(bound.guarantee())
                .isEqualTo("exact: bounded below the oldest open transaction, for id as sequence ids sets it");
    }

    @Test
    void whatATransactionMayStillWriteBelowIsKeptForTheNextRun() throws SQLException {
        Bound bound = ofIds(telling(open("3/17")), null);

        assertThat(bound.upTo()).isNull();
        assertThat(bound.seen()).isEqualTo(new Seen("2", Set.of("3/17")));
        assertThat(bound.heldBack()).isEqualTo("1 transaction is open; rows from id 2 on may wait for its end");
    }

    @Test
    void whatAnEarlierRunHasSeenHoldsOnceThoseHaveEnded() throws SQLException {
        Seen earlier = new Seen("1", Set.of("3/16"));

        Bound goesOn = ofIds(telling(open("3/16", "3/17")), earlier);
        Bound hasEnded = ofIds(telling(open("3/17")), earlier);

        assertThat(goesOn.upTo()).isNull();
        assertThat(goesOn.seen()).isEqualTo(earlier);
        assertThat(hasEnded.upTo()).isEqualTo("1");
        assertThat(hasEnded.seen()).isEqualTo(new Seen("2", Set.of("3/17")));
    }

    @Test
    void instantsLieBeforeTheStartOfTheOldestTransaction() throws SQLException {
        OffsetDateTime start = OffsetDateTime.parse("2026-01-15T10:30:00Z");
        Standard database = telling(new OpenTransactions(Set.of("3/17"), start, true));

        Bound bound = bound(database, "at", ColumnType.instant(6), null).find(NOTHING_YET, null);

        assertThat(bound.upTo()).isEqualTo("2026-01-15T10:00:00Z");
        assertThat(bound.heldBack())
                .isEqualTo("a transaction is open since 2026-01-15T10:30:00Z; later rows wait for its end");
    }

    @Test
    void theConnectionComesBackAsItWas() throws SQLException {
        connection.setAutoCommit(false);

        ofIds(new Standard(), null);

        assertThat(connection.getAutoCommit()).isFalse();
    }

    @Test
    void aColumnWithoutAnOrderOfTimeIsRefused() {
        assertThatThrownBy(() -> bound(new Standard(), "raw", ColumnType.BINARY, null))
                .hasMessage(
                        "watermark: column raw is binary; allowed: whole numbers, decimals, text, dates, timestamps");
        assertThatThrownBy(() -> bound(new Standard(), "id", ColumnType.INT32, Duration.ofMinutes(5)))
                .hasMessage("watermark_lag: column id is integer, and a lag goes with dates and times; leave it out, or"
                        + " take a watermark of time");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            42                   | 42
            2026-01-15T02:00:00Z | 2026-01-15T02:00:00Z
            -7                   | -- -7
            two words            | 'two words'
            it's                 | 'it'\\''s'
            """)
    void aWatermarkIsShownAsAShellTakesIt(String value, String argument) {
        assertThat(UpperBound.argument(value)).isEqualTo(argument);
    }
}
