package io.waybill.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** The demo's database, as {@code demo.sql} makes it. */
final class DemoData {

    /** The orders, over all batches. */
    static final int ORDERS = 100_000;

    private DemoData() {}

    static void create(Connection connection) throws SQLException {
        try (InputStream sql = DemoData.class.getResourceAsStream("demo.sql");
                Statement statement = connection.createStatement()) {
            statement.execute(new String(sql.readAllBytes(), StandardCharsets.UTF_8)); // H2 takes all of them at once
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
