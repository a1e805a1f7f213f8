package io.waybill.query;

import io.waybill.database.Aggregates;
import io.waybill.database.Ask;
import io.waybill.database.SourceColumn;
import io.waybill.database.Standard;
import io.waybill.facts.ColumnChecksum;
import io.waybill.query.Query.SelectedColumn;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What the columns of a query come to in the database itself. Some databases add up most of them; of the others' columns the values
 * are counted.
 */
public record SourceChecksums(Connection connection, Standard database) {

    /**
     * What a query comes to now.
     *
     * @param rows how many rows it answers
     * @param columns what its columns come to, by their names and in their order
     */
    public record Result(long rows, Map<String, ColumnChecksum> columns) {}

    /** Asks the database. */
    public Result of(Query query) throws SQLException {
        List<Aggregates> aggregates = new ArrayList<>();
        StringBuilder sql = new StringBuilder("SELECT COUNT(*)");
        for (SelectedColumn column : query.columns()) {
            String quoted = "s." + database.quote(column.label());
            Aggregates of = aggregates(column.source(), quoted);
            aggregates.add(of);
            sql.append(", COUNT(").append(quoted).append(')');
            Stream.of(of.sum(), of.bytes(), of.crc32())
                    .filter(Objects::nonNull)
                    .forEach(each -> sql.append(", ").append(each));
        }
        sql.append(" FROM (").append(query.sql()).append(") s");
        database.enterUtc(connection); // as rows are read
        try {
            return Ask.first(
                    connection,
                    sql.toString(),
                    row -> result(row, query, aggregates),
                    query.parameters().toArray());
        } finally {
            database.leaveUtc(connection);
        }
    }

    private static Result result(ResultSet row, Query query, List<Aggregates> aggregates) throws SQLException {
        Map<String, ColumnChecksum> columns = new LinkedHashMap<>();
        int next = 2;
        for (int i = 0; i < aggregates.size(); i++) {
            Aggregates of = aggregates.get(i);
            long values = row.getLong(next++);
            BigDecimal sum = of.sum() == null ? null : number(row, next++);
            BigDecimal bytes = of.bytes() == null ? null : number(row, next++);
            BigDecimal crc32 = of.crc32() == null ? null : number(row, next++);
            columns.put(
                    query.columns().get(i).label(),
                    new ColumnChecksum(
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
        return database.aggregates(connection, column, quoted);
    }
}
