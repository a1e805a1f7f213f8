import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/** PostgreSQL's rows by JDBC into DuckDB's appender, and from there by COPY to Parquet. Prints the milliseconds. */
public class DuckDb {

    public static void main(String[] arguments) throws Exception {
        Path out = Path.of(arguments[1]);
        long start = System.nanoTime();
        try (Connection postgres = DriverManager.getConnection(arguments[0]);
                DuckDBConnection duckdb = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:");
                Statement into = duckdb.createStatement()) {
            into.execute("CREATE TABLE orders (id BIGINT, customer INTEGER, status VARCHAR, amount DECIMAL(12,2), discount DOUBLE,"
                    + " currency VARCHAR, note VARCHAR, ordered_at TIMESTAMPTZ, delivery DATE, paid BOOLEAN, batch_id INTEGER,"
                    + " record_type VARCHAR)");
            postgres.setAutoCommit(false);
            try (Statement from = postgres.createStatement();
                    DuckDBAppender appender = duckdb.createAppender("main", "orders")) {
                from.setFetchSize(10_000);
                ResultSet row = from.executeQuery("SELECT * FROM orders");
                while (row.next()) {
                    appender.beginRow();
                    appender.append(row.getLong(1));
                    appender.append(row.getInt(2));
                    appender.append(row.getString(3));
                    appender.append((BigDecimal) row.getBigDecimal(4));
                    appender.append(row.getDouble(5));
                    appender.append(row.getString(6));
                    appender.append(row.getString(7));
                    appender.append(row.getObject(8, OffsetDateTime.class));
                    appender.append(row.getObject(9, LocalDate.class));
                    appender.append(row.getBoolean(10));
                    appender.append(row.getInt(11));
                    appender.append(row.getString(12));
                    appender.endRow();
                }
            }
            into.execute("COPY orders TO '" + out + "' (FORMAT parquet, COMPRESSION snappy)");
        }
        System.out.println((System.nanoTime() - start) / 1_000_000);
    }
}
