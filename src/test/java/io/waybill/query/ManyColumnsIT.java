package io.waybill.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.flow.DataSet;
import java.nio.file.Path;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A table of as many columns as PostgreSQL lets it have. */
class ManyColumnsIT {

    private static final int MOST = 1600;

    @TempDir
    private Path folder;

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

    /** Something that is done with a database. */
    @FunctionalInterface
    private interface Work {

        void of(HikariDataSource database) throws Exception;
    }

    private static List<String> askedFor(int columns, Work work) throws Exception {
        Logger driver = Logger.getLogger("org.postgresql.core.v3.QueryExecutorImpl");
        Level before = driver.getLevel();
        Sent sent = new Sent();
        try (HikariDataSource database = TestDatabases.postgres()) {
            TestDatabases.execute(
                    database,
                    IntStream.rangeClosed(1, columns)
                            .mapToObj(number -> "c" + number + (number % 2 == 0 ? " integer" : " text NOT NULL"))
                            .collect(Collectors.joining(", ", "CREATE TABLE wide (", ")")));
            driver.addHandler(sent);
            driver.setUseParentHandlers(false);
            driver.setLevel(Level.FINEST);
            work.of(database);
        } finally {
            driver.setLevel(before);
            driver.setUseParentHandlers(true);
            driver.removeHandler(sent);
        }
        return sent.queries;
    }

    private static int longest(List<String> queries) {
        return queries.stream().mapToInt(String::length).max().orElseThrow();
    }

    /** Else the driver asks for each column's table by a branch of a UNION, which takes the server half a minute to plan. */
    @Test
    void areLookedUpByNoMoreAndNoLongerQueriesThanAFew() throws Exception {
        Work lookUp = database -> {
            try (Connection connection = database.getConnection()) {
                new Catalog(connection, "db").find(DataSet.undeclared("wide", "db"), "public");
            }
        };
        List<String> few = askedFor(10, lookUp);
        List<String> many = askedFor(MOST, lookUp);

        assertThat(few).isNotEmpty();
        assertThat(many).hasSameSizeAs(few);
        assertThat(longest(many)).isEqualTo(longest(few));
    }

    @ParameterizedTest
    @ValueSource(strings = {"copy", "jdbc"})
    void areReadByNoMoreQueriesThanAFewAndNoneButTheExportsOwnIsLonger(String reader) throws Exception {
        Work export = database -> {
            try (FlowHarness harness = new FlowHarness(folder, database)) {
                harness.export("source_dataset_id = \"wide\"\nfile_path = \"{{root}}/wide.csv\"\nreader = \"" + reader
                        + "\"\n");
            }
        };
        List<String> few = askedFor(10, export);
        List<String> many = askedFor(MOST, export);

        assertThat(many).hasSameSizeAs(few);
        assertThat(many.stream().filter(query -> query.length() > 2 * longest(few)))
                .allSatisfy(
                        query -> assertThat(query).contains("\"c1\", \"c2\"").doesNotContain("pg_class"));
    }
}
