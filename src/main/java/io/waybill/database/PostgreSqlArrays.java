package io.waybill.database;

import io.waybill.flow.ColumnType;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
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

    /** The types of elements that are no text. */
    private static final List<String> TYPES = List.of(
            "bool int2 int4 int8 float4 float8 numeric json uuid bytea date time timestamp timestamptz".split(" "));

    private PostgreSqlArrays() {}

    /**
     * The type of an array's column.
     *
     * @param name as the driver gives it: {@code _int4}, or {@code "other"."_mood"} where it must be qualified
     */
    static ColumnType typeOf(Connection connection, String name) throws SQLException {
        String element = PostgreSqlTypes.elementOf(name);
        ColumnType known = PostgreSqlTypes.elementType(element);
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
        boolean domain = !element.equals(ColumnType.TEXT) && !CopyForm.reads(PostgreSqlTypes.elementOf(name));
        String literal = domain ? row.getString(index) : null;
        if (literal == null) {
            return row.getArray(index);
        }
        BaseConnection connection = row.getStatement().getConnection().unwrap(BaseConnection.class);
        return new PgArray(connection, connection.getTypeInfo().getPGType(nameOf(element)), literal);
    }

    private static String nameOf(ColumnType element) {
        return TYPES.stream()
                .filter(name -> PostgreSqlTypes.elementType(name).kind() == element.kind())
                .findFirst()
                .map(name -> "_" + name)
                .orElse("_text");
    }

    /** An element that is no type of PostgreSQL's own is text: that of an enum, or of a row. */
    private static ColumnType ownType(Connection connection, String name) throws SQLException {
        String quoted = name.startsWith("\"") ? name : '"' + name.replace("\"", "\"\"") + '"';
        String element = Ask.first(connection, ELEMENT, row -> row.getString(1), quoted);
        return element == null ? ColumnType.TEXT : PostgreSqlTypes.elementType(element);
    }
}
