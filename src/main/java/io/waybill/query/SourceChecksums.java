package io.waybill.query;

import io.waybill.query.Query.SelectedColumn;
import io.waybill.rows.ColumnChecksum;
import io.waybill.rows.Database;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * What the columns of a query come to in the database itself. PostgreSQL, MySQL, MariaDB and H2 add up most of them; of the others'
 * columns the values are counted.
 */
public final class SourceChecksums {

    /** PostgreSQL has crc32 from 18 on. */
    private static final int CRC_VERSION = 18;

    private final Connection connection;
    private final Database database;
    private final Dialect dialect;

    public SourceChecksums(Connection connection, Database database) {
        this.connection = connection;
        this.database = database;
        this.dialect = Dialect.of(database);
    }

    /**
     * What a query comes to now.
     *
     * @param rows how many rows it answers
     * @param columns its columns, in their order
     */
    public record Result(long rows, List<ColumnChecksum> columns) {

        public Result {
            columns = List.copyOf(columns);
        }
    }

    /** The aggregates of a column; null for those that the database cannot make. */
    private record Aggregates(String sum, String bytes, String crc32) {

        static final Aggregates NONE = new Aggregates(null, null, null);

        static Aggregates ofSum(String sum) {
            return new Aggregates(sum, null, null);
        }
    }

    /** Asks the database. */
    public Result of(Query query) throws SQLException {
        List<Aggregates> aggregates = new ArrayList<>();
        StringBuilder sql = new StringBuilder("SELECT COUNT(*)");
        for (SelectedColumn column : query.columns()) {
            String quoted = "s." + dialect.quote(column.label());
            Aggregates of = aggregates(column.source(), quoted);
            aggregates.add(of);
            sql.append(", COUNT(").append(quoted).append(')');
            append(sql, of.sum());
            append(sql, of.bytes());
            append(sql, of.crc32());
        }
        sql.append(" FROM (").append(query.sql()).append(") s");
        boolean utc = database.isMySqlFamily();
        execute(utc ? "SET time_zone = '+00:00'" : null); // as rows are read
        try (PreparedStatement statement = connection.prepareStatement(sql.toString())) {
            query.bind(statement);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return result(row, query, aggregates);
            }
        } finally {
            execute(utc ? "SET time_zone = DEFAULT" : null);
        }
    }

    private void execute(String sql) throws SQLException {
        if (sql != null) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }
    }

    private static void append(StringBuilder sql, String aggregate) {
        if (aggregate != null) {
            sql.append(", ").append(aggregate);
        }
    }

    private static Result result(ResultSet row, Query query, List<Aggregates> aggregates) throws SQLException {
        List<ColumnChecksum> columns = new ArrayList<>();
        int next = 2;
        for (int i = 0; i < aggregates.size(); i++) {
            Aggregates of = aggregates.get(i);
            long values = row.getLong(next++);
            BigDecimal sum = of.sum() == null ? null : number(row, next++);
            BigDecimal bytes = of.bytes() == null ? null : number(row, next++);
            BigDecimal crc32 = of.crc32() == null ? null : number(row, next++);
            columns.add(new ColumnChecksum(
                    query.columns().get(i).label(),
                    values,
                    sum,
                    bytes == null ? null : bytes.longValueExact(),
                    crc32 == null ? null : crc32.longValueExact()));
        }
        return new Result(row.getLong(1), columns);
    }

    /** A sum of no values is NULL. */
    private static BigDecimal number(ResultSet row, int column) throws SQLException {
        BigDecimal number = row.getBigDecimal(column);
        return number == null ? BigDecimal.ZERO : number;
    }

    private Aggregates aggregates(SourceColumn column, String quoted) throws SQLException {
        if (!column.type().equals(column.found())) {
            return Aggregates.NONE; // its files hold what it was declared as
        }
        return switch (database) {
            case POSTGRESQL -> postgresql(column, quoted);
            case MARIADB, MYSQL -> mysql(column, quoted);
            case H2 -> h2(column, quoted);
            default -> Aggregates.NONE;
        };
    }

    private Aggregates postgresql(SourceColumn column, String quoted) throws SQLException {
        return switch (column.type().kind()) {
            case BOOLEAN -> truths(quoted);
            case INT16, INT32, INT64 -> Aggregates.ofSum("SUM(CAST(" + quoted + " AS numeric))");
            case DECIMAL ->
                Aggregates.ofSum(
                        "SUM(" + quoted + ") FILTER (WHERE " + quoted + " NOT IN ('NaN', 'Infinity', '-Infinity'))");
            case DATE ->
                Aggregates.ofSum("SUM(CAST(" + quoted + " - DATE '1970-01-01' AS numeric)) FILTER (WHERE isfinite("
                        + quoted + "))");
            case TIMESTAMP, INSTANT ->
                Aggregates.ofSum("SUM(CAST(extract(epoch FROM " + quoted
                        + ") AS numeric) * 1000000) FILTER (WHERE isfinite(" + quoted + "))");
            case TEXT, UUID, JSON ->
                column.nativeType().equals("bpchar") // loses its blanks when it is cast
                        ? Aggregates.NONE
                        : bytes(
                                "octet_length(convert_to(CAST(" + quoted + " AS text), 'UTF8'))",
                                "crc32(convert_to(CAST(" + quoted + " AS text), 'UTF8'))");
            case BINARY -> bytes("octet_length(" + quoted + ")", "crc32(" + quoted + ")");
            case FLOAT32, FLOAT64, TIME, ARRAY -> Aggregates.NONE;
        };
    }

    private Aggregates bytes(String length, String crc32) throws SQLException {
        boolean hasCrc =
                database != Database.POSTGRESQL || connection.getMetaData().getDatabaseMajorVersion() >= CRC_VERSION;
        return new Aggregates(null, "SUM(" + length + ")", hasCrc ? "SUM(" + crc32 + ")" : null);
    }

    private static Aggregates truths(String quoted) {
        return Aggregates.ofSum("SUM(CASE WHEN " + quoted + " THEN 1 ELSE 0 END)");
    }

    private Aggregates mysql(SourceColumn column, String quoted) throws SQLException {
        return switch (column.type().kind()) {
            case BOOLEAN -> truths(quoted);
            case INT16, INT32, INT64, DECIMAL -> Aggregates.ofSum("SUM(" + quoted + ")");
            case DATE -> Aggregates.ofSum("SUM(DATEDIFF(" + quoted + ", '1970-01-01'))");
            case TIMESTAMP, INSTANT ->
                Aggregates.ofSum("SUM(TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', " + quoted + "))");
            case TEXT, UUID, JSON -> {
                String text = "CONVERT(" + quoted + " USING utf8mb4)";
                yield bytes("OCTET_LENGTH(" + text + ")", "CRC32(" + text + ")");
            }
            case BINARY -> bytes("OCTET_LENGTH(" + quoted + ")", "CRC32(" + quoted + ")");
            case FLOAT32, FLOAT64, TIME, ARRAY -> Aggregates.NONE;
        };
    }

    /** H2 has no CRC-32; lengths are compared. */
    private static Aggregates h2(SourceColumn column, String quoted) {
        return switch (column.type().kind()) {
            case BOOLEAN -> truths(quoted);
            case INT16, INT32, INT64, DECIMAL ->
                Aggregates.ofSum("SUM(CAST(" + quoted + " AS DECIMAL(1000, "
                        + column.type().scale() + ")))");
            case DATE -> Aggregates.ofSum("SUM(CAST(DATEDIFF(DAY, DATE '1970-01-01', " + quoted + ") AS DECIMAL(38)))");
            case TIMESTAMP, INSTANT ->
                Aggregates.ofSum("SUM(FLOOR(CAST(EXTRACT(EPOCH FROM " + quoted + ") AS DECIMAL(38, 9)) * 1000000))");
            case TEXT -> new Aggregates(null, "SUM(OCTET_LENGTH(" + quoted + "))", null);
            case BINARY -> new Aggregates(null, "SUM(OCTET_LENGTH(" + quoted + "))", null);
            case UUID, JSON, FLOAT32, FLOAT64, TIME, ARRAY -> Aggregates.NONE;
        };
    }
}
