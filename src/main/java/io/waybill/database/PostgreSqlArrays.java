package io.waybill.database;

import io.waybill.flow.ColumnType;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.postgresql.core.BaseConnection;
import org.postgresql.jdbc.PgArray;

/** The types of PostgreSQL's arrays. */
final class PostgreSqlArrays {

    /** The type behind an array's elements: a domain's own, down to what is no domain. */
    private static final String ELEMENT = """
            WITH RECURSIVE element AS (
              SELECT e.typname, e.typtype, e.typbasetype, e.typnamespace FROM pg_catalog.pg_type e
                JOIN pg_catalog.pg_type a ON e.oid = a.typelem WHERE a.oid = pg_catalog.to_regtype(?)
              UNION ALL
              SELECT b.typname, b.typtype, b.typbasetype, b.typnamespace FROM pg_catalog.pg_type b
                JOIN element d ON b.oid = d.typbasetype WHERE d.typtype = 'd')
            SELECT typname FROM element WHERE typtype <> 'd' AND typnamespace = 'pg_catalog'::regnamespace""";

    private PostgreSqlArrays() {}

    /**
     * The type of an array's column.
     *
     * @param name as the driver gives it: {@code _int4}, or {@code "other"."_mood"} where it must be qualified
     */
    static ColumnType typeOf(Connection connection, String name) throws SQLException {
        String element = PostgreSql.elementOf(name);
        ColumnType known = PostgreSql.elementType(element);
        boolean certain = !known.equals(ColumnType.TEXT) || CopyForm.reads(element);
        return ColumnType.array(certain ? known : ownType(connection, name));
    }

    /**
     * A row's array; null for NULL. Of domains, the driver knows neither the type nor the form: their array is given to it as
     * one of the type behind them.
     *
     * @param element the type of the elements
     * @param name the array's type, as the driver gives it
     */
    static Array arrayOf(ResultSet row, int index, ColumnType element, String name) throws SQLException {
        boolean domain = !element.equals(ColumnType.TEXT) && !CopyForm.reads(PostgreSql.elementOf(name));
        String literal = domain ? row.getString(index) : null;
        if (literal == null) {
            return row.getArray(index);
        }
        BaseConnection connection = row.getStatement().getConnection().unwrap(BaseConnection.class);
        return new PgArray(connection, connection.getTypeInfo().getPGType(nameOf(element)), literal);
    }

    private static String nameOf(ColumnType element) {
        return switch (element.kind()) {
            case BOOLEAN -> "_bool";
            case INT16 -> "_int2";
            case INT32 -> "_int4";
            case INT64 -> "_int8";
            case FLOAT32 -> "_float4";
            case FLOAT64 -> "_float8";
            case DECIMAL -> "_numeric";
            case JSON -> "_json";
            case UUID -> "_uuid";
            case BINARY -> "_bytea";
            case DATE -> "_date";
            case TIME -> "_time";
            case TIMESTAMP -> "_timestamp";
            case INSTANT -> "_timestamptz";
            case TEXT, ARRAY -> "_text";
        };
    }

    /** An element that is no type of PostgreSQL's own is text: that of an enum, or of a row. */
    private static ColumnType ownType(Connection connection, String name) throws SQLException {
        String quoted = name.startsWith("\"") ? name : '"' + name.replace("\"", "\"\"") + '"';
        String element = Ask.first(connection, ELEMENT, row -> row.getString(1), quoted);
        return element == null ? ColumnType.TEXT : PostgreSql.elementType(element);
    }
}
