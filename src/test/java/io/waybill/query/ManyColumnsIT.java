package io.waybill.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.flow.DataSet;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A table of as many columns as PostgreSQL lets it have. */
class ManyColumnsIT {

    private static final int MOST = 1600;

    /** What the driver sends, which it tells in its log; some of it nobody has asked it to. */
    private static final class Sent extends Handler {

        private final List<String> queries = new ArrayList<>();

        @Override
        public void publish(LogRecord told) {
            String text = new SimpleFormatter().formatMessage(told);
            if (text.contains("FE=> Parse")) {
                queries.add(text);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    private static List<String> askedFor(int columns) throws Exception {
        Logger driver = Logger.getLogger("org.postgresql.core.v3.QueryExecutorImpl");
        Level before = driver.getLevel();
        Sent sent = new Sent();
        try (HikariDataSource database = TestDatabases.postgres()) {
            TestDatabases.execute(
                    database,
                    IntStream.rangeClosed(1, columns)
                            .mapToObj(number -> "c" + number + (number % 2 == 0 ? " integer" : " text NOT NULL"))
                            .collect(Collectors.joining(", ", "CREATE TABLE wide (", ")")));
            try (Connection connection = database.getConnection()) {
                driver.addHandler(sent);
                driver.setLevel(Level.FINEST);
                Source source = new Catalog(connection, "db").find(DataSet.undeclared("wide", "db"), "public");
                assertThat(source.columns()).hasSize(columns);
            }
        } finally {
            driver.setLevel(before);
            driver.removeHandler(sent);
        }
        return sent.queries;
    }

    /** Else the driver asks for each column's table by a branch of a UNION, which takes the server half a minute to plan. */
    @Test
    void areLookedUpByNoMoreAndNoLongerQueriesThanAFew() throws Exception {
        List<String> few = askedFor(10);
        List<String> many = askedFor(MOST);

        assertThat(few).isNotEmpty();
        assertThat(many).hasSameSizeAs(few);
        assertThat(many.stream().mapToInt(String::length).max().orElseThrow())
                .isEqualTo(few.stream().mapToInt(String::length).max().orElseThrow());
    }
}
