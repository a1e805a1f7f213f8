package io.waybill;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.ledger.Ledger;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;

/** Ledgers whose tables are there: made once a test run, by the migrations, and copied. */
public final class TestLedgers {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private TestLedgers() {}

    /** What makes the tables of a ledger that has had all migrations. */
    private static final class Template {

        static final List<String> IN_MEMORY = read(inMemory("jdbc:h2:mem:ledger-template"));

        /** Where names are in small letters. */
        static final List<String> OF_H2 = read(TestDatabases.h2());

        private static DataSource inMemory(String url) {
            JdbcDataSource database = new JdbcDataSource();
            database.setURL(url);
            database.setUser("");
            return database;
        }

        private static List<String> read(DataSource database) {
            List<String> statements = new ArrayList<>();
            try (Connection connection = database.getConnection();
                    Statement statement = connection.createStatement()) {
                migrate(database);
                try (ResultSet script = statement.executeQuery("SCRIPT")) {
                    while (script.next()) {
                        if (!script.getString(1).startsWith("CREATE USER")) {
                            statements.add(script.getString(1));
                        }
                    }
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            return statements;
        }
    }

    private static void migrate(DataSource database) {
        Ledger.open(database, Clock.systemUTC(), () -> {}).close();
    }

    /** The URL of a database in memory that is not there yet. */
    static String newUrlInMemory() {
        return "jdbc:h2:mem:ledger" + NUMBER.incrementAndGet();
    }

    /** Makes a ledger in memory, which is there as long as somebody has a connection to it. */
    static Connection make(String url) {
        try {
            Connection connection = DriverManager.getConnection(url, "", "");
            execute(connection, Template.IN_MEMORY);
            return connection;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void execute(Connection connection, List<String> statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** A ledger of its own on H2. */
    public static HikariDataSource h2() {
        HikariDataSource database = TestDatabases.h2();
        try (Connection connection = database.getConnection()) {
            execute(connection, Template.OF_H2);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return database;
    }

    private static final class Postgres {

        static final String TEMPLATE = make();

        private static String make() {
            try (HikariDataSource database = TestDatabases.postgres()) {
                migrate(database);
                return database.getJdbcUrl().replaceAll(".*/(\\w+).*", "$1");
            }
        }
    }

    /** A ledger of its own on PostgreSQL. */
    public static HikariDataSource postgres() {
        return TestDatabases.postgres(Postgres.TEMPLATE);
    }
}
