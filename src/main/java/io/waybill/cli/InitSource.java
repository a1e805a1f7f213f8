package io.waybill.cli;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.database.JdbcDriver;
import io.waybill.database.Source;
import io.waybill.flow.DataSet;
import io.waybill.query.Catalog;
import io.waybill.rows.DataSources;
import io.waybill.rows.SqlFailure;
import io.waybill.run.ColumnScan;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * The database that somebody begins with.
 *
 * @param url its address; null for a data source that is configured already
 * @param user who logs in; null for nobody
 * @param password what with; null for nothing
 */
record InitSource(String url, String user, String password, DataSource database) implements AutoCloseable {

    /** Nobody waits longer for somebody's own typing errors. */
    private static final String PATIENCE_MS = "5000";

    private static final Pattern PASSWORD = Pattern.compile("(?i)[?;&,](password|pwd|passwd)=.|//[^/@:]+:[^/@]+@");

    /** The schema that flows are looked for in which say no namespace. */
    static final String NAMESPACE = "public";

    /**
     * One by its address.
     *
     * @throws WaybillException when no driver takes the address; the message says what is allowed
     */
    static InitSource open(String url, String user, String password) {
        check(url);
        Map<String, String> settings = new TreeMap<>(Map.of("url", url, "connection-timeout-ms", PATIENCE_MS));
        if (user != null) {
            settings.put("username", user);
        }
        if (password != null) {
            settings.put("password", password);
        }
        return new InitSource(url, user, password, DataSources.open(name(url), "", settings));
    }

    /** @throws WrongUsageException when it is not to be taken, whatever drivers say */
    static void check(String url) {
        if (!url.startsWith("jdbc:")) {
            throw new WrongUsageException(
                    "url: a JDBC URL is expected, which begins with jdbc:; write for example " + example());
        }
        if (PASSWORD.matcher(url).find()) {
            throw new WrongUsageException("url: holds a password, which would stand in application.properties; leave it"
                    + " out, and say it by --password-env, or when it is asked for");
        }
    }

    /** What it would be called: what its address ends with. */
    static String name(String url) {
        String[] parts = url.replaceFirst("[?;].*", "").split("[/:\\\\]");
        String last = parts[parts.length - 1]
                .replaceFirst("\\.[^.]*$", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9_-]+", "-")
                .replaceAll("^-+|-+$", "");
        return last.isEmpty() ? "db" : last;
    }

    /** Addresses that drivers take which are there. */
    static String example() {
        return DataSources.drivers().stream()
                .map(driver -> "jdbc:" + driver.scheme() + ":" + driver.example())
                .limit(2)
                .collect(Collectors.joining(" or "));
    }

    static String drivers() {
        return DataSources.drivers().stream().map(JdbcDriver::scheme).distinct().collect(Collectors.joining(", "));
    }

    /** Asks a connection of it. */
    @FunctionalInterface
    interface Question<T> {
        T ask(Connection connection) throws SQLException;
    }

    /** @throws WaybillException when the database does not answer, in its driver's words */
    <T> T ask(Question<T> question) {
        try (Connection connection = database.getConnection()) {
            return question.ask(connection);
        } catch (SQLException e) {
            throw SqlFailure.of(Stage.PLAN, "no connection", e);
        }
    }

    /** Who answers, in words. */
    String greeting() {
        return ask(connection -> {
            DatabaseMetaData product = connection.getMetaData();
            return "connected to " + product.getDatabaseProductName() + " "
                    + first(product.getDatabaseProductVersion()) + ", by " + product.getDriverName() + " "
                    + first(product.getDriverVersion());
        });
    }

    /** A version without what follows it. */
    private static String first(String version) {
        return String.valueOf(version).strip().split("[\\s(]")[0];
    }

    /** @throws WrongUsageException when there is nothing to export */
    List<String> tables() {
        List<String> tables = ask(connection -> new Catalog(connection, "").listed(NAMESPACE));
        if (tables.isEmpty()) {
            throw new WrongUsageException("there are no tables or views there"
                    + (user == null ? "" : " that " + user + " sees") + "; is it the right database?");
        }
        return tables;
    }

    /** What is to be known of a table before a flow is written. */
    InitTable look(String table, String name) {
        DataSet dataSet = DataSet.undeclared(table, name);
        return ask(connection -> {
            Source source = new Catalog(connection, name).find(dataSet, NAMESPACE);
            return InitTable.of(source, new ColumnScan(source, dataSet, null).propose(database, name));
        });
    }

    @Override
    public void close() {
        if (url != null && database instanceof AutoCloseable pool) {
            try {
                pool.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
