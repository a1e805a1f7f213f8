package io.waybill.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.ledger.Tokens.DailyLimits;
import io.waybill.ledger.Tokens.Token;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How long somebody is logged in, on each database that a ledger can be in. */
class SessionsIT {

    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

    static Stream<Arguments> databases() {
        return Stream.of(
                Arguments.of("H2", (Supplier<HikariDataSource>) TestDatabases::h2),
                Arguments.of("PostgreSQL", (Supplier<HikariDataSource>) TestDatabases::postgres),
                Arguments.of("MariaDB", (Supplier<HikariDataSource>) TestDatabases::mariadb));
    }

    private static Optional<Session> open(HikariDataSource database, Duration later, String secret) {
        try (Ledger ledger = Ledger.open(database, Clock.fixed(NOW.plus(later), ZoneOffset.UTC), null)) {
            return ledger.server().sessions().open(secret);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("databases")
    void endsUnusedAndAfterSomeHoursAndWithItsToken(String name, Supplier<HikariDataSource> database) {
        try (HikariDataSource opened = database.get();
                Ledger ledger = Ledger.open(opened, Clock.fixed(NOW, ZoneOffset.UTC), null)) {
            Tokens tokens = ledger.server().tokens();
            Token token = tokens.create("a", "view@*", null, DailyLimits.NONE).token();
            Sessions sessions = ledger.server().sessions("a");
            String unused = sessions.begin(token.id());
            assertThat(open(opened, Duration.ofHours(3), unused)).isEmpty();

            String used = sessions.begin(token.id());
            for (int hours = 1; hours < 12; hours++) {
                assertThat(open(opened, Duration.ofHours(hours), used))
                        .as(hours + " h")
                        .isPresent();
            }
            assertThat(open(opened, Duration.ofHours(12), used)).isEmpty();
            assertThat(open(opened, Duration.ZERO, used + "x")).isEmpty();

            String ended = sessions.begin(token.id());
            sessions.end(ended);
            sessions.end(ended);
            assertThat(sessions.open(ended)).isEmpty();

            Token other = tokens.create("b", "view@*", NOW.plusSeconds(60), DailyLimits.NONE)
                    .token();
            String withToken = sessions.begin(other.id());
            assertThat(open(opened, Duration.ofSeconds(61), withToken)).isEmpty();
            String revoked = sessions.begin(token.id());
            tokens.revoke(token.id());
            assertThat(sessions.open(revoked)).isEmpty();

            ledger.server().subjects().came("https://login.example", "s", "ann", "view@*");
            String ann = Subjects.id("https://login.example", "s");
            String ofUser = sessions.begin(ann, List.of("sales", "all of us"), NOW.plusSeconds(60));
            assertThat(open(opened, Duration.ofSeconds(59), ofUser))
                    .hasValueSatisfying(session ->
                            assertThat(((Session.OfUser) session).groups()).containsExactly("sales", "all of us"));
            assertThat(open(opened, Duration.ofSeconds(60), ofUser)).isEmpty();
            String tillTheEnd = sessions.begin(ann, List.of("sales"), NOW.plus(Duration.ofDays(9)));
            for (int hours = 1; hours < 12; hours++) {
                assertThat(open(opened, Duration.ofHours(hours), tillTheEnd)).isPresent();
            }
            assertThat(open(opened, Duration.ofHours(12), tillTheEnd)).isEmpty();
            assertThat(ledger.audit().latest(100))
                    .extracting(Audit.Entry::action)
                    .contains("log in", "log out");
        }
    }
}
